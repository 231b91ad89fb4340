import type { InventoryRecord } from "../../provider/inventory/records.js";
import { agrees } from "./compare/index.js";
import { find } from "./path.js";
import { valueOf } from "./record-value.js";
import type { Match } from "./rules-file.js";
import { isSecret, notKnown, show } from "./show.js";
import type { Resource, ResourceRule, RuleFinding } from "./types.js";

/** Properties that differ from the record's. */
export const attributesMatch: ResourceRule = {
  scope: "resource",
  name: "attributes-match",
  title: "Properties agree with the record",
  severity: "warning",
  cure: "Set the property to what the record says, or correct the CMDB.",
  off: ({ references }) => (references.some(({ match }) => match.length > 0) ? undefined : "no match in the rules"),
  check: ({ resource, references }) =>
    references.flatMap(({ entry, kind, records, undecided, unavailable }) => {
      if (entry.match.length === 0) return [];
      if (unavailable !== undefined)
        return [{ kind, message: `${resource.name} could not be compared: ${unavailable}` }];
      const open = (match: Match): RuleFinding => undecidedFinding(resource, match);
      return [
        ...(undecided ? entry.match.map(open) : []),
        ...records.flatMap((record) => entry.match.flatMap((match) => compare(resource, record, match))),
      ];
    }),
};

function undecidedFinding(resource: Resource, { property }: Match): RuleFinding {
  const message = `${resource.name}: ${property} ${notKnown(resource)}`;
  return { decidedAtUpdate: true, undecided: property, message };
}

function compare(resource: Resource, record: InventoryRecord, match: Match): RuleFinding[] {
  const { kind, id } = record;
  const found = find(match.property, resource.properties);
  if (!found.known) return [{ ...undecidedFinding(resource, match), kind, recordId: id }];
  const wanted = valueOf(record, match.record);
  // What the inventory does not say cannot be disagreed with.
  if (wanted === undefined) return [];
  const agreement = agrees(match.as, found.value, wanted, match.tolerance as Parameters<typeof agrees>[3]);
  if (agreement === true) return [];
  const subject = `${resource.name}: ${match.property}`;
  const cure = "set it so, or correct the CMDB";
  if (typeof agreement === "string") {
    const message = `${subject} could not be compared with ${kind} ${id}: ${agreement}; correct the CMDB, or the rule`;
    return [{ kind, recordId: id, message, expected: wanted }];
  }
  if (isSecret(found.value, resource)) {
    return [{ kind, recordId: id, message: `${subject} is a secret, and not what ${kind} ${id} says; ${cure}` }];
  }
  const is = found.value === undefined ? "is not set" : `is ${show(found.value)}`;
  const message = `${subject} ${is}, but ${kind} ${id} says ${show(wanted)}${how(match)}; ${cure}`;
  return [{ kind, recordId: id, message, expected: wanted, actual: found.value }];
}

function how({ as, tolerance }: Match): string {
  if (tolerance !== undefined) return ` (± ${tolerance})`;
  if (as === "regex" || as === "cidr" || as === "one-of") return ` (${as})`;
  return "";
}
