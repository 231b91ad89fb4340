import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { mirrorFile, type Settings } from "../config.js";
import { openMirrorFile } from "../inventory/database.js";
import { limitationsOf, parseListState } from "../inventory/list-state.js";
import { locksOut } from "../inventory/lock.js";
import { checkMirror, isSealed } from "../inventory/mirror-seal.js";
import { elsewhere, explain, MirrorPlaceError, noLocks } from "../inventory/private-files.js";
import { collections } from "../inventory/records.js";
import { Store } from "../inventory/store.js";
import { faultOfMirrorPlace } from "./mirror-place.js";
import { heldRecords } from "./held-records.js";
import type { Check } from "./report.js";

/** Whether it can be where it is set, whether it is whole, what it holds, and whether its folder knows locks. */
export async function mirrorChecks(settings: Settings): Promise<Check[]> {
  const path = mirrorFile(settings);
  if (path === ":memory:") return [{ area: "mirror", name: "file", status: "ok", detail: "none (:memory:)" }];
  const fault = faultOfMirrorPlace(path);
  if (fault) return [placeCheck("failed", fault)];
  const locks = lockChecks(path);
  // Without locks SQLite would wait for long, and in vain.
  return locks.some(({ status }) => status === "failed") ? locks : [...(await fileChecks(path)), ...locks];
}

/** What the error says, and what it says to do. */
function placeCheck(status: Check["status"], { message }: MirrorPlaceError, name = "file"): Check {
  const detail = message.endsWith(`; ${elsewhere}`) ? message.slice(0, -elsewhere.length - 2) : message;
  return { area: "mirror", name, status, detail, next: elsewhere };
}

async function fileChecks(path: string): Promise<Check[]> {
  if (!existsSync(path)) return [{ area: "mirror", name: "file", status: "ok", detail: "none yet" }];
  try {
    const sealed = isSealed(path);
    await checkMirror(path, { always: true });
    const db = openMirrorFile(path);
    try {
      const healthy = String(db.prepare("PRAGMA quick_check(1)").get()?.["quick_check"]);
      const size = `${(statSync(path).size / 1e6).toFixed(1)} MB`;
      return [
        { area: "mirror", name: "file", status: healthy === "ok" ? "ok" : "failed", detail: `${size}, ${healthy}` },
        sealCheck(sealed),
        recordsCheck(db),
        refreshCheck(db),
      ];
    } finally {
      db.close();
    }
  } catch (error) {
    const fault = explain(path, error);
    if (fault instanceof MirrorPlaceError) return [placeCheck("failed", fault)];
    const detail = (fault as Error).message;
    return [{ area: "mirror", name: "file", status: "warning", detail, next: "it is made anew when it is needed" }];
  }
}

function recordsCheck(db: DatabaseSync): Check {
  const check = { area: "mirror", name: "records" } as const;
  const { detail, areFromFuture } = heldRecords(db);
  if (!areFromFuture) return { ...check, status: "ok", detail };
  return { ...check, status: "warning", detail, next: "check the clock; it is fetched again when it is needed" };
}

/** Whether the last sync found that a refresh cannot read only what changed. */
function refreshCheck(db: DatabaseSync): Check {
  const check = { area: "mirror", name: "refresh" } as const;
  const limitations = [...new Store(db).states().values()].flatMap(({ kind, known }) => {
    const list = kind === "account" ? undefined : parseListState(known);
    const found = list ? limitationsOf(list) : [];
    return found.length > 0 ? [`${collections[kind]}: ${found.join(", ")}`] : [];
  });
  if (limitations.length === 0) return { ...check, status: "ok", detail: "reads only what changed" };
  return { ...check, status: "ok", detail: `reads whole lists (${limitations.join("; ")})` };
}

function sealCheck(sealed: boolean): Check {
  const check = { area: "mirror", name: "seal" } as const;
  if (sealed) return { ...check, status: "ok", detail: "whole: its checksum is right" };
  const detail = "not sealed: a byte in it that differs is not noticed";
  return { ...check, status: "warning", detail, next: "the next sync compares every record and seals it" };
}

function lockChecks(path: string): Check[] {
  const check = { area: "mirror", name: "locks" } as const;
  if (!existsSync(dirname(path))) return [];
  try {
    const locked = locksOut(path);
    if (locked === undefined) return [{ ...check, status: "failed", detail: noLocks(path) }];
    if (locked) return [{ ...check, status: "ok", detail: "keep other processes out" }];
    const detail = `the file system of ${dirname(path)} grants a lock to everybody at once`;
    return [{ ...check, status: "failed", detail, next: elsewhere }];
  } catch (error) {
    // A mirror that is there can be read for a while where nothing can be written.
    if (error instanceof MirrorPlaceError) return [placeCheck(existsSync(path) ? "warning" : "failed", error, "locks")];
    return [{ ...check, status: "unknown", detail: (explain(path, error) as Error).message }];
  }
}
