import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../../engine/helpers/project";
import { works } from "../../plugin/sdks";

/** What a language needs, for the titles of skipped tests. */
const needs = {
  python: "needs python3 with venv, and PyPI",
  go: "needs Go",
  java: "needs javac and mvn, and Maven Central",
} as const;

/** Returns the folder with the SDK of a language, which is installed if necessary. Undefined if it cannot be installed here. */
function install(language: "python" | "java"): string | undefined {
  const script = join(root, "tools/languages/install.mjs");
  const { status, stdout } = spawnSync(process.execPath, [script, language], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Defines the tests of a language: `describe`, or `describe.skip` with the reason in the title if the language is missing.
 * @param tests takes the folder with the SDK; Go has its own cache
 */
export function describeLanguage(language: keyof typeof needs, tests: (folder: string) => void): void {
  const folder = language === "go" ? (works("go", "version") ? "" : undefined) : install(language);
  if (folder === undefined) describe.skip(`${language} (${needs[language]})`, () => tests(""));
  else describe(language, () => tests(folder));
}
