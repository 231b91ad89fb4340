import { existsSync, statSync, lstatSync, mkdtempSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { mirrorFile } from "../inventory/mirror/identity.js";
import type { Settings } from "../settings/resolve.js";
import { limitationsOf, parseListState } from "../inventory/list-state.js";
import { locksOut } from "../inventory/mirror/lock.js";
import { openMirror, filesOfMirror } from "../inventory/mirror/mirror-file.js";
import {
  CACHE_DIR_HINT,
  toFileError,
  MirrorAccessError,
  noLocks,
  checkPrivateFile,
  withFileErrors,
  privateFolder,
} from "../files/permissions.js";
import { collections } from "../model/records.js";
import type { KindState } from "../inventory/store/store.js";
import type { Check } from "./report.js";
import { stemOf } from "../inventory/mirror/manifest.js";
import { isInFuture } from "../platform/time.js";

/** Checks the mirror: its folder, its checksum, its records, and the locks of the file system. */
export function mirrorChecks(settings: Settings): Check[] {
  const path = mirrorFile(settings);
  if (path === ":memory:") return [{ area: "mirror", name: "file", status: "ok", detail: "none (:memory:)" }];
  const problem = mirrorPlaceProblem(path);
  if (problem) return [placeCheck("failed", problem)];
  const locks = lockChecks(path);
  // Without locks SQLite would wait for a long time and then fail.
  return locks.some(({ status }) => status === "failed") ? locks : [...fileChecks(path), ...locks];
}

/** Splits a message into the problem and the next step. */
function placeCheck(status: Check["status"], { message }: MirrorAccessError, name = "file"): Check {
  const detail = message.endsWith(`; ${CACHE_DIR_HINT}`) ? message.slice(0, -CACHE_DIR_HINT.length - 2) : message;
  return { area: "mirror", name, status, detail, next: CACHE_DIR_HINT };
}

function fileChecks(path: string): Check[] {
  const check = { area: "mirror", name: "file" } as const;
  try {
    const mirror = openMirror(path, { always: true });
    if (!mirror) return [{ ...check, status: "ok", detail: "none yet" }];
    try {
      const size = `${(statSync(mirror.manifest.file).size / 1e6).toFixed(1)} MB`;
      const states = [...mirror.states.values()];
      return [
        { ...check, status: "ok", detail: `${size}, valid checksum` },
        recordsCheck(states),
        refreshCheck(states),
      ];
    } finally {
      mirror.db.close();
    }
  } catch (error) {
    const fileError = toFileError(path, error);
    if (fileError instanceof MirrorAccessError) return [placeCheck("failed", fileError)];
    const detail = (fileError as Error).message;
    return [{ ...check, status: "warning", detail, next: "it is fetched again when it is needed" }];
  }
}

function recordsCheck(states: readonly KindState[]): Check {
  const check = { area: "mirror", name: "records" } as const;
  const { detail, areFromFuture } = recordCounts(states);
  if (!areFromFuture) return { ...check, status: "ok", detail };
  return { ...check, status: "warning", detail, next: "check the clock; it is fetched again when it is needed" };
}

/** Reports whether refreshes read only changes, as the last sync found. */
function refreshCheck(states: readonly KindState[]): Check {
  const check = { area: "mirror", name: "refresh" } as const;
  const limitations = states.flatMap(({ kind, known }) => {
    const list = kind === "account" ? undefined : parseListState(known);
    const found = list ? limitationsOf(list) : [];
    return found.length > 0 ? [`${collections[kind]}: ${found.join(", ")}`] : [];
  });
  if (limitations.length === 0) return { ...check, status: "ok", detail: "reads only changes" };
  return { ...check, status: "ok", detail: `reads whole lists (${limitations.join("; ")})` };
}

function lockChecks(path: string): Check[] {
  const check = { area: "mirror", name: "locks" } as const;
  if (!existsSync(dirname(path))) return [];
  try {
    const locked = locksOut(path);
    if (locked === undefined) return [{ ...check, status: "failed", detail: noLocks(path) }];
    if (locked) return [{ ...check, status: "ok", detail: "exclude other processes" }];
    const detail = `the file system of ${dirname(path)} grants a lock to several processes at once`;
    return [{ ...check, status: "failed", detail, next: CACHE_DIR_HINT }];
  } catch (error) {
    // An existing mirror can be read for a while even if its folder is read-only.
    if (error instanceof MirrorAccessError)
      return [placeCheck(existsSync(path) ? "warning" : "failed", error, "locks")];
    return [{ ...check, status: "unknown", detail: (toFileError(path, error) as Error).message }];
  }
}

/** Returns why commands cannot store a mirror at this path. Does not create a missing folder. */
export function mirrorPlaceProblem(path: string): MirrorAccessError | undefined {
  try {
    withFileErrors(path, () => checkFolder(dirname(path)));
    // A dangling link is replaced.
    for (const file of [...filesOfMirror(path), `${stemOf(path)}.lock`]) if (existsSync(file)) checkPrivateFile(file);
    return undefined;
  } catch (error) {
    if (error instanceof MirrorAccessError) return error;
    throw error;
  }
}

function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return privateFolder(folder);
  // Permissions do not suffice: some file systems, such as /proc, reject every new folder.
  rmdirSync(mkdtempSync(join(nearest(folder), ".orange-cmdb-")));
}

/** Returns the nearest existing parent of a path. */
function nearest(path: string): string {
  const exists = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  return exists || dirname(path) === path ? path : nearest(dirname(path));
}

/** Describes the number and the age of the records of each kind. */
export function recordCounts(states: readonly KindState[]): {
  readonly detail: string;
  readonly areFromFuture: boolean;
} {
  const now = Date.now();
  const ages = states.map(({ kind, syncedAt, count }) => {
    const age = isInFuture(syncedAt)
      ? `of ${new Date(syncedAt).toISOString()}, which is in the future`
      : `${Math.max(0, Math.round((now - syncedAt) / 60_000))} min old`;
    return `${count} ${collections[kind]} ${age}`;
  });
  const areFromFuture = states.some(({ syncedAt }) => isInFuture(syncedAt));
  return { detail: ages.join(", ") || "none", areFromFuture };
}
