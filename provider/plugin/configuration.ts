import { resolveSettings } from "../settings/resolve.js";
import { secretSettings } from "../settings/schema.js";
import { mayHaveSecret } from "../settings/inventory-url.js";
import { SettingsError } from "../settings/settings-error.js";
import type { InventoryArgs } from "../settings/args.js";
import { toSecret } from "../functions/pulumi-sentinels.js";
import type { Failure, Properties } from "../resources/tracked-record.js";
import { holdsUnknown } from "./values.js";

/** Returns the configuration of a provider as settings. The values are checked on use. */
export function toArgs(properties: Properties): InventoryArgs {
  return properties as InventoryArgs;
}

/** Returns missing and invalid settings. Settings that are unknown in a preview are neither. */
export function faultsOf(properties: Properties): Failure[] {
  try {
    resolveSettings(toArgs(properties), () => undefined);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.issues
      .filter(({ setting }) => !holdsUnknown(properties[setting]))
      .map(({ setting, problem }) => ({ property: setting, reason: `${setting} ${problem}` }));
  }
}

function isSecret(key: string, value: unknown): boolean {
  return (secretSettings as ReadonlySet<string>).has(key) || (key === "inventoryFile" && mayHaveSecret(value));
}

/** Returns the configuration for the state, with our secret settings and the user's secrets marked as secrets. */
export function toKept(sent: Properties): Properties {
  const entries = Object.entries(sent).map(([key, value]): [string, unknown] => {
    const isOurs = isSecret(key, value);
    return [key, isOurs && !holdsUnknown(value) ? toSecret(value) : value];
  });
  return Object.fromEntries(entries);
}
