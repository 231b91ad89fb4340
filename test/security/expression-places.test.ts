import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyOf } from "../../policy/policies";
import { rules as allRules } from "../../policy/rules";
import { parseRulesFile } from "../../policy/rules/file/rules-file";
import { PackSession } from "../../policy/engine/pack-session";
import { kinds } from "../../provider/model/records";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

// The command runs with a heap of 100 MB: an expression that exceeds its budget ends it with a message, and not by its memory.
const heap = { NODE_OPTIONS: "--max-old-space-size=100" };
const wildcards = `${"*.[$.".repeat(10)}*${"]".repeat(10)}`;
const filters = `${"values($)[?".repeat(30)}a${"]".repeat(30)}`;
const padded = "pad_left(id, `1000000000`)";
const type = "aws:ec2/customerGateway:CustomerGateway";
const properties = { tags: { a: { b: "CI-1" }, c: "x" }, e: { f: ["y"] }, g: { h: { i: 1 } } };

let folder: string;
let scene: TestEnvironment;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-cost-"));
  const data = join(folder, "data");
  mkdirSync(data);
  const items = [1, 2].map((id) => ({ id: `CI-${id}`, name: "x", ...properties }));
  writeFileSync(join(data, "configurationItems.json"), JSON.stringify(items));
  writeFileSync(join(data, "locations.json"), "[]");
  const urn = `urn:pulumi:prod::net::${type}::gateway`;
  const resources = [{ urn, type, custom: true, id: "i", inputs: properties, outputs: properties }];
  writeFileSync(join(folder, "state.json"), JSON.stringify({ version: 3, deployment: { resources } }));
  scene = await createTestEnvironment({ data });
});
afterAll(async () => {
  await scene.end();
  rmSync(folder, { recursive: true, force: true });
});

const reference = (more: object): object => ({
  references: [
    { types: ["other:*"], kind: "location" },
    { types: ["*"], kind: "configurationItem", ...more },
  ],
});
const id = "tags.a.b";
const cases: readonly (readonly [place: string, rules: object, expression: string])[] = [
  ["references.1.id", reference({ id: wildcards }), wildcards],
  ["references.1.id", reference({ id: filters }), filters],
  ["references.1.by", reference({ by: wildcards, value: id }), wildcards],
  ["references.1.value", reference({ by: "name", value: filters }), filters],
  ["references.1.match.0.property", reference({ id, match: [{ property: filters, record: "name" }] }), filters],
  ["references.1.match.0.record", reference({ id, match: [{ property: "tags.c", record: wildcards }] }), wildcards],
  ["cover.0.where", { cover: [{ kind: "configurationItem", where: filters }] }, filters],
  ["cover.0.where", { cover: [{ kind: "configurationItem", where: padded }] }, padded],
];

test.each(cases)("drift names %s of the rules %j", async (place, rules, expression) => {
  writeFileSync(join(folder, "rules.json"), JSON.stringify(rules));
  const files = ["--state", join(folder, "state.json"), "--rules", join(folder, "rules.json")];
  const { code, out, err } = await scene.cli(["drift", ...files], heap);
  expect(err).toMatch(new RegExp(`${place} in the rules (needs|gives) more than 1`));
  expect(err).toContain(expression.slice(0, 200));
  expect([code, out]).toEqual([1, ""]);
});

test.each(cases)(
  "a policy of the pack throws an error that names %s of the rules %j",
  async (place, written, expression) => {
    const rules = parseRulesFile(written, "rules");
    const environment = { ...scene.sandbox.environment, ORANGE_CMDB_CACHE_DIR: join(folder, "pack") };
    Object.assign(process.env, environment);
    const session = new PackSession(rules, "fail", kinds);
    const policies = allRules.map((rule) => policyOf(rule, rules, {}, session));
    const resource = {
      urn: "urn:pulumi:p::n::t::r",
      type,
      name: "r",
      props: properties,
      opts: {},
      provider: { props: {} },
    };
    const args = { ...resource, resources: [resource], getConfig: () => ({}), notApplicable: () => undefined };
    const judge = async (): Promise<void> => {
      for (const policy of policies) {
        const validate = "validateResource" in policy ? policy.validateResource : undefined;
        for (const one of [validate].flat()) await one?.(args as never, () => undefined);
      }
      for (const policy of policies)
        if ("validateStack" in policy && policy.name !== "reference-required")
          await policy.validateStack(args as never, () => undefined);
    };
    try {
      const error = await judge().then(
        () => undefined,
        (reason: Error) => reason,
      );
      expect(error?.message).toMatch(new RegExp(`^${place} in the rules (needs|gives) more than 1`));
      expect(error?.message).toContain(expression.slice(0, 200));
      // Pulumi shows the stack of what a policy throws.
      expect(error?.stack).toBe(error?.message);
    } finally {
      const opened = await session.opened();
      if ("inventory" in opened) (opened.inventory as unknown as { close(): void }).close();
      for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    }
  },
);

test.each([wildcards, filters, padded])("list names --where %s", async (where) => {
  const { code, out, err } = await scene.cli(["list", "configuration-items", "--where", where], heap);
  expect(err).toContain("where needs more than 1,000,000 steps");
  expect(err).toContain(where.slice(0, 200));
  expect([code, out]).toEqual([1, ""]);
});

test.each([wildcards, filters, padded])("sync names the field of the field map %s", async (path) => {
  const settings = {
    ORANGE_CMDB_CACHE_DIR: join(folder, "mapped"),
    ORANGE_CMDB_FIELD_MAP: JSON.stringify({ configurationItem: { role: ["nothing.here", path] } }),
  };
  const { code, err } = await scene.cli(["sync", "configuration-items"], { ...heap, ...settings });
  expect(err).toContain("fieldMap.configurationItem.role needs more than 1,000,000 steps");
  expect(err).toContain(path.slice(0, 200));
  expect(code).toBe(1);
});

const brackets = "[".repeat(100_000);
test("each place refuses a text of 100,000 brackets in a short message", async () => {
  writeFileSync(join(folder, "rules.json"), JSON.stringify(reference({ id: brackets })));
  const files = ["--state", join(folder, "state.json"), "--rules", join(folder, "rules.json")];
  const ends = [
    await scene.cli(["drift", ...files], heap),
    await scene.cli(["list", "configuration-items", "--where", brackets], heap),
    await scene.cli(["sync"], {
      ...heap,
      ORANGE_CMDB_FIELD_MAP: JSON.stringify({ location: { name: [brackets] } }),
    }),
  ];
  for (const { code, err } of ends) {
    expect(err).not.toContain("call stack");
    expect(err.length).toBeLessThan(1_000);
    expect(code).toBe(1);
  }
  expect(ends[0]?.err).toContain("references.1.id: is not JMESPath: the expression nests more than 1000 brackets");
  expect(ends[1]?.err).toContain("the expression nests more than 1000 brackets");
  expect(ends[2]?.err).toContain("fieldMap");
});

test("inService takes values and no expressions", () => {
  expect(() => parseRulesFile({ inService: { location: [wildcards] } }, "rules")).not.toThrow();
});
