import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { mirrorFile, type Settings } from "../config.js";
import { openMirrorFile } from "../inventory/database.js";
import { locksOut } from "../inventory/lock.js";
import { checkMirror, isSealed } from "../inventory/mirror-seal.js";
import { elsewhere, explain, noLocks } from "../inventory/private-files.js";
import { heldRecords } from "./held-records.js";
import type { Check } from "./report.js";

/** Whether the mirror is whole, what it holds, and whether its folder knows locks. */
export async function mirrorChecks(settings: Settings): Promise<Check[]> {
  const path = mirrorFile(settings);
  if (path === ":memory:") return [{ area: "mirror", name: "file", status: "ok", detail: "none (:memory:)" }];
  const locks = lockChecks(path);
  // Without locks SQLite would wait for long, and in vain.
  return locks.some(({ status }) => status === "failed") ? locks : [...(await fileChecks(path)), ...locks];
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
        { area: "mirror", name: "records", status: "ok", detail: heldRecords(db) },
      ];
    } finally {
      db.close();
    }
  } catch (error) {
    const detail = (explain(path, error) as Error).message;
    return [{ area: "mirror", name: "file", status: "warning", detail, next: "it is made anew when it is needed" }];
  }
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
    return [{ ...check, status: "unknown", detail: (explain(path, error) as Error).message }];
  }
}
