import { referencesOf } from "./references.js";
import type { Rule } from "./types.js";

/** A reference to a record that the inventory does not have. */
export const recordExists: Rule = {
  name: "record-exists",
  title: "Every reference names a record of the inventory",
  severity: "error",
  check: ({ resource, inventory, rules }) =>
    referencesOf(resource, rules).flatMap(({ entry, kind, ids, undecided }) => [
      ...(undecided
        ? [{ kind, decidedAtUpdate: true, message: `${resource.name}: its ${kind} (${entry.id}) is decided at update` }]
        : []),
      ...ids
        .filter((id) => inventory.get(kind, id) === undefined)
        .map((id) => {
          const near = inventory.nearest(kind, id, "id");
          const hint =
            near.length > 0
              ? `did you mean ${near.map((text) => `"${text}"`).join(", ")}?`
              : "name a record that it has, or add it to the CMDB";
          return {
            kind,
            recordId: id,
            message: `${resource.name} refers to ${kind} "${id}" (${entry.id}), which the inventory does not have; ${hint}`,
            actual: id,
          };
        }),
    ]),
};
