import type { Kind } from "../../provider/inventory/records.js";
import { find } from "./path.js";
import { trackedReferences, type Reference, type RulesFile } from "./rules-file.js";
import type { Resource } from "./types.js";
import { fits } from "./wildcard.js";

/** How one resource names records by one entry of the rules file. */
export interface FoundReference {
  readonly entry: Reference;
  readonly kind: Kind;
  readonly ids: readonly string[];
  /** True where a preview cannot know all of the ids yet. */
  readonly undecided: boolean;
}

/** Every entry that governs the resource's type, with the ids it finds. */
export function referencesOf(resource: Resource, rules: RulesFile): FoundReference[] {
  return [...rules.references, ...trackedReferences]
    .filter((entry) => entry.types.some((pattern) => fits(pattern, resource.type)))
    .map((entry) => {
      const found = find(entry.id, resource.properties);
      const values = Array.isArray(found.value) ? (found.value as unknown[]) : [found.value];
      const ids = values.filter((id) => typeof id === "string" || typeof id === "number").map(String);
      return { entry, kind: entry.kind, ids: [...new Set(ids.filter((id) => id !== ""))], undecided: !found.known };
    });
}
