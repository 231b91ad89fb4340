import { referencesOf } from "./references.js";
import type { Rule } from "./types.js";

/** A resource of a governed type without a reference. */
export const referenceRequired: Rule = {
  name: "reference-required",
  title: "Resources of governed types name their record",
  severity: "error",
  check: ({ resource, rules }) =>
    referencesOf(resource, rules)
      .filter(({ entry, ids }) => entry.required && ids.length === 0)
      .map(({ entry, kind, undecided }) =>
        undecided
          ? { kind, decidedAtUpdate: true, message: `${resource.name}: its ${kind} (${entry.id}) is decided at update` }
          : { kind, message: `${resource.name} must name its ${kind}: set ${entry.id} to the record's id` },
      ),
};
