import { statSync } from "node:fs";
import { mirrorFile, resolveSettings, stackConfig, type Settings } from "./config.js";
import { Mirror } from "./inventory/mirror.js";
import { openInventoryFile } from "./inventory/portable.js";
import { explain } from "./inventory/private-files.js";
import { Opening, type OpenOptions } from "./opening.js";
import { warnOfUnknownSettings } from "./unknown-settings.js";

export type { OpenOptions } from "./opening.js";

/** An opened inventory, and the settings that it was opened with. */
export interface Opened {
  readonly mirror: Mirror;
  readonly settings: Settings;
}

/**
 * Opens the inventory, and fetches what the mirror lacks or holds for too long; one process fetches, others wait for it.
 * @returns the records; call `close` when done
 * @throws SettingsError, ApiError, InventoryFileError; never part of an inventory
 */
export async function openInventory(options: OpenOptions = {}): Promise<Mirror> {
  return (await openWithSettings(options)).mirror;
}

/** {@link openInventory}, with the settings that it was opened with. */
export async function openWithSettings(options: OpenOptions = {}): Promise<Opened> {
  const config = options.config ?? stackConfig;
  // First: a misspelt name may be why a setting is missing.
  warnOfUnknownSettings(config);
  const settings = resolveSettings(options.args, config);
  const { inventoryFile: file } = settings;
  if (file !== undefined) {
    const unlocked = statSync(file, { throwIfNoEntry: false });
    const { db, origin } = openInventoryFile(file, settings.expected);
    return { mirror: new Mirror(db, { endpoint: origin.endpoint, file, isCarried: true, unlocked }), settings };
  }
  const path = mirrorFile(settings);
  try {
    return { mirror: await new Opening(settings, path, options).run(), settings };
  } catch (error) {
    throw explain(path, error);
  }
}
