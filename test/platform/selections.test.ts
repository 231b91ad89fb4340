import { globSync, readFileSync } from "node:fs";
import { join, matchesGlob, resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** What starts an engine or a browser, or installs packages. */
const starters =
  /\b(makeProject|makeProjectFolder|createPluginEnvironment|makeWorkspace|installExample|npmInstall|startBrowser)\(/;

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
