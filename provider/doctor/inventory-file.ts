import { redactAddress } from "../platform/urls.js";
import { openInventoryFile } from "../inventory/mirror/inventory-file.js";
import { describeEvent, isWarning, type SyncEvent } from "../inventory/events.js";
import { expectedOrigin } from "../inventory/mirror/identity.js";
import { openRemoteFile } from "../inventory/remote-file.js";
import { Store } from "../inventory/store/store.js";
import { parseInventoryUrl } from "../settings/inventory-url.js";
import type { Settings } from "../settings/resolve.js";
import { recordCounts } from "./mirror.js";
import type { Check } from "./report.js";

const area = "inventory file";

/**
 * Checks whether the inventory file can be read with these settings, and describes its service and its records. Downloads the file of
 * a URL, unless the cached copy is current.
 */
export async function inventoryFileChecks(settings: Settings, file: string): Promise<Check[]> {
  try {
    const { opened, source } = await openFile(settings, file);
    const { db, origin } = opened;
    try {
      const { detail, areFromFuture } = recordCounts([...new Store(db).states().values()]);
      return [
        ...source,
        { area, name: "file", status: "ok", detail: `whole, from ${redactAddress(origin.endpoint)}` },
        areFromFuture
          ? {
              area,
              name: "records",
              status: "warning",
              detail,
              next: "check the clocks of this machine and of the machine that created the file",
            }
          : { area, name: "records", status: "ok", detail },
      ];
    } finally {
      db.close();
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const next = "set inventoryFile to a file of orange-cmdb sync --save, or unset it: no other source is read";
    return [{ area, name: "file", status: "failed", detail, next }];
  }
}

interface OpenFile {
  readonly opened: ReturnType<typeof openInventoryFile>;
  /** How a URL was read; empty for a path. */
  readonly source: readonly Check[];
}

async function openFile(settings: Settings, file: string): Promise<OpenFile> {
  const expected = expectedOrigin(settings);
  const url = parseInventoryUrl(file);
  if (url === undefined) return { opened: openInventoryFile(file, expected), source: [] };
  const events: SyncEvent[] = [];
  const { opened, staleReason } = await openRemoteFile(url, {
    settings,
    onEvent: (event) => void events.push(event),
    open: (path) => openInventoryFile(path, expected, url.name),
  });
  if (staleReason !== undefined) {
    const detail = `the cached copy is used, because the download failed: ${staleReason}`;
    return { opened, source: [{ area, name: "source", status: "warning", detail, next: "check inventoryFile" }] };
  }
  const lines = events.filter((event) => !isWarning(event)).map(describeEvent);
  return { opened, source: [{ area, name: "source", status: "ok", detail: lines.at(-1) ?? url.name }] };
}
