import { kinds } from "../../provider/inventory/records.js";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { checkArguments, type OrangeCmdbPolicyPackArgs } from "../../policy/arguments.js";
import { mistakeIn } from "../../policy/pack-config.js";
import { argumentOf, policyNames } from "../../policy/names.js";
import { decidedAtUpdate, inventoryAvailable, policyOf } from "../../policy/policies.js";
import { rules } from "../../policy/rules/index.js";
import { conventionalRules, parseRulesFile, ruleNames, type RulesFile } from "../../policy/rules/rules-file.js";
import { Run } from "../../policy/run.js";

const run = new Run(conventionalRules, { secretsOf: () => undefined }, "fail", kinds);
const policies: (ResourceValidationPolicy | StackValidationPolicy)[] = [
  inventoryAvailable("mandatory", run),
  ...rules.map((rule) => policyOf(rule, conventionalRules, {}, run)),
  decidedAtUpdate("advisory", run),
];
const docs = readFileSync(join(__dirname, "../../docs/policies.md"), "utf8");

test("there is one policy for each rule, and one list of rules", () => {
  expect(rules.map(({ name }) => name)).toEqual([...ruleNames]);
  expect(new Set(policies.map(({ name }) => name))).toEqual(new Set(policyNames));
});

test.each(policies.map((policy) => [policy.name, policy] as const))(
  "%s carries all that a policy can, and a section of the documentation with an example",
  (name, { displayName, description, severity, tags, remediationSteps, url, configSchema }) => {
    for (const text of [displayName, description, severity, remediationSteps]) expect(text).toBeTruthy();
    expect(tags).toContain("cmdb");
    expect(configSchema?.properties).toBeDefined();
    const [page = "", anchor] = (url ?? "").split("#");
    expect(readFileSync(fileURLToPath(page), "utf8")).toBe(docs);
    expect(anchor).toBe(name);
    expect(docs).toMatch(new RegExp(`^### ${name}\n\n> .+\n\n\\S`, "m"));
  },
);

test("rules are mandatory or advisory by their severity, or disabled with nothing to check; two can be remediated", () => {
  const levels = (of: RulesFile): object =>
    Object.fromEntries(rules.map((rule) => [rule.name, policyOf(rule, of, {}, run).enforcementLevel]));
  expect(levels(conventionalRules)).toMatchObject({ "record-exists": "mandatory", "attributes-match": "disabled" });
  const match = [{ property: "a", record: "b" }];
  const matching = parseRulesFile({ references: [{ types: ["*"], kind: "location", match }] }, "test");
  expect(levels(matching)).toMatchObject({ "attributes-match": "advisory", "reference-required": "disabled" });
  const mending = policies.filter((policy) => "remediateResource" in policy).map(({ name }) => name);
  expect(mending).toEqual(["attributes-match", "location-consistent"]);
});

test("every configuration in the documentation is one", () => {
  const examples = [...docs.matchAll(/^```json\n([^]*?)^```/gm)].map(([, code = ""]) => JSON.parse(code) as object);
  expect(examples.length).toBeGreaterThan(1);
  for (const example of examples) {
    const given = Object.entries(example).map(([name, value]: [string, unknown]) => {
      const { enforcementLevel: _level, ...properties } =
        typeof value === "object" ? ({ ...value } as Record<string, unknown>) : {};
      return [name, properties] as const;
    });
    expect(mistakeIn(new Map(given), [])).toBeUndefined();
  }
});

test("a mistake in the configuration has its path, and what is allowed", () => {
  const given = new Map<string, object>([
    ["all", { unique: {} }],
    ["record-exist", {}],
    ["reference-unique", { unique: { location: 0 }, ignore: [{ resource: "*" }] }],
    ["theirs", { anything: 1 }],
  ]);
  const message = mistakeIn(given, ["theirs"]) ?? "";
  expect(message.split("\n").slice(1)).toEqual([
    expect.stringMatching(/- all: unknown key "unique"; allowed are enforcementLevel$/),
    expect.stringMatching(/: unknown key "record-exist"; did you mean "record-exists"\? Allowed are all, .*, theirs$/),
    expect.stringMatching(/- reference-unique\.unique\.location: /),
    expect.stringMatching(/- reference-unique\.ignore\.0\.reason: /),
  ]);
});

test("arguments are checked by name and value", () => {
  const all = Object.fromEntries(policyNames.map((name) => [argumentOf(name), "advisory"])) as OrangeCmdbPolicyPackArgs;
  expect(() =>
    checkArguments({ ...all, all: "disabled", onUnavailable: "warn", rules: {}, name: "own" }),
  ).not.toThrow();
  expect(() => checkArguments({ all: "strict" as "advisory" })).toThrow(
    /all: "strict" is not allowed; allowed are advisory, /,
  );
  expect(() => checkArguments({ recordexists: "advisory" } as object)).toThrow(
    /:\n {2}- .*"recordexists"; did you mean "recordExists"\? Allowed are all, /,
  );
});
