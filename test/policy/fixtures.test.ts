import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseState } from "../drift/helpers/state.js";
import { evaluate, type Evaluation } from "../../policy/rules/index.js";
import { conventionalRules, parseRulesFile, type RulesInput } from "../../policy/rules/file/rules-file.js";
import { defaultFieldMap, fieldReader } from "../../provider/model/field-map.js";
import { kinds } from "../../provider/model/records.js";
import { generate } from "../../sandbox/generate.js";
import { arrayInventory } from "./helpers/array-inventory.js";

const folder = join(__dirname, "../fixtures/states");
const states = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);

const records = generate(60, 1);
const inventory = arrayInventory(
  kinds.flatMap((kind) => {
    const named = fieldReader(defaultFieldMap, kind);
    // The programs refer to records that are in service.
    return records[kind]
      .map((record) => ("state" in record ? { ...record, state: ["OPERATIONAL"] } : record))
      .map((attributes) => ({
        kind,
        id: String(attributes["id"]),
        ...named(attributes),
        attributes,
      }));
  }),
);

/** Every rule switched on, as a team would that deployed these programs. */
const strict: RulesInput = {
  references: [
    {
      types: ["aws:ec2/customerGateway:CustomerGateway"],
      kind: "configurationItem",
      required: true,
      match: [{ property: "ipAddress", record: "ipAddress", as: "ip" }],
    },
    { types: ["aws:ec2/*", "azure-native:network:VirtualNetwork", "gcp:compute/instance:Instance"], kind: "location" },
    { types: ["*"], kind: "configurationItem" },
    { types: ["*"], kind: "location" },
    { types: ["*"], kind: "servicePoint" },
  ],
  inService: { configurationItem: ["OPERATIONAL"], servicePoint: ["OPERATIONAL"] },
  unique: { location: 100 },
  cover: [{ kind: "location", where: "country == 'AQ'" }],
  residency: { countryFrom: "location" },
  fresh: { maxAge: 60 },
};

const judge = (text: string, rules = conventionalRules): Evaluation =>
  evaluate(parseState(text, "fixture"), inventory, rules);

describe.each(states)("%s, a real program that agrees with the inventory", (name, text) => {
  test("has no finding by convention", () => {
    expect(judge(text).findings).toEqual([]);
  });

  test("has no finding by all rules", () => {
    expect(judge(text, parseRulesFile(strict, "test")).findings).toEqual([]);
  });

  test("has references that are found", () => {
    const referring = judge(text).resources.filter(({ references }) => references.some(({ ids }) => ids.length > 0));
    if (name === "aws-untagged.json") expect(referring).toEqual([]);
    else if (name === "terraform-clouds.json") expect(referring).toHaveLength(judge(text).resources.length);
    else expect(referring.length).toBeGreaterThanOrEqual(4);
  });
});

test("each tagged resource of the fixtures is reported if its record is missing", () => {
  const empty = arrayInventory([]);
  for (const [name, text] of states) {
    const { findings, resources } = evaluate(parseState(text, name), empty, conventionalRules);
    const referring = resources.filter(({ references }) => references.some(({ ids }) => ids.length > 0));
    expect(new Set(findings.map(({ urn }) => urn)).size).toBe(referring.length);
  }
});
