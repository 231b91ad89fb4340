import { shownAddress } from "../api/address.js";
import { openInventoryFile, type FileOrigin } from "../inventory/portable.js";
import { heldRecords } from "./held-records.js";
import type { Check } from "./report.js";

/** Whether the inventory file can be read with these settings, of which service it is, and what it holds. */
export function inventoryFileChecks(path: string, expected: Partial<FileOrigin>): Check[] {
  const area = "inventory file";
  try {
    const { db, origin } = openInventoryFile(path, expected);
    try {
      const { detail, areFromFuture } = heldRecords(db);
      return [
        { area, name: "file", status: "ok", detail: `whole, from ${shownAddress(origin.endpoint)}` },
        areFromFuture
          ? {
              area,
              name: "records",
              status: "warning",
              detail,
              next: "check the clocks of this machine and of its maker",
            }
          : { area, name: "records", status: "ok", detail },
      ];
    } finally {
      db.close();
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const next = "set inventoryFile to a file of orange-cmdb sync --output, or take it away: nothing else is read";
    return [{ area, name: "file", status: "failed", detail, next }];
  }
}
