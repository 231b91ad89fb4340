// Runs code that a single executable holds. Node.js compiles the main file of an executable at each start; code that is loaded
// as a module has the compile cache.
const { Module } = require("node:module");
const { join } = require("node:path");
const { getAsset } = require("node:sea");

/** Returns the exports of a file of the bundle. It finds no packages on disk. */
module.exports.loadAsset = (name) => {
  const loaded = new Module(name);
  loaded.paths = [];
  loaded._compile(getAsset(name, "utf8"), join(process.execPath, name));
  return loaded.exports;
};
