import { ApiError } from "../provider/api/errors.js";
import { tellOnStderr } from "../provider/inventory/events.js";
import type { InventoryReader } from "../provider/inventory/inventory.js";
import type { Kind } from "../provider/inventory/records.js";
import { environmentName, stackConfig, type InventoryArgs } from "../provider/config.js";
import { openInventory } from "../provider/open.js";
import type { UnavailableMode } from "./unavailable.js";
import { Lookup } from "./rules/lookup.js";
import { trackedReferences, type RulesFile } from "./rules/rules-file.js";

/** The inventory of this run, or why there is none. */
export type Opened = { readonly inventory: InventoryReader; readonly lookup: Lookup } | { readonly failure: string };

/** The kinds that the rules read: those referred to and to be covered, and the locations where records stand. */
export function kindsOf({ references, cover, residency }: RulesFile): Kind[] {
  const kinds = [...references, ...trackedReferences, ...cover].map(({ kind }) => kind);
  return [...new Set(residency ? [...kinds, residency.countryFrom] : kinds)];
}

/** Seconds within which a call is answered, with all its attempts: an API that is not there must not hold up a preview. */
const patience = 15;

/** Old enough for any mirror: however old, it is said. */
export const anyAge = 100 * 365 * 86_400;

/** What the user sets wins; left alone, a pack is less patient than a command. */
function argsFor(mode: UnavailableMode): InventoryArgs {
  const isSet = (key: string): boolean => Boolean(stackConfig(key) ?? process.env[environmentName(key)]);
  return { ...(isSet("timeout") ? {} : { timeout: patience }), ...(mode === "stale" ? { maxStale: anyAge } : {}) };
}

/** Opens the inventory; never throws, so that it is tried once and not once a resource. */
export async function openFor(kinds: readonly Kind[], mode: UnavailableMode): Promise<Opened> {
  try {
    const inventory = await openInventory({ kinds, args: argsFor(mode), onEvent: tellOnStderr });
    return { inventory, lookup: new Lookup(inventory) };
  } catch (error) {
    return { failure: whyUnavailable(error, mode) };
  }
}

/** What is said of an inventory that cannot be had. */
export function whyUnavailable(error: unknown, mode: UnavailableMode): string {
  const message = error instanceof Error ? error.message : String(error);
  return mode === "stale" && error instanceof ApiError ? `${message}; and there is no older mirror` : message;
}
