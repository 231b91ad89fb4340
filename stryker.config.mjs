// Mutation tests of one suite; tools/mutation.mjs says which there are, docs/testing.md how they are run.
import { createRequire } from "node:module";
import { env } from "node:process";
import { suites } from "./tools/mutation.mjs";

const jest = createRequire(import.meta.url)("./jest.config.cjs");
const name = env["ORANGE_CMDB_MUTATE"] ?? "policy/rules";
const { mutate, tests } = suites[name];
const report = `.cache/mutation/${name.replaceAll("/", "-")}`;

export default {
  mutate,
  testRunner: "jest",
  testRunnerNodeArgs: ["--experimental-vm-modules", "--no-warnings"],
  jest: {
    config: { ...jest, testMatch: ["<rootDir>/test/mutation/suite.ts"], globals: { testFiles: tests } },
    enableFindRelatedTests: false,
  },
  disableTypeChecks: false,
  coverageAnalysis: "perTest",
  incrementalFile: `${report}.json`,
  htmlReporter: { fileName: `${report}.html` },
  reporters: ["clear-text", "progress-append-only", "html"],
  clearTextReporter: { allowColor: false, logTests: false, allowEmojis: false },
  concurrency: 2,
  // Jest does not give back all that a run has taken.
  maxTestRunnerReuse: 200,
  timeoutMS: 10_000,
  tempDirName: ".cache/mutation/tmp",
  ignorePatterns: [".cache", ".pulumi-home", ".pulumi-state", "bench"],
  thresholds: { high: 95, low: 90, break: 85 },
};
