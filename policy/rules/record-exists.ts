import { referencesOf } from "./references.js";
import type { Rule } from "./types.js";

/** A reference to a record that the inventory does not have. */
export const recordExists: Rule = {
  name: "record-exists",
  title: "Every reference names a record of the inventory",
  severity: "error",
  check: ({ resource, inventory, rules }) =>
    referencesOf(resource, rules).flatMap(({ entry, kind, ids }) =>
      ids
        .filter((id) => inventory.get(kind, id) === undefined)
        .map((id) => {
          const near = inventory.nearest(kind, id, "id");
          const hint = near.length > 0 ? `; did you mean ${near.map((text) => `"${text}"`).join(", ")}?` : "";
          return {
            kind,
            recordId: id,
            message: `${resource.name} refers to ${kind} "${id}" (${entry.id}), which the inventory does not have${hint}`,
            actual: id,
          };
        }),
    ),
};
