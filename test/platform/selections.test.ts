import { globSync, readFileSync } from "node:fs";
import { join, matchesGlob, resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** What starts an engine or a browser, or installs packages. */
const starters =
  /\b(makeProject|makeProjectFolder|createPluginEnvironment|makeWorkspace|installExample|npmInstall|startBrowser)\(/;

test("npm test runs what test:unit, test:faults and test:engine run, each file once", async () => {
  const { selections } = (await import(join(root, "tools/test.mjs"))) as { selections: Record<string, string[]> };
  const files = globSync("test/**/*.test.ts", { cwd: root });
  const chosen = (script: string): string[] => {
    const globs = selections[script] ?? [];
    const [left, taken] = [true, false].map((isLeft) => globs.filter((glob) => glob.startsWith("!") === isLeft));
    const matches = (path: string, all: string[] = []): boolean =>
      all.some((glob) => matchesGlob(path, glob.replace("!", "")));
    return files.filter((path) => matches(path, taken) && !matches(path, left)).sort();
  };
  const parts = ["test:unit", "test:faults", "test:engine"].map(chosen);
  for (const part of parts) expect(part.length).toBeGreaterThan(5);
  expect(parts.flat().sort()).toEqual(chosen("test"));
});

test("test:unit leaves out every file that starts an engine or a browser, or installs packages", async () => {
  const { engineTests, windowsTests } = (await import(join(root, "tools/test.mjs"))) as {
    engineTests: readonly string[];
    windowsTests: string;
  };
  const needsEngine = (path: string): boolean => [...engineTests, windowsTests].some((glob) => matchesGlob(path, glob));
  const files = globSync("test/**/*.test.ts", { cwd: root });
  expect(files.filter(needsEngine).length).toBeGreaterThan(30);
  const wrong = files.filter((path) => !needsEngine(path) && starters.test(readFileSync(join(root, path), "utf8")));
  expect(wrong).toEqual([]);
});
