import { expectedOrigin, mirrorFile } from "./mirror/identity.js";
import { statSync } from "node:fs";
import { resolveSettings, type Settings } from "../settings/resolve.js";
import { stackConfig } from "../settings/sources.js";
import { Mirror } from "./mirror/mirror.js";
import { openInventoryFile } from "./mirror/inventory-file.js";
import { toFileError } from "../files/permissions.js";
import { MirrorSession, type OpenOptions } from "./mirror-session.js";
import { parseInventoryUrl, type InventoryUrl } from "../settings/inventory-url.js";
import { warnOfUnknownSettings } from "../settings/unknown-settings.js";

export type { OpenOptions } from "./mirror-session.js";

/** An open inventory with its settings. */
export interface OpenInventoryResult {
  readonly mirror: Mirror;
  readonly settings: Settings;
}

/**
 * Opens the inventory. Fetches kinds that the mirror lacks or that are too old. One process fetches, and others wait for it.
 * @returns the reader; call `close` at the end
 * @throws SettingsError, ApiError, InventoryFileError. Never returns an incomplete inventory
 */
export async function openInventory(options: OpenOptions = {}): Promise<Mirror> {
  return (await openWithSettings(options)).mirror;
}

/** Opens the inventory as {@link openInventory} does, and also returns the settings. */
export async function openWithSettings(options: OpenOptions = {}): Promise<OpenInventoryResult> {
  const config = options.config ?? stackConfig;
  // Check this first: a misspelt name may be why a setting is missing.
  warnOfUnknownSettings(config);
  const settings = resolveSettings(options.args, config);
  const { inventoryFile: file } = settings;
  const url = file === undefined ? undefined : parseInventoryUrl(file);
  if (url !== undefined) return { mirror: await openUrl(url, settings, options), settings };
  if (file !== undefined) {
    const unlocked = statSync(file, { throwIfNoEntry: false });
    const { db, origin } = openInventoryFile(file, expectedOrigin(settings));
    return { mirror: new Mirror(db, { endpoint: origin.endpoint, file, isCarried: true, unlocked }), settings };
  }
  const path = mirrorFile(settings);
  try {
    return { mirror: await new MirrorSession(settings, path, options).run(), settings };
  } catch (error) {
    throw toFileError(path, error);
  }
}

async function openUrl(url: InventoryUrl, settings: Settings, { notBefore, onEvent }: OpenOptions): Promise<Mirror> {
  const { openRemoteFile } = await import("./remote-file.js");
  const { opened, staleReason } = await openRemoteFile(url, {
    settings,
    notBefore,
    onEvent,
    open: (path) => openInventoryFile(path, expectedOrigin(settings), url.name),
  });
  const { endpoint } = opened.origin;
  const mirror = new Mirror(opened.db, { endpoint, file: url.name, isCarried: true, staleReason });
  if (staleReason !== undefined) onEvent?.({ type: "stale", syncedAt: mirror.info().syncedAt, reason: staleReason });
  return mirror;
}
