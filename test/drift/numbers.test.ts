import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPlan } from "../../drift/sources/plan";
import type { Report } from "../../drift/report/schema";
import { parseYaml } from "../../policy/config/exact-yaml";
import { parseExactly } from "../../provider/platform/exact-json";
import { compileJmespath } from "../../provider/model/expression/jmespath";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { parseState } from "./helpers/state";

/** Three integers that are one as numbers of JavaScript. */
const [one, other, third] = ["9007199254740992", "9007199254740993", "-9007199254740993"];
const type = "aws:ec2/customerGateway:CustomerGateway";

let folder: string;
let scene: TestEnvironment;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-numbers-"));
  const data = join(folder, "data");
  mkdirSync(data);
  const items = [one, other].map(
    (id) => `{"id":${id},"status":"In service","assetNumber":${id},"location":{"id":"L"}}`,
  );
  writeFileSync(join(data, "configurationItems.json"), `[${items.join()}]`);
  writeFileSync(join(data, "locations.json"), '[{"id":"L"}]');
  scene = await createTestEnvironment({ data });
  (await scene.open()).close();
});
afterAll(async () => {
  await scene.end();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("numbers in JSON", () => {
  test.each([
    [`[${one}, ${other}, ${third}]`, [one, other, third]],
    ['{"a":[{"b":123456789012345678901234567890}]}', { a: [{ b: "123456789012345678901234567890" }] }],
    [
      "[9007199254740991, -9007199254740991, 0, 1.5, 1e3, 1e20]",
      [9007199254740991, -9007199254740991, 0, 1.5, 1e3, 1e20],
    ],
    ["[1e400, -1E+999, 1e308]", ["1e400", "-1E+999", 1e308]],
    [`["${other}", "1e400"]`, [other, "1e400"]],
  ])("%s keep every digit, as texts if a number cannot hold them", (text, value) => {
    expect(parseExactly(text)).toEqual(value);
  });
});

test("integers in YAML keep every digit, and all else follows the core schema", () => {
  const text = `{a: ${other}, b: [${third}, 7, -7, +5], ${other}: x, c: 0x20000000000001, d: 1.5, e: 2027-01-31, f: "${other}"}`;
  expect(parseYaml(text).value).toEqual({
    a: other,
    b: [third, 7, -7, 5],
    [other]: "x",
    c: other,
    d: 1.5,
    e: "2027-01-31",
    f: other,
  });
});

test("a literal in a JMESPath equals the text that a record has", () => {
  const literal = (text: string): unknown => (compileJmespath(text).tree as unknown as { value: unknown }).value;
  expect(literal(`\`${other}\``)).toBe(other);
  expect(literal(`\`{"a": [${other}, 7, "x\\\`y"]}\``)).toEqual({ a: [other, 7, "x`y"] });
  expect(literal("`7`")).toBe(7);
  expect(literal(`'\`${other}\`'`)).toBe(`\`${other}\``);
});

describe("a number of a deployed resource keeps its digits", () => {
  test("in a state of Pulumi", () => {
    const resource = `{"urn":"urn:pulumi:p::n::${type}::a","type":"${type}","inputs":{"a":${other}},"outputs":{"b":[${one}],"c":7}}`;
    const [found] = parseState(`{"version":3,"deployment":{"resources":[${resource}]}}`, "it");
    expect(found?.properties).toEqual({ a: other, b: [one], c: 7 });
  });

  test("in a state of Terraform, even if it is sensitive", () => {
    const resource = `{"address":"a.b","mode":"managed","type":"a","values":{"n":${other},"s":${one}},"sensitive_values":{"s":true}}`;
    const [found] = parseState(`{"format_version":"1.0","values":{"root_module":{"resources":[${resource}]}}}`, "it");
    expect(found?.properties).toEqual({ n: other, s: expect.any(Symbol) });
  });

  test("in a plan, which detects sensitive values by their digits", async () => {
    const change = `{"after":{"n":${other},"s":${one}},"after_unknown":{},"after_sensitive":{"s":true}}`;
    const resource = `{"address":"a.b","mode":"managed","type":"a","change":${change}}`;
    const text = `{"format_version":"1.2","planned_values":{"root_module":{}},"resource_changes":[${resource}]}`;
    const { resources } = await readPlan(file("plan.json", text));
    expect(resources[0]?.properties).toEqual({ n: other, s: one });
    expect([...(resources[0]?.secrets ?? [])]).toEqual([one]);
  });
});

const rules = {
  yaml: `
references:
  - types: ["${type}"]
    kind: configurationItem
    id: number
    match: [{ property: asset, record: assetNumber }]
cover:
  - { kind: configurationItem, where: "attributes.assetNumber == \`${other}\`" }
`,
  json: JSON.stringify({
    references: [
      {
        types: [type],
        kind: "configurationItem",
        id: "number",
        match: [{ property: "asset", record: "assetNumber" }],
      },
    ],
    cover: [{ kind: "configurationItem", where: `attributes.assetNumber == \`${other}\`` }],
  }),
};

test.each(Object.entries(rules))(
  "with rules in %s, ids and values that differ in the last digit differ from the CMDB to the report",
  async (ending, text) => {
    const gateway = (name: string, number: string, asset: string): string =>
      `{"urn":"urn:pulumi:p::n::${type}::${name}","type":"${type}","inputs":{"number":${number},"asset":${asset}}}`;
    const resources = [gateway("same", one, one), gateway("listed", `"[${one}]"`, other)];
    const state = file("state.json", `{"version":3,"deployment":{"resources":[${resources.join()}]}}`);
    const { code, out, err } = await scene.cli([
      ...["drift", "--state", state, "--rules", file(`rules.${ending}`, text), "-o", "json"],
    ]);
    expect([code, err]).toEqual([0, ""]);
    const report = JSON.parse(out) as Report;
    expect(report.findings.map(({ rule, recordId, expected, actual }) => [rule, recordId, expected, actual])).toEqual([
      ["attributes-match", one, one, other],
      ["inventory-covered", undefined, 1, 0],
    ]);
    expect(report.findings[1]?.affects).toEqual([other]);
  },
);
