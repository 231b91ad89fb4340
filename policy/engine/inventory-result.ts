import { ApiError } from "../../provider/api/errors/errors.js";
import { tellOnStderr } from "../../provider/inventory/events.js";
import type { InventoryReader } from "../../provider/model/inventory-reader.js";
import type { Kind } from "../../provider/model/records.js";
import { stackConfig } from "../../provider/settings/sources.js";
import { environmentName } from "../../provider/settings/schema.js";
import type { InventoryArgs } from "../../provider/settings/args.js";
import { openInventory } from "../../provider/inventory/open.js";
import type { UnavailableMode } from "../config/unavailable.js";
import { Lookup } from "../rules/core/lookup.js";
import { trackedReferences, type RulesFile } from "../rules/file/rules-file.js";

/** The inventory of this run, or the error. */
export type InventoryResult =
  { readonly inventory: InventoryReader; readonly lookup: Lookup } | { readonly failure: string };

/** Returns the kinds that the rules read: referenced and covered kinds, and their locations. */
export function kindsOf({ references, cover, residency }: RulesFile): Kind[] {
  const kinds = [...references, ...trackedReferences, ...cover].map(({ kind }) => kind);
  return [...new Set(residency ? [...kinds, residency.countryFrom] : kinds)];
}

/** Maximum duration of a call with all attempts, in seconds: an unreachable API must not block a preview. */
const LOCK_PATIENCE_SECONDS = 15;

/** Maximum age that accepts any mirror, whose age is then reported. */
export const anyAge = 100 * 365 * 86_400;

/** Returns the defaults of the pack, with a shorter timeout than the CLI. Settings of the user override them. */
function argsFor(mode: UnavailableMode): InventoryArgs {
  const isSet = (key: string): boolean => Boolean(stackConfig(key) ?? process.env[environmentName(key)]);
  return {
    ...(isSet("timeout") ? {} : { timeout: LOCK_PATIENCE_SECONDS }),
    ...(mode === "use-stale" ? { maxStale: anyAge } : {}),
  };
}

/** Opens the inventory. Never throws, so that there is one attempt per run and not one per resource. */
export async function openForPolicies(kinds: readonly Kind[], mode: UnavailableMode): Promise<InventoryResult> {
  try {
    const inventory = await openInventory({ kinds, args: argsFor(mode), onEvent: tellOnStderr });
    return { inventory, lookup: new Lookup(inventory) };
  } catch (error) {
    return { failure: whyUnavailable(error, mode) };
  }
}

/** Returns the message for an unavailable inventory. */
export function whyUnavailable(error: unknown, mode: UnavailableMode): string {
  const message = error instanceof Error ? error.message : String(error);
  return mode === "use-stale" && error instanceof ApiError ? `${message}; there is no older mirror` : message;
}
