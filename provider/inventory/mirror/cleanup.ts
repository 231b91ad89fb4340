import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { stemOf } from "./manifest.js";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Days until a mirror of a configured token is deleted (a token lasts an hour), and minimum days for other unused mirrors. */
const TOKEN_MIRROR_DAYS = 1;
const MIN_UNUSED_DAYS = 30;

/** Returns the files of the folder; empty if it was deleted meanwhile. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Deletes mirrors of other settings that no sync has used for long. Each account, endpoint, field map and API key has its own file,
 * which is a copy of a customer's inventory.
 */
export function removeUnusedMirrors(folder: string, current: string, days: number): void {
  for (const name of namesIn(folder)) {
    const match = /^[0-9a-f]{32}(-token)?\.json$/.exec(name);
    if (!match || name === basename(current)) continue;
    const path = join(folder, name);
    const kept = (match[1] ? TOKEN_MIRROR_DAYS : Math.max(MIN_UNUSED_DAYS, days)) * DAY_MS;
    try {
      if (Date.now() - statSync(path).mtimeMs < kept) continue;
      rmSync(path, { force: true });
      const stem = basename(stemOf(path));
      for (const beside of namesIn(folder)) if (beside.startsWith(`${stem}.`)) rmSync(join(folder, beside));
    } catch {
      // Another process has deleted the file, or this user may not.
    }
  }
}
