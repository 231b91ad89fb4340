import { closeSync, constants, fdatasync, fstatSync, openSync, readSync } from "node:fs";
import { promisify } from "node:util";
import { descriptorOf } from "./descriptors.js";

const flush = promisify(fdatasync);

const headerSize = 32;
const frameHeaderSize = 24;

/** How a log begins; the last bit says in which order of bytes its sums are made. */
const magic = 0x377f0682;

/**
 * The pages of a database that are committed in the log beside it (https://sqlite.org/fileformat2.html#the_write_ahead_log).
 * They may stand in its file already: SQLite copies them there when nobody reads an older version, and begins the log anew
 * later.
 */
export class WriteAheadLog {
  readonly #file: number;
  /** Where in the log a page is, by where it belongs in the database. */
  readonly #pages: ReadonlyMap<number, number>;
  readonly pageSize: number;
  /** How large the database is with them, in bytes. */
  readonly size: number;

  private constructor(file: number, pages: ReadonlyMap<number, number>, pageSize: number, size: number) {
    this.#file = file;
    this.#pages = pages;
    this.pageSize = pageSize;
    this.size = size;
  }

  /** @returns undefined where there is nothing; call `close` when done */
  static open(path: string): WriteAheadLog | undefined {
    const file = openLog(`${path}-wal`);
    if (file === undefined) return undefined;
    let log: WriteAheadLog | undefined;
    try {
      return (log = WriteAheadLog.#read(file));
    } finally {
      if (!log) closeSync(file);
    }
  }

  static #read(file: number): WriteAheadLog | undefined {
    const header = Buffer.alloc(headerSize);
    if (!fill(file, header, 0) || (header.readUInt32BE(0) & ~1) >>> 0 !== magic) return undefined;
    const sums = new Sums((header.readUInt32BE(0) & 1) === 0);
    sums.add(header.subarray(0, 24));
    if (!sums.are(header, 24)) return undefined;
    const pageSize = header.readUInt32BE(8);
    const frame = Buffer.alloc(frameHeaderSize + pageSize);
    const pages = new Map<number, number>();
    const begun = new Map<number, number>();
    let count = 0;
    for (let at = headerSize; fill(file, frame, at); at += frame.length) {
      // A log that was begun anew has other salts: what comes is of before.
      if (frame.compare(header, 16, 24, 8, 16) !== 0) break;
      sums.add(frame.subarray(0, 8));
      sums.add(frame.subarray(frameHeaderSize));
      if (!sums.are(frame, 16)) break;
      begun.set((frame.readUInt32BE(0) - 1) * pageSize, at + frameHeaderSize);
      const committed = frame.readUInt32BE(4);
      if (committed === 0) continue;
      for (const [place, where] of begun) pages.set(place, where);
      begun.clear();
      count = committed;
    }
    return count === 0 ? undefined : new WriteAheadLog(file, pages, pageSize, count * pageSize);
  }

  /** Where in the database there are pages in the log. */
  get places(): Iterable<number> {
    return this.#pages.keys();
  }

  /** Puts the page that belongs there into `buffer`, where the log has it. */
  copy(place: number, buffer: Buffer): void {
    const at = this.#pages.get(place);
    if (at !== undefined) fill(this.#file, buffer.subarray(0, this.pageSize), at);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Does the file of the database hold all that is in its log, so that it can be read without it? */
export function isCopied(path: string): boolean {
  const log = WriteAheadLog.open(path);
  if (!log) return true;
  try {
    const file = descriptorOf(path);
    const [held, logged] = [Buffer.alloc(log.pageSize), Buffer.alloc(log.pageSize)];
    for (const place of log.places) {
      log.copy(place, logged);
      if (!fill(file, held, place) || !held.equals(logged)) return false;
    }
    return true;
  } finally {
    log.close();
  }
}

/** Waits until what has been written into the log is on the disk, where there is one. */
export async function logToDisk(path: string): Promise<void> {
  const file = openLog(`${path}-wal`);
  if (file === undefined) return;
  try {
    await flush(file);
  } finally {
    closeSync(file);
  }
}

function openLog(path: string): number | undefined {
  try {
    // A pipe is not waited for.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
    return undefined;
  } catch (error) {
    // Whoever takes the log away has copied all of it before.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** @returns whether there was so much */
function fill(file: number, buffer: Buffer, at: number): boolean {
  for (let length = 0; length < buffer.length;) {
    const more = readSync(file, buffer, length, buffer.length - length, at + length);
    if (more === 0) return false;
    length += more;
  }
  return true;
}

/** The running sums of a log: a frame counts where they are right, as for SQLite. */
class Sums {
  readonly #isLittle: boolean;
  #first = 0;
  #second = 0;

  constructor(isLittle: boolean) {
    this.#isLittle = isLittle;
  }

  add(bytes: Buffer): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const isLittle = this.#isLittle;
    let [first, second] = [this.#first, this.#second];
    for (let at = 0; at < bytes.length; at += 8) {
      first = (first + view.getUint32(at, isLittle) + second) >>> 0;
      second = (second + view.getUint32(at + 4, isLittle) + first) >>> 0;
    }
    [this.#first, this.#second] = [first, second];
  }

  /** Are they those that are noted there? */
  are(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }
}
