import type { Lookup } from "./lookup.js";
import type { RulesFile } from "../file/rules-file.js";
import type { ResolvedResource, StackView } from "./types.js";

/** Returns a view of resources whose references were resolved by the inventory. */
export function viewOf(resources: readonly ResolvedResource[], lookup: Lookup, { cover }: RulesFile): StackView {
  return {
    resources,
    inventory: lookup.info(),
    recordsToCover: (index) => {
      const entry = cover[index];
      return entry === undefined ? [] : Array.from(lookup.list(entry.kind, entry.where), ({ id }) => id);
    },
  };
}
