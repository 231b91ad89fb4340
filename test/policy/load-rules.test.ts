import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRules, loadRulesFile, userFolder } from "../../policy/load-rules";

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-rules-"));
  for (const name of ["one", "two"]) {
    mkdirSync(at(name, "src"), { recursive: true });
    writeFileSync(at(name, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
  }
  writeFileSync(at("two", "cmdb.rules.yaml"), "references: []\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the folder of the project that is previewed counts, not a stale PWD", () => {
  const env = { PWD: at("one"), INIT_CWD: at("two", "src"), PULUMI_NODEJS_PROJECT: "two" };
  expect(userFolder(env)).toBe(at("two", "src"));
  expect(userFolder({ ...env, PULUMI_NODEJS_PROJECT: "one" })).toBe(at("one"));
});

test("a rules file is looked for up to the project's folder, and no further", () => {
  expect(findRules(undefined, at("two", "src")).source).toBe(at("two", "cmdb.rules.yaml"));
  writeFileSync(at("cmdb.rules.yaml"), "references: []\n");
  expect(findRules(undefined, at("one", "src")).source).toContain("by convention");
});

test("a rules file that is a link to nothing, or that nobody can look at, is not none", () => {
  symlinkSync(at("gone.yaml"), at("one", "cmdb.rules.yaml"));
  expect(() => findRules(undefined, at("one", "src"))).toThrow(/one\/cmdb\.rules\.yaml cannot be read: ENOENT/);
  // A name longer than any that the system takes.
  const long = at("one", "x".repeat(300));
  expect(() => findRules(undefined, long)).toThrow(/cmdb\.rules\.yaml cannot be read: ENAMETOOLONG/);
});

test("a rules file that cannot be read or understood says which, and where", () => {
  expect(() => loadRulesFile(at("none.yaml"))).toThrow(/none\.yaml cannot be read: ENOENT/);
  writeFileSync(at("bad.yaml"), "references: [{ types: [], kind: router, id: '[' }]\n");
  expect(() => loadRulesFile(at("bad.yaml"))).toThrow(
    /references\.0\.types[^]*references\.0\.kind[^]*references\.0\.id/,
  );
});
