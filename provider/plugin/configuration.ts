import { resolveSettings, secretSettings, SettingsError, type InventoryArgs } from "../config.js";
import { toSecret } from "../functions/pulumi-marks.js";
import type { Failure, Properties } from "../resources/tracked-record.js";
import { holdsUnknown } from "./values.js";

/** The configuration of a provider as settings; how each is spelled is checked when they are used. */
export function toArgs(properties: Properties): InventoryArgs {
  return properties as InventoryArgs;
}

/** What is missing or wrong; what a preview cannot know yet is neither. */
export function faultsOf(properties: Properties): Failure[] {
  try {
    resolveSettings(toArgs(properties), () => undefined);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.faults
      .filter(({ setting }) => !holdsUnknown(properties[setting]))
      .map(({ setting, problem }) => ({ property: setting, reason: `${setting} ${problem}` }));
  }
}

/** The configuration as it is kept in the state: our secrets are secrets there, however they were given, and so are the user's. */
export function toKept(sent: Properties): Properties {
  const entries = Object.entries(sent).map(([key, value]): [string, unknown] => {
    const isOurs = (secretSettings as ReadonlySet<string>).has(key);
    return [key, isOurs && !holdsUnknown(value) ? toSecret(value) : value];
  });
  return Object.fromEntries(entries);
}
