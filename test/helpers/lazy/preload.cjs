// For `node --require`, in programs and policy packs.
const Module = require("node:module");
const { join } = require("node:path");
const lazy = require("./lazy.cjs");

const pack = join("cmd", "run-policy-pack", "run.js");

const program = join("cmd", "run", "index.js");
const dynamicProvider = join("cmd", "dynamic-provider", "index.js");
const policyPack = join("cmd", "run-policy-pack", "index.js");
const tracing = [join("cmd", "run", "tracing.js")];

/** The modules of the SDK that load the packages without need. */
const users = {
  "./automation": [join("@pulumi", "pulumi", "index.js")],
  "../../runtime/closure/v8Hooks": [program, policyPack],
  "@opentelemetry/exporter-zipkin": tracing,
  "@opentelemetry/instrumentation": tracing,
  "@opentelemetry/instrumentation-grpc": tracing,
  "@opentelemetry/resources": tracing,
  "@opentelemetry/sdk-trace-base": tracing,
  "@opentelemetry/sdk-trace-node": tracing,
  "@npmcli/arborist": ["codePaths.js"],
  "normalize-package-data": ["codePaths.js"],
  "source-map-support/register": [program, policyPack, dynamicProvider],
  typescript: ["typescript-shim.js", "tsutils.js", pack],
  "ts-node": ["tsutils.js", pack],
};

const load = Module._load;
Module._load = function loadLazily(name, parent, isMain) {
  const now = () => load.call(this, name, parent, isMain);
  if (!users[name]?.some((user) => parent?.filename?.endsWith(user))) return now();
  // A package that is not installed is an error at once, as without this file.
  Module._resolveFilename(name, parent, isMain);
  return lazy[name](now);
};
