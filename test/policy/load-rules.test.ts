import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRules, loadRulesFile, userFolder } from "../../policy/config/load-rules";

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

test("the rules file is searched from the previewed project, not from a stale PWD", () => {
  const env = { PWD: at("one"), INIT_CWD: at("two", "src"), PULUMI_NODEJS_PROJECT: "two" };
  expect(userFolder(env)).toBe(at("two", "src"));
  expect(userFolder({ ...env, PULUMI_NODEJS_PROJECT: "one" })).toBe(at("one"));
});

test("the rules file is searched up to the project folder", () => {
  expect(findRules(undefined, at("two", "src")).source).toBe(at("two", "cmdb.rules.yaml"));
  writeFileSync(at("cmdb.rules.yaml"), "references: []\n");
  expect(findRules(undefined, at("one", "src")).source).toContain("by convention");
});

test("a rules file that is a dangling link or unreadable is an error", () => {
  symlinkSync(at("gone.yaml"), at("one", "cmdb.rules.yaml"));
  expect(() => findRules(undefined, at("one", "src"))).toThrowErrorMatchingInlineSnapshot(
    `"the rules file <tmp>/one/cmdb.rules.yaml cannot be read: ENOENT"`,
  );
  // A name longer than any that the system takes.
  const long = at("one", "x".repeat(300));
  expect(() => findRules(undefined, long)).toThrow(/cmdb\.rules\.yaml cannot be read: ENAMETOOLONG/);
});

test("the error of an invalid rules file names the file and the place", () => {
  expect(() => loadRulesFile(at("none.yaml"))).toThrowErrorMatchingInlineSnapshot(
    `"the rules file <tmp>/none.yaml cannot be read: ENOENT"`,
  );
  writeFileSync(at("bad.yaml"), "references: [{ types: [], kind: router, id: '[' }]\n");
  expect(() => loadRulesFile(at("bad.yaml"))).toThrow(
    /references\.0\.types[^]*references\.0\.kind[^]*references\.0\.id/,
  );
});

describe("a mistake in a rules file", () => {
  const mistakesIn = (text: string): string[] => {
    writeFileSync(at("cmdb.rules.yaml"), text);
    try {
      loadRulesFile(at("cmdb.rules.yaml"));
      return [];
    } catch (error) {
      return (error as Error).message.split("\n").slice(1);
    }
  };

  test("has line and column, the allowed values and the nearest one", () => {
    const found = mistakesIn(`references:
  - types: ["*"]
    kind: configurationItm
    requird: true
    match:
      - { property: a, record: b, as: ipv4 }
      - { property: a }
severity:
  record-exist: error
`);
    expect(found).toEqual([
      expect.stringMatching(
        /^ {2}- cmdb\.rules\.yaml:3:11: references\.0\.kind: "configurationItm" is not allowed; did you mean "configurationItem"\? Allowed are location, /,
      ),
      expect.stringMatching(
        /^ {2}- cmdb\.rules\.yaml:6:39: references\.0\.match\.0\.as: "ipv4" is not allowed; did you mean "ip"\? Allowed are equals, .*, or a function/,
      ),
      "  - cmdb.rules.yaml:7:9: references.0.match.1.record: is missing",
      expect.stringMatching(
        /^ {2}- cmdb\.rules\.yaml:4:5: references\.0: unknown key "requird"; did you mean "required"\? Allowed are types, /,
      ),
      expect.stringMatching(
        /^ {2}- cmdb\.rules\.yaml:9:3: severity: unknown key "record-exist"; did you mean "record-exists"\?/,
      ),
    ]);
  });

  test("is found behind an alias, in JSON and at an empty value", () => {
    expect(mistakesIn(`x: &a [{ types: ["*"], kind: location, requird: 1 }]\nreferences: *a\n`)).toEqual([
      expect.stringMatching(/rules\.yaml:1:40: references\.0: unknown key "requird"/),
      expect.stringMatching(/rules\.yaml:1:1: \(top level\): unknown key "x"; allowed are references, /),
    ]);
    expect(mistakesIn(`{\n  "fresh": { "maxAge": -1 }\n}`)).toEqual([
      expect.stringMatching(/rules\.yaml:2:24: fresh\.maxAge: /),
    ]);
    expect(mistakesIn("fresh:\n  maxAge:\n")).toEqual([expect.stringMatching(/rules\.yaml:\d:\d+: fresh\.maxAge: /)]);
    expect(mistakesIn("[1]")).toEqual([expect.stringMatching(/rules\.yaml:1:1: \(top level\): /)]);
  });

  test("in the syntax has line and column on one line", () => {
    writeFileSync(at("cmdb.rules.yaml"), "references:\n  - types: [a\n    kind: b\n");
    expect(() => loadRulesFile(at("cmdb.rules.yaml"))).toThrowErrorMatchingInlineSnapshot(
      `"the rules file <tmp>/cmdb.rules.yaml is not YAML: cmdb.rules.yaml:3:5: Flow sequence in block collection must be sufficiently indented and end with a ]"`,
    );
  });

  test("in a multi-line key is shown on one line", () => {
    expect(mistakesIn(JSON.stringify({ "a\n  - b": 1 }))).toEqual([
      expect.stringContaining('unknown key "a\\n  - b"; allowed are references, '),
    ]);
  });
});
