import type { InventoryRecord } from "../../provider/model/records.js";
import type { Agreement } from "./compare/agreement.js";
import { agrees } from "./compare/index.js";
import { find } from "./resource/path.js";
import type { MatchObservation, Observer } from "./core/observation.js";
import { valueOf } from "./core/record-value.js";
import type { Match } from "./file/rules-file.js";
import { isSecretAt, describeUnknown, show } from "./core/show.js";
import type { ResourceRule, RuleFinding } from "./core/types.js";
import type { Resource } from "./resource/resource.js";

/** Reports properties that differ from the record. */
export const attributesMatch: ResourceRule = {
  scope: "resource",
  name: "attributes-match",
  title: "Properties agree with the record",
  severity: "warning",
  remediation: "Change the property to the value of the record, or correct the CMDB.",
  inactiveReason: ({ references }) =>
    references.some(({ match }) => match.length > 0) ? undefined : "no match in the rules",
  examines: ({ references }) =>
    references.some(
      ({ entry: { match }, records, undecided, unavailable }) =>
        match.length > 0 &&
        (undecided ||
          unavailable !== undefined ||
          match.some((one) => records.some((record) => valueOf(record, one.record) !== undefined))),
    ),
  check: ({ resource, references, observe }) => {
    const findings: RuleFinding[] = [];
    for (const { entry, kind, records, undecided, unavailable, secret } of references) {
      if (entry.match.length === 0) continue;
      if (unavailable !== undefined)
        findings.push({
          kind,
          about: ["not compared"],
          message: `${resource.name} could not be compared: ${unavailable}`,
        });
      for (const match of entry.match) {
        if (undecided) {
          findings.push(undecidedFinding(resource, match));
          observe?.({ rule: "attributes-match", match, verdict: "undecided", reason: "the record is unknown" });
        }
        for (const record of records) {
          const finding = compare(resource, record, match, secret, observe);
          if (finding) findings.push(finding);
        }
      }
    }
    return findings;
  },
};

function undecidedFinding(resource: Resource, { property }: Match): RuleFinding {
  const message = `${resource.name}: ${property} ${describeUnknown(resource)}`;
  return { undecided: true, affects: [property], message };
}

function compare(
  resource: Resource,
  record: InventoryRecord,
  match: Match,
  secret: boolean | undefined,
  observe: Observer | undefined,
): RuleFinding | undefined {
  const { kind, id } = record;
  const what = [match.property, match.record, typeof match.as === "string" ? match.as : "function"];
  const facts = { kind, ...(secret ? {} : { recordId: id }), about: what };
  const found = find(match.property, resource.properties);
  if (!found.known) {
    observe?.({ ...observed(record, match, secret), verdict: "undecided", reason: describeUnknown(resource) });
    return { ...undecidedFinding(resource, match), ...facts };
  }
  const wanted = valueOf(record, match.record);
  // A record without the field cannot disagree.
  if (wanted === undefined) {
    observe?.({ ...observed(record, match, secret), verdict: "skipped", reason: "the record has no value" });
    return undefined;
  }
  const agreement = agrees(match.as, found.value, wanted, match);
  observe?.({ ...observed(record, match, secret), ...comparison(resource, match, found.value, wanted, agreement) });
  if (agreement === true) return undefined;
  const subject = `${resource.name}: ${match.property}`;
  const nextStep = "change the property, or correct the CMDB";
  // The value of a secret record would identify the record.
  if (secret) return { ...facts, message: `${subject} differs from its ${kind} (a secret); ${nextStep}` };
  const isHidden = isSecretAt(match.property, found.value, resource);
  if (typeof agreement === "string") {
    // The reason can quote the property.
    const reason = isHidden ? "the property is a secret" : agreement;
    const message = `${subject} cannot be compared with ${kind} ${id}: ${reason}; correct the value, or the rule`;
    return { ...facts, about: [...what, "not compared"], message, expected: wanted };
  }
  if (isHidden) {
    return { ...facts, message: `${subject} (a secret) differs from ${kind} ${id}; ${nextStep}` };
  }
  const is = found.value === undefined ? "is not set" : `is ${show(found.value)}`;
  const message = `${subject} ${is}, but ${kind} ${id} has ${show(wanted)}${how(match)}; ${nextStep}`;
  return { ...facts, message, expected: wanted, actual: found.value };
}

function observed(record: InventoryRecord, match: Match, secret: boolean | undefined) {
  return { rule: "attributes-match", record, match, secret } as const;
}

/** Returns both sides of a comparison, without a secret or the value that equals it. */
function comparison(
  resource: Resource,
  { property }: Match,
  value: unknown,
  wanted: unknown,
  agreement: Agreement,
): Pick<MatchObservation, "verdict" | "reason" | "property" | "field" | "hidden"> {
  const verdict = typeof agreement === "string" ? "incomparable" : agreement ? "agrees" : "differs";
  if (isSecretAt(property, value, resource)) return { verdict, hidden: true };
  return {
    verdict,
    field: wanted,
    ...(value === undefined ? {} : { property: value }),
    ...(typeof agreement === "string" ? { reason: agreement } : {}),
  };
}

function how({ as, tolerance, ordered }: Match): string {
  if (tolerance !== undefined) return ` (± ${tolerance})`;
  if (ordered) return " (in this order)";
  if (as === "regex" || as === "cidr" || as === "one-of") return ` (${as})`;
  return "";
}
