// The Pulumi SDK loads large packages and modules at its start, and uses them only to serialize functions, to run TypeScript, to trace
// or to automate stacks. These objects stand for a package, and load it at its first use.
const Module = require("node:module");
const { version } = require("typescript/package.json");

/** Stands for functions and classes, whose package is loaded when one of them is called. */
const members = (load) =>
  new Proxy(
    {},
    {
      get: (_, name) =>
        new Proxy(function member() {}, {
          apply: (_member, self, args) => Reflect.apply(load()[name], self, args),
          construct: (_member, args) => Reflect.construct(load()[name], args),
        }),
    },
  );

module.exports = {
  "./automation": (load) => new Proxy({}, { get: (_, name) => (name === "__esModule" ? true : load()[name]) }),
  // It makes the debugger report each script. Only messages about functions that cannot be serialized need that.
  "../../runtime/closure/v8Hooks": () => ({ isInitializedAsync: () => Promise.resolve() }),
  "@opentelemetry/exporter-zipkin": members,
  "@opentelemetry/instrumentation": members,
  "@opentelemetry/instrumentation-grpc": members,
  "@opentelemetry/resources": members,
  "@opentelemetry/sdk-trace-base": members,
  "@opentelemetry/sdk-trace-node": members,
  "@npmcli/arborist": (load) => ({
    // The interoperation of ES modules copies all members of others.
    __esModule: true,
    get Arborist() {
      return load().Arborist;
    },
  }),
  "normalize-package-data":
    (load) =>
    (...args) =>
      load()(...args),
  // It would read the source maps of the SDK for each stack trace, shown or not. Node.js keeps the lines of the program's TypeScript.
  "source-map-support/register": () => ({}),
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
