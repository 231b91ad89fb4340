import { kinds } from "../../provider/model/records.js";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { PackSession } from "../../policy/engine/pack-session.js";
import { checkArguments, type OrangeCmdbPolicyPackArgs } from "../../policy/config/arguments.js";
import { findConfigError } from "../../policy/config/pack-config.js";
import { argumentOf, policyNames } from "../../policy/config/names.js";
import { unknownAtPreview, inventoryAvailable, policyOf } from "../../policy/policies.js";
import { rules } from "../../policy/rules/index.js";
import { conventionalRules, parseRulesFile, ruleNames, type RulesFile } from "../../policy/rules/file/rules-file.js";

const session = new PackSession(conventionalRules, "fail", kinds);
const policies: (ResourceValidationPolicy | StackValidationPolicy)[] = [
  inventoryAvailable("mandatory", session),
  ...rules.map((rule) => policyOf(rule, conventionalRules, {}, session)),
  unknownAtPreview("advisory", session),
];
const docs = readFileSync(join(__dirname, "../../docs/reference/rules.md"), "utf8");

test("there is one policy for each rule, and one list of rules", () => {
  expect(rules.map(({ name }) => name)).toEqual([...ruleNames]);
  expect(new Set(policies.map(({ name }) => name))).toEqual(new Set(policyNames));
});

test.each(policies.map((policy) => [policy.name, policy] as const))(
  "%s has all metadata, and a documented example",
  (name, { displayName, description, severity, tags, remediationSteps, url, configSchema }) => {
    for (const text of [displayName, description, severity, remediationSteps]) expect(text).toBeTruthy();
    expect(tags).toContain("cmdb");
    expect(configSchema?.properties).toBeDefined();
    const [page = "", anchor] = (url ?? "").split("#");
    expect(readFileSync(fileURLToPath(page), "utf8")).toBe(docs);
    expect(anchor).toBe(name);
    const [, section = ""] = new RegExp(`^## ${name}\n([^]*?)(?=^## |$(?![^]))`, "m").exec(docs) ?? [];
    for (const part of [/^- \*\*Level\*\*: /m, /^- \*\*Settings\*\*: /m, /^Example:\n\n> /m, /^\*\*What to do\*\*: /m])
      expect(section).toMatch(part);
  },
);

test("rules are mandatory or advisory by their severity, or disabled with nothing to check; two can be remediated", () => {
  const levels = (of: RulesFile): object =>
    Object.fromEntries(rules.map((rule) => [rule.name, policyOf(rule, of, {}, session).enforcementLevel]));
  expect(levels(conventionalRules)).toMatchObject({ "record-exists": "mandatory", "attributes-match": "disabled" });
  const match = [{ property: "a", record: "b" }];
  const matching = parseRulesFile({ references: [{ types: ["*"], kind: "location", match }] }, "test");
  expect(levels(matching)).toMatchObject({ "attributes-match": "advisory", "reference-required": "disabled" });
  const mending = policies.filter((policy) => "remediateResource" in policy).map(({ name }) => name);
  expect(mending).toEqual(["attributes-match", "location-consistent"]);
});

test("each configuration in the documentation is valid", () => {
  const guide = readFileSync(join(__dirname, "../../docs/guides/check-a-preview.md"), "utf8");
  const examples = [...guide.matchAll(/^```json\n([^]*?)^```/gm)].map(([, code = ""]) => JSON.parse(code) as object);
  expect(examples.length).toBeGreaterThan(1);
  for (const example of examples) {
    const given = Object.entries(example).map(([name, value]: [string, unknown]) => {
      const { enforcementLevel: _level, ...properties } =
        typeof value === "object" ? ({ ...value } as Record<string, unknown>) : {};
      return [name, { level: undefined, properties }] as const;
    });
    expect(findConfigError(new Map(given), [])).toBeUndefined();
  }
});

test("a configuration error has its path and the allowed values", () => {
  const given = {
    all: { unique: {} },
    "record-exist": {},
    "reference-unique": { unique: { location: 0 }, ignore: [{ resource: "*" }] },
    theirs: { anything: 1 },
  };
  const configs = Object.entries(given).map(([name, properties]) => [name, { level: undefined, properties }] as const);
  const message = findConfigError(new Map(configs), ["theirs"]) ?? "";
  expect(message.split("\n").slice(1)).toEqual([
    expect.stringMatching(/- all: unknown key "unique"; allowed are enforcementLevel$/),
    expect.stringMatching(/: unknown key "record-exist"; did you mean "record-exists"\? Allowed are all, .*, theirs$/),
    expect.stringMatching(/- reference-unique\.unique\.location: /),
    expect.stringMatching(/- reference-unique\.ignore\.0\.reason: /),
  ]);
});

test("arguments are validated by name and value", () => {
  const all = Object.fromEntries(policyNames.map((name) => [argumentOf(name), "advisory"])) as OrangeCmdbPolicyPackArgs;
  expect(() =>
    checkArguments({ ...all, all: "disabled", onUnavailable: "warn", rules: {}, name: "own" }),
  ).not.toThrow();
  expect(() => checkArguments({ all: "strict" as "advisory" })).toThrowErrorMatchingInlineSnapshot(`
   "the arguments of new OrangeCmdbPolicyPack(…) are wrong:
     - all: "strict" is not allowed; allowed are advisory, mandatory, remediate, disabled"
  `);
  expect(() => checkArguments({ recordexists: "advisory" } as object)).toThrowErrorMatchingInlineSnapshot(`
   "the arguments of new OrangeCmdbPolicyPack(…) are wrong:
     - (top level): unknown key "recordexists"; did you mean "recordExists"? Allowed are all, recordExists, referenceRequired, recordInService, attributesMatch, locationConsistent, countryMatchesRegion, referenceUnique, inventoryCovered, inventoryFresh, inventoryAvailable, unknownAtPreview, rules, onUnavailable, policies, name"
  `);
});
