import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createTestEnvironment } from "../helpers/environment";

const root = resolve(__dirname, "../..");
const guide = readFileSync(join(root, "docs/guides/test-programs.md"), "utf8");
const [program = "", unitTest = ""] = [...guide.matchAll(/^```typescript\n([^]*?)^```/gm)].map(([, code = ""]) => code);
let folder: string;

/** A folder of a user's project: the package is in its node_modules, all else is found in those of the checkout. */
beforeAll(() => {
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache", "testing-programs-"));
  const installed = join(folder, "node_modules", "pulumi-orange-cmdb");
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, "package.json"), join(installed, "package.json"));
  cpSync(join(root, "dist"), join(installed, "dist"), {
    recursive: true,
    filter: (path) => !/\/dist\/(plugin|drift|cli)$/.test(path),
  });
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  writeFileSync(join(folder, "index.ts"), program);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): Promise<{ code: number; text: string }> {
  const environment = Object.entries(process.env).filter(
    ([name]) => !/^(ORANGE_CMDB_|JEST_|NODE_OPTIONS$|VITEST)/.test(name),
  );
  const env = { ...Object.fromEntries(environment), NO_COLOR: "1", CI: "1" };
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: folder, env }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, text: out + err }),
    );
  });
}

test("the test of the guide passes in Jest without flags or output", async () => {
  const swc = { jsc: { parser: { syntax: "typescript" } }, module: { type: "commonjs" } };
  writeFileSync(
    join(folder, "jest.config.json"),
    JSON.stringify({
      testEnvironment: "node",
      testMatch: ["<rootDir>/index.test.ts"],
      transform: { "\\.ts$": [join(root, "node_modules/@swc/jest"), swc] },
    }),
  );
  writeFileSync(join(folder, "index.test.ts"), unitTest);
  const { code, text } = await run(join(root, "node_modules/jest/bin/jest.js"), "--config", "jest.config.json");
  expect([code, text]).toEqual([0, expect.stringContaining("1 passed")]);
  expect(text).not.toMatch(/orange-cmdb:|console\./);
});

test("the test of the guide passes in Vitest without output", async () => {
  const heading = 'import { afterAll, beforeAll, expect, test } from "vitest";\n';
  expect(guide).toContain(heading.trim().replace(/;$/, ""));
  writeFileSync(join(folder, "index.test.ts"), heading + unitTest);
  const { code, text } = await run(join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", folder);
  expect([code, text]).toEqual([0, expect.stringContaining("1 passed")]);
  expect(text).not.toMatch(/orange-cmdb:|stderr/);
});

test("an inventory file replaces the API, and errors name their cause", async () => {
  const scene = await createTestEnvironment();
  try {
    await scene.cli(["sync", "--save", join(folder, "inventory.db")]);
  } finally {
    await scene.end();
  }
  const script = `
    const { getLocation, getStatus, getVersion, getServicePoints, Inventory } = require("pulumi-orange-cmdb");
    const { mockInventory, restoreInventory } = require("pulumi-orange-cmdb/testing");
    const failure = (work) => Promise.resolve().then(work).then(() => "none", (error) => error.name + ": " + error.message);
    (async () => {
      mockInventory({ inventoryFile: "inventory.db" });
      const found = [(await getLocation({ id: "LOC-PAR-001" })).name, (await getStatus()).status];
      mockInventory({ locations: [{ id: "A", address: { country: "FR" } }], status: { status: "ko" }, version: { deprecated: true } });
      found.push((await new Inventory({ maxAge: 1 }).getLocation({ filters: [{ name: "country", values: ["fr"] }] })).id);
      found.push((await getServicePoints()).ids.length, (await getStatus()).status, (await getVersion()).deprecated);
      found.push(await failure(() => getLocation({ id: "B" })));
      found.push(await failure(() => mockInventory({ location: [] })));
      found.push(await failure(() => mockInventory({ locations: [{ name: "x" }] })));
      restoreInventory();
      found.push((await failure(() => getLocation({ id: "A" }))).split(":")[0]);
      console.log(JSON.stringify(found));
    })();`;
  const { text } = await run("--no-warnings", "-e", script);
  expect(JSON.parse(text)).toEqual([
    "Paris 001",
    "ok",
    "A",
    0,
    "ko",
    true,
    'RecordLookupError: no location with id "B" in the inventory; did you mean "A"?',
    "QueryError: mockInventory takes no argument location; did you mean locations?",
    "QueryError: mockInventory: locations[0].id must be a text",
    "SettingsError",
  ]);
});
