import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { removeMirrorFile } from "./database.js";
import { sealOf } from "./mirror-seal.js";

const day = 24 * 60 * 60 * 1000;

/** Days that a mirror of a token is kept, which lasts an hour; and the least that any other is kept unused. */
const tokenDays = 1;
const leastDays = 30;

/** None where somebody has just taken the folder away. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Takes away the mirrors of other settings that no sync has used for long: another account, endpoint, field map or API key
 * has a file of its own, and each is a copy of a customer's inventory.
 */
export function forgetOldMirrors(folder: string, current: string, days: number): void {
  for (const name of namesIn(folder)) {
    const match = /^[0-9a-f]{32}(-token)?\.db$/.exec(name);
    if (!match || name === basename(current)) continue;
    const path = join(folder, name);
    const kept = (match[1] ? tokenDays : Math.max(leastDays, days)) * day;
    try {
      if (Date.now() - statSync(path).mtimeMs < kept) continue;
      removeMirrorFile(path);
      for (const beside of [sealOf(path), `${path}.lock`]) rmSync(beside, { force: true });
    } catch {
      // Another process has been quicker, or it is not ours to take away.
    }
  }
}
