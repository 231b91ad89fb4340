import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { corruptionError } from "../store/corruption.js";
import { createDatabase, openForWriting, openUnchanging } from "../store/database.js";
import { inventoryProblem } from "./inventory-file.js";
import { moveFile } from "../../files/move-file.js";
import { checkPrivateFile, privateFile } from "../../files/permissions.js";
import { Store, type KindState } from "../store/store.js";
import type { Kind } from "../../model/records.js";
import type { WriteTarget } from "../store/writer.js";
import { appendChecksum, copyWithoutChecksum } from "./checksum.js";
import {
  mustVerify,
  noteVerified,
  readManifest,
  stemOf,
  verifiedAt,
  writeManifest,
  type Manifest,
} from "./manifest.js";
import type { KindChecks } from "../store/kind-checks.js";

/** An open mirror. */
export interface OpenedMirror {
  readonly db: DatabaseSync;
  readonly manifest: Manifest;
  readonly states: ReadonlyMap<Kind, KindState>;
}

/**
 * Opens the mirror read-only, without locks: its inventory file never changes.
 * @param always verify its checksum even if that was done recently
 * @returns undefined if it does not exist
 * @throws MirrorAccessError, or an error that {@link isDamage}
 */
export function openMirror(path: string, { always = false } = {}): OpenedMirror | undefined {
  for (;;) {
    const manifest = readManifest(path);
    if (!manifest) return undefined;
    try {
      return openInventory(path, manifest, always);
    } catch (error) {
      if (existsSync(path) && existsSync(manifest.file)) throw error;
      // A sync that ended meanwhile has removed the file, or a user the manifest. If the manifest still names the file, a user has deleted it.
      if (readManifest(path)?.file === manifest.file) return undefined;
    }
  }
}

function openInventory(path: string, manifest: Manifest, always: boolean): OpenedMirror {
  checkPrivateFile(manifest.file);
  const verify = always || mustVerify(path, manifest);
  const began = Date.now();
  const problem = inventoryProblem(manifest.file, verify);
  if (problem !== undefined) throw corruptionError(`its file ${problem}`);
  if (verify) noteVerified(path, began);
  const db = openUnchanging(manifest.file);
  try {
    return { db, manifest, states: new Store(db, manifest.checks).states() };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Returns the paths of the files of a mirror. */
export function filesOfMirror(path: string): string[] {
  try {
    return [path, readManifest(path)?.file ?? path];
  } catch {
    return [path];
  }
}

/** Writes the next state of a mirror: a new inventory file, or new checks of the old one. Use it under the lock. */
export class MirrorUpdate {
  readonly #path: string;
  readonly #held: Manifest | undefined;
  readonly #partial: string;
  #base: DatabaseSync | undefined;
  #db: DatabaseSync | undefined;
  #inode: number | undefined;

  /** @param held the current mirror; undefined: it is discarded */
  constructor(path: string, held: Manifest | undefined) {
    this.#path = path;
    this.#held = held;
    this.#partial = `${stemOf(path)}.db.new`;
    // Remove files of a killed process.
    rmSync(this.#partial, { force: true });
  }

  /** Returns the target of a sync. The current mirror is copied only if the sync changes it. */
  target(): WriteTarget {
    if (!this.#held) return { db: this.create() };
    this.#base = openUnchanging(this.#held.file);
    return { db: this.#base, checks: this.#held.checks, copy: () => this.create() };
  }

  /** Creates an inventory file, or a copy of the current one. @throws an error that {@link isCorruption} accepts */
  create(): DatabaseSync {
    privateFile(this.#partial);
    this.#inode = statSync(this.#partial).ino;
    if (!this.#held) return (this.#db = createDatabase(this.#partial));
    if (!copyWithoutChecksum(this.#held.file, this.#partial)) throw corruptionError("its file is corrupt");
    return (this.#db = openForWriting(this.#partial));
  }

  /** Publishes the file of {@link create}, or the old one if none was created, with these checks. */
  publish(checks: KindChecks): void {
    if (!this.#db) {
      if (!this.#held) throw new Error("there is no file to publish");
      // If the folder was deleted, another process may have created it again.
      statSync(this.#held.file);
      writeManifest(this.#path, { file: this.#held.file, checks }, verifiedAt(this.#path));
      return;
    }
    this.#db.close();
    if (!this.#isOwn()) throw Object.assign(new Error("the file is another process's"), { code: "ENOENT" });
    appendChecksum(this.#partial);
    const file = this.#nextFile();
    moveFile(this.#partial, file);
    writeManifest(this.#path, { file, checks });
  }

  /** Returns a new file name: a reader may have another one open, or the disk may have a corrupt one. */
  #nextFile(): string {
    const numbers = inventoryFiles(this.#path).map(({ number }) => number);
    return `${stemOf(this.#path)}.${Math.max(0, ...numbers) + 1}.db`;
  }

  /** Removes files that were not published. */
  close(): void {
    for (const db of [this.#base, this.#db]) if (db?.isOpen) db.close();
    if (this.#isOwn()) rmSync(this.#partial, { force: true });
  }

  /** Returns whether the partial file is the one of {@link create}. If the folder was deleted, another process may have created one. */
  #isOwn(): boolean {
    return this.#inode !== undefined && statSync(this.#partial, { throwIfNoEntry: false })?.ino === this.#inode;
  }
}

function inventoryFiles(path: string): { readonly file: string; readonly number: number }[] {
  const stem = basename(stemOf(path));
  return readdirSync(dirname(path)).flatMap((name) => {
    const [, number] = /^\.(\d+)\.db$/.exec(name.startsWith(stem) ? name.slice(stem.length) : "") ?? [];
    return number === undefined ? [] : [{ file: join(dirname(path), name), number: Number(number) }];
  });
}

/** Flushes a mirror to disk, and removes inventory files that are not part of it. Call it under the lock. */
export async function settleMirror(path: string): Promise<void> {
  try {
    const current = readManifest(path)?.file;
    if (current === undefined) return;
    await flush(current, "r+");
    for (const { file } of inventoryFiles(path)) if (file !== current) rmSync(file, { force: true });
    await flush(dirname(path), "r");
  } catch {
    // The folder may be deleted. Some systems cannot flush a folder or delete an open file. The next sync tries again.
  }
}

async function flush(path: string, flags: string): Promise<void> {
  const file = await open(path, flags);
  await file.sync().finally(() => file.close());
}
