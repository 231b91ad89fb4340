import { referencesOf } from "./references.js";
import type { Rule } from "./types.js";

/** A resource of a governed type without a reference. */
export const referenceRequired: Rule = {
  name: "reference-required",
  title: "Resources of governed types name their record",
  severity: "error",
  check: ({ resource, rules }) =>
    referencesOf(resource, rules)
      // Where the update decides, record-exists says so.
      .filter(({ entry, ids, undecided }) => entry.required && ids.length === 0 && !undecided)
      .map(({ entry, kind }) => ({
        kind,
        message: `${resource.name} must name its ${kind}: set ${entry.id} to the record's id`,
      })),
};
