import { evaluate } from "../../policy/rules/index.js";
import { parseRulesFile, type RulesInput } from "../../policy/rules/file/rules-file.js";
import type { Finding } from "../../policy/rules/core/types.js";
import type { Resource } from "../../policy/rules/resource/resource.js";
import { arrayInventory } from "./helpers/array-inventory.js";

const kind = "configurationItem" as const;
const inventory = arrayInventory([
  { kind, id: "hunter2", status: "Retired", locationId: "PAR", attributes: { id: "hunter2", ip: "10.0.0.1" } },
  { kind, id: "hunter3", attributes: { id: "hunter3" } },
  { kind: "location", id: "PAR", country: "FR", attributes: { id: "PAR" } },
  { kind: "location", id: "LYO", country: "FR", attributes: { id: "LYO" } },
]);

const tag = "cmdb:configuration-item";
const rules: RulesInput = {
  references: [
    { types: ["*"], kind, match: ["id", "ip"].map((record) => ({ property: "ip", record })) },
    { types: ["*"], kind: "location" },
  ],
  unique: { configurationItem: 1, location: 1 },
  residency: { countryFrom: "location" },
};

function judge(properties: Record<string, unknown>, secrets: readonly string[], of = rules): readonly Finding[] {
  const type = "aws:ec2/vpc:Vpc";
  const resource = (name: string): Resource => ({
    urn: `urn:pulumi:dev::net::${type}::${name}`,
    type,
    name,
    properties,
    secrets: new Set(secrets),
  });
  return evaluate([resource("sec"), resource("too")], inventory, parseRulesFile(of, "test")).findings;
}

/** The rules that found something, none of which tells the secret. */
function found(...args: Parameters<typeof judge>): Set<string> {
  const findings = judge(...args);
  expect(JSON.stringify(findings)).not.toMatch(/hunter|topsecret|LYO|10\.0\.0\.1/);
  return new Set(findings.map(({ rule }) => rule));
}

describe("no rule shows an id from a secret", () => {
  test.each([
    ["in one of several in a text", { tags: { [tag]: "hunter9 topsecret" } }, "hunter9 topsecret"],
    ["in a JSON list", { tags: { [tag]: '["hunter9"]' } }, '["hunter9"]'],
    ["in a tag of a list", { tags: [`${tag}=hunter9`] }, `${tag}=hunter9`],
    ["by itself", { tags: { [tag]: "hunter9" } }, "hunter9"],
  ])("without a record: %s", (_name, properties, secret) => {
    expect(found(properties, [secret])).toContain("record-exists");
  });

  test.each([
    ["one of several", "hunter2 hunter3"],
    ["a JSON list", '["hunter2"]'],
    ["itself", "hunter2"],
  ])("with a record: %s", (_name, id) => {
    expect(
      found({ tags: { [tag]: id, "cmdb:location": "LYO" }, ip: "10.9.9.9", region: "eu-central-1" }, [id, "LYO"]),
    ).toEqual(
      new Set([
        "record-in-service",
        "attributes-match",
        "location-consistent",
        "country-matches-region",
        "reference-unique",
      ]),
    );
  });

  test.each([
    "replace(key, 'x', 'u')",
    "replace(@.key, 'x', 'u')",
    "replace($.key, 'x', 'u')",
    "* | replace([0], 'x', 'u')",
    "replace(values(@)[0], 'x', 'u')",
    "replace(\"\\u006bey\", 'x', 'u')",
  ])("computed by a custom rule: %s", (id) => {
    const computed = { references: [{ types: ["*"], kind, id }] };
    expect(found({ key: "hxnter9" }, ["hxnter9"], computed)).toContain("record-exists");
  });
});

test("a property that contains a secret is not shown, long or quoted", () => {
  const match = [{ property: "ip", record: "ip" }];
  const of: RulesInput = { references: [{ types: ["*"], kind, match }] };
  const properties = (ip: unknown): Record<string, unknown> => ({ tags: { [tag]: "hunter2" }, ip });
  for (const [ip, secret] of [
    [`${"x".repeat(70)}top"secret${"y".repeat(20)}`, 'top"secret'],
    [{ deep: `a top"secret` }, 'top"secret'],
    [`top"secret`, 'top"secret'],
  ] as const) {
    const findings = judge(properties(ip), [secret], of).filter(({ rule }) => rule === "attributes-match");
    expect(findings).toHaveLength(2);
    expect(JSON.stringify(findings)).not.toContain("top");
  }
});

test("a value that resembles part of a secret is shown", () => {
  const [finding] = judge({ tags: { [tag]: "CI-9" } }, ["xCI-9y"]);
  expect(finding).toMatchObject({ rule: "record-exists", recordId: "CI-9" });
});
