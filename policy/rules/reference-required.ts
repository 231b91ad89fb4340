import { placeOf } from "./references.js";
import { notKnown } from "./show.js";
import type { ResourceRule } from "./types.js";

/** A resource of a governed type without a reference. */
export const referenceRequired: ResourceRule = {
  scope: "resource",
  name: "reference-required",
  title: "Resources of governed types name their record",
  severity: "error",
  cure: "Set the tag or property that the rules file names to the record's id.",
  off: ({ references }) =>
    references.some(({ required }) => required) ? undefined : "nothing is required in the rules",
  check: ({ resource, references, withheld }) =>
    references
      .filter((reference) => reference.entry.required && reference.ids.length === 0 && reference.ambiguous.length === 0)
      // Where the update decides, record-exists says so.
      .filter(({ undecided }) => !undecided)
      .map(({ entry, kind }) =>
        withheld
          ? {
              kind,
              decidedAtUpdate: true,
              undecided: placeOf(entry),
              message: `${resource.name}: nothing of it is known in this run, so whether it names its ${kind} ${notKnown(resource)}`,
            }
          : { kind, message: `${resource.name} must name its ${kind}: set ${placeOf(entry)} to the record's id` },
      ),
};
