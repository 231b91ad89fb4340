import { placeOf } from "./references.js";
import { notKnown } from "./show.js";
import type { FoundReference, ResourceContext, ResourceRule, RuleFinding } from "./types.js";

/** A resource of a governed type without a reference. */
export const referenceRequired: ResourceRule = {
  scope: "resource",
  name: "reference-required",
  title: "Resources of governed types name their record",
  severity: "error",
  cure: "Set the tag or property that the rules file names to the record's id.",
  off: ({ references }) =>
    references.some(({ required }) => required) ? undefined : "nothing is required in the rules",
  check: (context) =>
    // The owner of the resource sets its tags, not the stack that reads it.
    context.resource.external !== true && context.references.some(isUnmet)
      ? context.references.filter(isUnmet).map((reference) => unmet(reference, context))
      : [],
};

/** Where the update decides, record-exists says so. */
function isUnmet({ entry, ids, ambiguous, undecided }: FoundReference): boolean {
  return entry.required && ids.length === 0 && ambiguous.length === 0 && !undecided;
}

function unmet({ entry, kind }: FoundReference, { resource, withheld }: ResourceContext): RuleFinding {
  const place = placeOf(entry);
  const subject = { what: [place] };
  if (!withheld)
    return { kind, subject, message: `${resource.name} must name its ${kind}: set ${place} to the record's id` };
  const message = `${resource.name}: nothing of it is known in this run, so whether it names its ${kind} ${notKnown(resource)}`;
  return { kind, decidedAtUpdate: true, undecided: place, message };
}
