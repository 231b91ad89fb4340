const { availableParallelism } = require("node:os");
const { join } = require("node:path");

// Every process that a test starts finds its code compiled already: TypeScript, the Pulumi SDK, the built CLI.
process.env["NODE_COMPILE_CACHE"] ??= join(__dirname, ".cache", "compiled");

// Packages that are ES modules only are loaded by Node itself: tools/test.mjs starts it with --experimental-vm-modules.
const swc = { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "commonjs" } };

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "<rootDir>/test/helpers/jest-environment.cjs",
  // Between runs, also if temporary files are in a folder of the run.
  cacheDirectory: join(__dirname, ".cache", "jest"),
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  transform: { "\\.ts$": ["@swc/jest", swc] },
  moduleNameMapper: {
    // Half of the time that a test file needs to load the Pulumi SDK.
    "^@npmcli/arborist$": "<rootDir>/test/helpers/lazy/arborist.cjs",
    "/typescript-shim$": "<rootDir>/test/helpers/lazy/typescript.cjs",
    "^(\\.{1,2}/.*)\\.js$": "$1",
  },
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/.cache"],
  // A test that starts engines takes up to a minute while another file runs beside it.
  testTimeout: 180_000,
  // One more than there are processors: many tests wait for a process, a retry or a timeout.
  maxWorkers: availableParallelism() + 1,
  // Node.js does not free all that a test file has loaded, and a large heap takes time to collect.
  workerIdleMemoryLimit: "700MB",
  snapshotSerializers: ["<rootDir>/test/helpers/snapshot-serializer.cjs"],
  testSequencer: "<rootDir>/test/helpers/slow-first.cjs",
};
