import { chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2020, type AnySchema } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { guideFiles } from "../drift/rules-test/helpers/guide";
import { useTestEnvironment } from "../helpers/hooks";
import { LanguageServer, type EditorView } from "../helpers/language-server";

const root = resolve(__dirname, "../..");
const scene = useTestEnvironment();
const server = new LanguageServer();
let folder: string;

const pathOf = (name: string): string => join(folder, `${name}.schema.json`);

beforeAll(async () => {
  folder = mkdtempSync(join(scene().cacheDir, "editor-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "pulumi-orange-cmdb"));
  await server.start(folder);
  for (const name of ["rules", "tests", "ignore"]) {
    const { code, out, err } = await scene().cli(["rules", "schema", name, "--save", pathOf(name)]);
    expect([code, out]).toEqual([0, ""]);
    expect(err).toMatch(/begin the file with # yaml-language-server: \$schema=\S+\.schema\.json/);
  }
});
afterAll(() => server.end());

let files = 0;

/** Returns what an editor shows of a file whose first line names the schema. `|` marks the place of completions. */
function view(schema: string, lines: readonly string[]): Promise<EditorView> {
  files += 1;
  const text = [`# yaml-language-server: $schema=${schema}`, ...lines, ""].join("\n");
  return server.view(join(folder, `file-${files}.yaml`), text);
}

const published = "node_modules/pulumi-orange-cmdb/schemas";

test("an editor underlines mistakes in a rules file by the published schema, and completes keys and values", async () => {
  const mistakes = await view(`${published}/rules.schema.json`, [
    "references:",
    '  - types: ["*"]',
    "    kind: locaton",
    "    colour: red",
  ]);
  expect(mistakes.underlined).toEqual([
    ["4:11 locaton", expect.stringContaining('"location", "servicePoint"')],
    ["5:5 colour", "Property colour is not allowed."],
  ]);
  const keys = await view(`${published}/rules.schema.json`, ["references:", '  - types: ["*"]', "    |"]);
  expect(keys.completions).toEqual(expect.arrayContaining(["kind", "by", "required", "match"]));
  const values = await view(`${published}/rules.schema.json`, ["references:", "  - kind: |"]);
  expect(values.completions).toEqual(expect.arrayContaining(["location", "configurationItem"]));
});

test("an editor checks test files and ignore files by the published schemas", async () => {
  const cases = await view(`${published}/rules-test.schema.json`, ["cases:", "  - nam: it", "    expect: none"]);
  expect(cases.underlined.map(([text]) => text)).toContain("3:5 nam");
  const ignore = await view(`${published}/cmdbignore.schema.json`, ["ignore:", "  - reason: lab", "    untill: x"]);
  expect(ignore.underlined.map(([text]) => text)).toEqual(["4:5 untill"]);
});

test("an editor underlines fields and statuses that the own inventory does not have", async () => {
  const { underlined } = await view("rules.schema.json", [
    "references:",
    '  - types: ["*"]',
    "    kind: configurationItem",
    "    by: serialNumbr",
    "    value: serial",
    "    match:",
    "      - { property: ip, record: ipAdress }",
    "      - { property: ip, record: ipAddress }",
    "      - { property: ip, record: attributes.properties.network.ipAddress }",
    "      - { property: ip, record: \"contains(type, 'ROUTER')\" }",
    '  - { types: ["*"], kind: location, match: [{ property: a, record: serialNumber }] }',
    "inService: { configurationItem: [OPERATIONAL, OPERATIONEL] }",
  ]);
  expect(underlined).toEqual([
    ["5:9 serialNumbr", "no configurationItem of the inventory has this field"],
    ["8:33 ipAdress", "no configurationItem of the inventory has this field"],
    ["12:68 serialNumber", "no location of the inventory has this field"],
    ["13:47 OPERATIONEL", "no configurationItem of the inventory has this status"],
  ]);
});

test("an editor completes fields and statuses of the own inventory by the kind of the entry", async () => {
  const entry = (kind: string): string[] => ["references:", '  - types: ["*"]', `    kind: ${kind}`, "    by: |"];
  const item = await view("rules.schema.json", entry("configurationItem"));
  expect(item.completions).toEqual(expect.arrayContaining(["ipAddress", "attributes.properties.network.ipAddress"]));
  const location = await view("rules.schema.json", entry("location"));
  expect(location.completions).toContain("attributes.address.city");
  expect(location.completions).not.toContain("ipAddress");
  const statuses = await view("rules.schema.json", ["inService:", "  configurationItem:", "    - |"]);
  expect(statuses.completions).toEqual(["OPERATIONAL", "TERMINATED"]);
});

test("an editor completes ids in ignore files and test files, and underlines a wrong id in ignore files only", async () => {
  const ignore = await view("ignore.schema.json", [
    "ignore:",
    "  - { reason: lab, record: CI-RTR-PAR-0O1 }",
    "  - { reason: lab, record: configurationItem/CI-RTR-PAR-001 }",
    '  - { reason: lab, record: "CI-*" }',
  ]);
  expect(ignore.underlined).toEqual([["3:28 CI-RTR-PAR-0O1", "the inventory has no record with this id"]]);
  const ids = await view("ignore.schema.json", ["ignore:", "  - reason: lab", "    record: |"]);
  expect(ids.completions).toEqual(expect.arrayContaining(["LOC-PAR-001", "location/LOC-PAR-001"]));
  const cases = await view("tests.schema.json", [
    "cases:",
    "  - name: it",
    "    resource:",
    "      type: aws:ec2/vpc:Vpc",
    "      properties:",
    "        tags:",
    '          "cmdb:location": |',
    "    expect: [{ rule: record-exists, record: LOC-OWN }]",
  ]);
  expect(cases.underlined).toEqual([]);
  expect(cases.completions).toContain("LOC-PAR-001");
  expect(cases.completions).not.toContain("CI-RTR-PAR-001");
});

test("the schemas of the inventory accept what the published schemas accept", () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  const accepts = (name: string, text: string): boolean =>
    ajv.validate(JSON.parse(readFileSync(pathOf(name), "utf8")) as AnySchema, parse(text, { schema: "core" })) === true;
  const { rules, tests } = guideFiles();
  expect([accepts("rules", rules), accepts("tests", tests)]).toEqual([true, true]);
  expect([accepts("rules", "references: [{ kind: location }]"), accepts("tests", "cases: []")]).toEqual([false, false]);
});

test("a schema is readable by its user only, also in the place of a file that others can read", async () => {
  expect(statSync(pathOf("rules")).mode & 0o777).toBe(0o600);
  const open = pathOf("open");
  writeFileSync(open, "{}");
  chmodSync(open, 0o644);
  const { code, err } = await scene().cli(["rules", "schema", "ignore", "--save", open]);
  expect([code, statSync(open).mode & 0o777]).toEqual([0, 0o600]);
  expect(err).toMatch(/contains names of your inventory: do not commit it/);
});

test("the schema is printed without --save, and says what the inventory does not have", async () => {
  const inventory = join(scene().cacheDir, "locations.db");
  const cacheDir = { ORANGE_CMDB_CACHE_DIR: mkdtempSync(join(scene().cacheDir, "mirror-")) };
  expect((await scene().cli(["sync", "locations", "--save", inventory], cacheDir)).code).toBe(0);
  const { code, out, err } = await scene().cli(["--inventory", inventory, "rules", "schema"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ title: expect.stringMatching(/names of the inventory of http/) });
  expect(err).toMatch(/the inventory does not have accounts: their names are not checked/);
  const wrong = await scene().cli(["rules", "schema", "rulez"]);
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/Allowed choices are rules, tests, ignore/)]);
});
