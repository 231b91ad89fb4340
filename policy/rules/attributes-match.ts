import type { InventoryRecord } from "../../provider/inventory/records.js";
import { agrees } from "./compare.js";
import { find } from "./path.js";
import { referencesOf } from "./references.js";
import type { Match } from "./rules-file.js";
import type { Resource, Rule, RuleFinding } from "./types.js";

/** Properties that differ from the record's. */
export const attributesMatch: Rule = {
  name: "attributes-match",
  title: "Properties agree with the record",
  severity: "warning",
  check: ({ resource, inventory, rules }) =>
    referencesOf(resource, rules).flatMap(({ entry, kind, ids, undecided }) => {
      if (entry.match.length === 0) return [];
      const message = `${resource.name}: whether it agrees with its ${kind} is decided at update`;
      const open = undecided ? [{ kind, decidedAtUpdate: true, message }] : [];
      const compared = ids.flatMap((id) => {
        const record = inventory.get(kind, id);
        return record ? entry.match.flatMap((match) => compare(resource, record, match)) : [];
      });
      return [...open, ...compared];
    }),
};

function compare(resource: Resource, record: InventoryRecord, match: Match): RuleFinding[] {
  const { kind, id } = record;
  const found = find(match.property, resource.properties);
  const subject = `${resource.name}: ${match.property}`;
  if (!found.known) {
    const message = `${subject} is decided at update`;
    return [{ kind, recordId: id, decidedAtUpdate: true, message }];
  }
  const { attributes, ...named } = record;
  const expected = find(match.record, { ...attributes, ...named, attributes });
  const wanted = expected.known ? expected.value : undefined;
  // What the inventory does not say cannot be disagreed with.
  if (wanted === undefined || agrees(match.as, found.value, wanted)) return [];
  const is = found.value === undefined ? "is not set" : `is ${show(found.value)}`;
  const message = `${subject} ${is}, but ${kind} ${id} says ${show(wanted)}; set it so, or correct the CMDB`;
  return [{ kind, recordId: id, message, expected: wanted, actual: found.value }];
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
