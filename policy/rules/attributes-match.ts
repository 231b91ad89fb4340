import type { InventoryRecord } from "../../provider/inventory/records.js";
import { agrees } from "./compare/index.js";
import { find } from "./path.js";
import { valueOf } from "./record-value.js";
import type { Match } from "./rules-file.js";
import { isSecretAt, notKnown, show } from "./show.js";
import type { Resource, ResourceRule, RuleFinding } from "./types.js";

/** Properties that differ from the record's. */
export const attributesMatch: ResourceRule = {
  scope: "resource",
  name: "attributes-match",
  title: "Properties agree with the record",
  severity: "warning",
  cure: "Set the property to what the record says, or correct the CMDB.",
  off: ({ references }) => (references.some(({ match }) => match.length > 0) ? undefined : "no match in the rules"),
  check: ({ resource, references }) => {
    const findings: RuleFinding[] = [];
    for (const { entry, kind, records, undecided, unavailable, secret } of references) {
      if (entry.match.length === 0) continue;
      if (unavailable !== undefined)
        findings.push({
          kind,
          subject: { what: ["not compared"] },
          message: `${resource.name} could not be compared: ${unavailable}`,
        });
      for (const match of entry.match) {
        if (undecided) findings.push(undecidedFinding(resource, match));
        for (const record of records) {
          const finding = compare(resource, record, match, secret);
          if (finding) findings.push(finding);
        }
      }
    }
    return findings;
  },
};

function undecidedFinding(resource: Resource, { property }: Match): RuleFinding {
  const message = `${resource.name}: ${property} ${notKnown(resource)}`;
  return { decidedAtUpdate: true, undecided: property, message };
}

function compare(
  resource: Resource,
  record: InventoryRecord,
  match: Match,
  secret: boolean | undefined,
): RuleFinding | undefined {
  const { kind, id } = record;
  const what = [match.property, match.record, typeof match.as === "string" ? match.as : "function"];
  const about = { kind, ...(secret ? {} : { recordId: id }), subject: { what } };
  const found = find(match.property, resource.properties);
  if (!found.known) return { ...undecidedFinding(resource, match), ...about };
  const wanted = valueOf(record, match.record);
  // What the inventory does not say cannot be disagreed with.
  if (wanted === undefined) return undefined;
  const agreement = agrees(match.as, found.value, wanted, match);
  if (agreement === true) return undefined;
  const subject = `${resource.name}: ${match.property}`;
  const cure = "set it so, or correct the CMDB";
  // What a record says tells which it is.
  if (secret) return { ...about, message: `${subject} is not what its ${kind} (a secret) says; ${cure}` };
  const isHidden = isSecretAt(match.property, found.value, resource);
  if (typeof agreement === "string") {
    // The reason may quote the property.
    const reason = isHidden ? "the property is a secret" : agreement;
    const message = `${subject} could not be compared with ${kind} ${id}: ${reason}; correct the value, or the rule`;
    return { ...about, subject: { what: [...what, "not compared"] }, message, expected: wanted };
  }
  if (isHidden) {
    return { ...about, message: `${subject} is a secret, and not what ${kind} ${id} says; ${cure}` };
  }
  const is = found.value === undefined ? "is not set" : `is ${show(found.value)}`;
  const message = `${subject} ${is}, but ${kind} ${id} says ${show(wanted)}${how(match)}; ${cure}`;
  return { ...about, message, expected: wanted, actual: found.value };
}

function how({ as, tolerance, ordered }: Match): string {
  if (tolerance !== undefined) return ` (± ${tolerance})`;
  if (ordered) return " (in this order)";
  if (as === "regex" || as === "cidr" || as === "one-of") return ` (${as})`;
  return "";
}
