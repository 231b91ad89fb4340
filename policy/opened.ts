import type { InventoryReader } from "../provider/inventory/inventory.js";
import type { Kind } from "../provider/inventory/records.js";
import { openInventory } from "../provider/open.js";
import type { UnavailableMode } from "./arguments.js";
import { Lookup } from "./rules/lookup.js";
import { trackedReferences, type RulesFile } from "./rules/rules-file.js";

/** The inventory of this run, or why there is none. */
export type Opened = { readonly inventory: InventoryReader; readonly lookup: Lookup } | { readonly failure: string };

/** The kinds that the rules read: those referred to and to be covered, and the locations where records stand. */
export function kindsOf({ references, cover, residency }: RulesFile): Kind[] {
  const kinds = [...references, ...trackedReferences, ...cover].map(({ kind }) => kind);
  return [...new Set(residency ? [...kinds, residency.countryFrom] : kinds)];
}

/** Opens the inventory; never throws, so that it is tried once and not once a resource. */
export async function openFor(kinds: readonly Kind[], _mode: UnavailableMode): Promise<Opened> {
  try {
    const inventory = await openInventory({ kinds });
    return { inventory, lookup: new Lookup(inventory) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
