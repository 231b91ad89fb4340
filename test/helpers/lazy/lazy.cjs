// The Pulumi SDK loads large packages at its start and uses them only to serialize functions or to run TypeScript. These objects stand
// for a package, and load it at its first use.
const Module = require("node:module");
const { version } = require("typescript/package.json");

module.exports = {
  "@npmcli/arborist": (load) => ({
    // The interoperation of ES modules copies all members of others.
    __esModule: true,
    get Arborist() {
      return load().Arborist;
    },
  }),
  typescript: (load) => new Proxy({}, { get: (_, name) => (name === "version" ? version : load()[name]) }),
  /** Registers the compiler when a program loads its first TypeScript file. */
  "ts-node": (load) => ({
    register(options) {
      const extensions = Module._extensions;
      const own = extensions[".ts"];
      extensions[".ts"] = (...args) => {
        extensions[".ts"] = own;
        load().register(options);
        return extensions[".ts"](...args);
      };
    },
  }),
};
