import { evaluate } from "../../../policy/rules/index.js";
import { parseRulesFile, type RulesInput } from "../../../policy/rules/file/rules-file.js";
import { type Resource } from "../../../policy/rules/resource/resource.js";
import type { InventoryReader } from "../../../provider/model/inventory-reader.js";
import type { InventoryRecord, Kind, NamedFields } from "../../../provider/model/records.js";
import { arrayInventory } from "./array-inventory.js";

export const of = (kind: Kind, id: string, named: NamedFields = {}, attributes: object = {}): InventoryRecord => ({
  kind,
  id,
  ...named,
  attributes: { id, ...attributes },
});

export const records = [
  of("configurationItem", "CI-1", { status: "In service", locationId: "PAR" }, { ip: "10.0.0.1", speed: 100, any: "" }),
  of("configurationItem", "CI-2", { status: "Retired", servicePointId: "SP-1" }),
  of("configurationItem", "CI-3"),
  of("servicePoint", "SP-1", { locationId: "PAR" }),
  of("location", "PAR", { country: "FR" }),
  of("location", "BER", { country: "Germany" }),
  of("location", "REK", { country: "IS" }),
  of("location", "NIL", { country: "Atlantis" }),
  of("location", "NOW"),
];
export const inventory = arrayInventory(records);

export const type = "aws:ec2/vpc:Vpc";
export const vpc = (properties: Record<string, unknown>, more: Partial<Resource> = {}): Resource => {
  const name = more.name ?? "gw";
  return { urn: `urn:pulumi:dev::net::${type}::${name}`, type, name, properties, ...more };
};

export const tracked = "pulumi-nodejs:dynamic/orange-cmdb:ConfigurationItem";

/** Each finding on one line: rule and severity, what it is about, what it says, what was wanted and what was found. */
export function says(
  resources: readonly Resource[],
  rules: RulesInput,
  from: InventoryReader = inventory,
  now = new Date(),
): string[] {
  return evaluate(resources, from, parseRulesFile(rules, "test"), now).findings.map(
    ({
      rule,
      severity,
      kind = "",
      recordId = "",
      message,
      expected,
      actual,
      undecided,
      about: _about,
      affects: _affects,
      ...where
    }) => {
      expect(where).toEqual({
        urn: expect.stringContaining("urn:pulumi:dev::net::") as string,
        type: expect.any(String) as string,
      });
      const facts = [expected, actual].map((fact) => JSON.stringify(fact) ?? "").join(" <> ");
      return `${rule} ${severity}${undecided ? "?" : ""} [${kind} ${recordId}] ${message} [${facts}]`;
    },
  );
}

export type Entry = NonNullable<RulesInput["references"]>[number];
export const item: Entry = { types: ["*"], kind: "configurationItem", id: "ci" };
export const place: Entry = { types: ["*"], kind: "location", id: "site" };
