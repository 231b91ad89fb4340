import { keyOf } from "./file/reference-key.js";
import { placeOf } from "./core/references.js";
import { describeUnknown } from "./core/show.js";
import type { FoundReference, ResourceContext, ResourceRule, RuleFinding } from "./core/types.js";

/** Reports a resource without a required reference. */
export const referenceRequired: ResourceRule = {
  scope: "resource",
  name: "reference-required",
  title: "Required references are set",
  severity: "error",
  remediation: "Set the tag or property of the rules file to the id of the record.",
  inactiveReason: ({ references }) =>
    references.some(({ required }) => required) ? undefined : "no required reference in the rules",
  examines: ({ resource, references }) => resource.external !== true && references.some(({ entry }) => entry.required),
  check: (context) =>
    // The stack that owns the resource sets its tags, not the stack that reads it.
    context.resource.external !== true && context.references.some(isUnmet)
      ? context.references.filter(isUnmet).map((reference) => unmet(reference, context))
      : [],
};

/** Returns whether a required reference is missing. An undecided one is not: record-exists reports it. */
export function isUnmet({ entry, ids, ambiguous, unmatched = [], undecided }: FoundReference): boolean {
  return entry.required && ids.length === 0 && ambiguous.length === 0 && unmatched.length === 0 && !undecided;
}

function unmet({ entry, kind }: FoundReference, { resource, propertiesOmitted }: ResourceContext): RuleFinding {
  const place = placeOf(entry);
  if (!propertiesOmitted) {
    const field = keyOf(entry)?.by ?? "id";
    const message = `${resource.name} has no ${kind}: set ${place} to the ${field} of the record`;
    return { kind, about: [place], message };
  }
  const message = `${resource.name}: its properties are unknown, so its reference to a ${kind} ${describeUnknown(resource)}`;
  return { kind, undecided: true, affects: [place], message };
}
