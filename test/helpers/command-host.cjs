// Runs commands of the built package one after the other in this process, so that Node.js and the packages load once for all of them.
// Every run executes the product's modules again, from code that is compiled once, and ends when the event loop has nothing left to
// do, as a process of its own would.
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { join, sep } = require("node:path");
const { setTimeout: turn } = require("node:timers/promises");
const { pathToFileURL } = require("node:url");
const { compileFunction, constants } = require("node:vm");
const { Command } = require("commander");

const dist = join(__dirname, "..", "..", "dist") + sep;
const distUrl = pathToFileURL(dist).href;
const main = join(dist, "cli", "main.js");
const events = ["exit", "beforeExit", "SIGINT", "SIGTERM", "SIGHUP"];

/** Returns what a function returned before for the same key. */
function memoized(results, key, find) {
  if (!results.has(key)) results.set(key, find());
  return results.get(key);
}

let run = 0;
const resolved = new Map();
Module.registerHooks({
  resolve(name, context, next) {
    const isImport = context.conditions.includes("import");
    const key = `${isImport} ${context.parentURL?.replace(/\?run=.*/, "")} ${name}`;
    const found = memoized(resolved, key, () => ({ ...next(name, context), shortCircuit: true }));
    // The loader of `import()` keeps modules by their URL.
    return isImport && found.url.startsWith(distUrl) ? { ...found, url: `${found.url}?run=${run}` } : found;
  },
});

const parameters = ["exports", "require", "module", "__filename", "__dirname"];
const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
const compile = (filename) =>
  compileFunction(readFileSync(filename, "utf8"), parameters, { filename, importModuleDynamically });

const compiled = new Map();
const load = Module._extensions[".js"];
Module._extensions[".js"] = function loadCompiled(module, path) {
  if (!path.startsWith(dist)) return load(module, path);
  const code = memoized(compiled, path, () => compile(path));
  code.call(module.exports, module.exports, (name) => module.require(name), module, path, module.path);
};

/** The promise of the command that main.js has started. */
let parsed = Promise.resolve();
const parseAsync = Command.prototype.parseAsync;
Command.prototype.parseAsync = function parse(...args) {
  parsed = parseAsync.apply(this, args);
  return parsed;
};

/** Collects what is written to a stream. */
function capture(stream) {
  const { write } = stream;
  const chunks = [];
  stream.write = (chunk, encoding, done) => {
    chunks.push(Buffer.from(chunk));
    const after = typeof encoding === "function" ? encoding : done;
    if (after) process.nextTick(after);
    return true;
  };
  return () => {
    stream.write = write;
    return Buffer.concat(chunks).toString();
  };
}

/** How many things keep the process alive. */
const resources = () => process.getActiveResourcesInfo().length;
// The streams are such things from their first use on.
void [process.stdout, process.stderr];

async function execute({ args, cwd, env }) {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  process.argv = [process.argv[0], main, ...args];
  process.exitCode = undefined;
  run += 1;
  for (const path of Object.keys(require.cache)) if (path.startsWith(dist)) delete require.cache[path];
  const before = new Map(events.map((event) => [event, process.rawListeners(event)]));
  const idle = resources();
  const [out, err] = [capture(process.stdout), capture(process.stderr)];
  require(main);
  await parsed.catch(() => undefined);
  do await turn(1);
  while (resources() > idle);
  for (const [event, listeners] of before)
    for (const listener of process.rawListeners(event))
      if (!listeners.includes(listener)) process.removeListener(event, listener);
  process.stdout.removeAllListeners("error");
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { code, out: out(), err: err() };
}

process.on("message", async (request) => {
  if (request === "left behind") {
    const left = process.getActiveResourcesInfo();
    for (const name of own) if (left.includes(name)) left.splice(left.indexOf(name), 1);
    process.send({ left });
  } else process.send(await execute(request));
});

/** What keeps the process alive before the first command: the channel to the tests. */
const own = process.getActiveResourcesInfo();
