import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { uptime } from "node:os";
import { basename, dirname, join } from "node:path";
import { corruptionError } from "../store/corruption.js";
import { moveFile } from "../../files/move-file.js";
import { checkPrivateFile } from "../../files/permissions.js";
import type { Kind } from "../../model/records.js";
import type { KindCheck, KindChecks } from "../store/kind-checks.js";
import { formatChecked, parseChecked } from "./checksum.js";

/**
 * The manifest of a mirror: its inventory file, which never changes, and the checks since it was written. A sync that
 * changes records writes a new inventory file and then replaces the small manifest atomically, which works on every system while
 * processes read the old inventory file. The modification time of the manifest is the last verification of the inventory file.
 */
export interface Manifest {
  /** The path of the inventory file. */
  readonly file: string;
  readonly checks: KindChecks;
}

/** Milliseconds for which the verification of an untouched inventory file is valid. */
const VERIFIED_FOR = 600_000;

/** Maximum lag of a file system's modification times behind the clock (milliseconds). */
const COARSENESS = 20;

/** The path of a mirror without its extension: `STEM.json` is the manifest, `STEM.NUMBER.db` an inventory file. */
export function stemOf(path: string): string {
  return path.replace(/\.json$/, "");
}

/**
 * Returns the manifest of a mirror; undefined if it does not exist.
 * @throws MirrorAccessError, or an error that {@link isDamage}
 */
export function readManifest(path: string): Manifest | undefined {
  if (!existsSync(path)) return undefined;
  checkPrivateFile(path);
  const bytes = readIfThere(path);
  if (bytes === undefined) return undefined;
  const text = parseChecked(bytes);
  if (text === undefined) throw corruptionError("the checksum of its manifest is invalid");
  const { file, checks } = JSON.parse(text) as { file: string; checks: [Kind, KindCheck][] };
  return { file: join(dirname(path), basename(file)), checks: new Map(checks) };
}

/** Reads a file; undefined if it does not exist, for example because a user has deleted it. */
function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Replaces the manifest of a mirror; call it under the lock.
 * @param verifiedAt when its inventory file was last verified; default: now
 */
export function writeManifest(path: string, { file, checks }: Manifest, verifiedAt?: Date): void {
  const partial = `${path}.new`;
  rmSync(partial, { force: true });
  const text = JSON.stringify({ file: basename(file), checks: [...checks] });
  writeFileSync(partial, formatChecked(text), { mode: 0o600, flag: "wx" });
  if (verifiedAt) utimesSync(partial, verifiedAt, verifiedAt);
  moveFile(partial, path);
}

/** Returns when the inventory file of a mirror was last verified; the epoch if the manifest was removed meanwhile. */
export function verifiedAt(path: string): Date {
  return statSync(path, { throwIfNoEntry: false })?.mtime ?? new Date(0);
}

/** Returns whether the inventory file must be verified: it was touched since the last time, or that was long ago or before the last boot. */
export function mustVerify(path: string, { file }: Manifest): boolean {
  const verified = verifiedAt(path).getTime();
  const { mtimeMs, ctimeMs } = statSync(file);
  const now = Date.now();
  return verified < Math.max(mtimeMs, ctimeMs, now - uptime() * 1000) || Math.abs(now - verified) > VERIFIED_FOR;
}

/** Stores the start time of a successful verification. With 0, the next reader must verify. */
export function noteVerified(path: string, began: number): void {
  try {
    const time = new Date(Math.max(0, began - COARSENESS));
    utimesSync(path, time, time);
  } catch {
    // In a read-only folder each process verifies the file.
  }
}
