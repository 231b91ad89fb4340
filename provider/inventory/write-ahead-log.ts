import { closeSync, lstatSync, openSync, readFileSync, readSync } from "node:fs";

/** Pages of a database that stand in the log beside it (https://sqlite.org/fileformat2.html#the_write_ahead_log). */
export interface Pages {
  /** How large the database is with them, in bytes. */
  readonly size: number;
  /** The page that is there, in bytes, by where it belongs. */
  readonly at: ReadonlyMap<number, Uint8Array>;
  readonly pageSize: number;
}

const headerSize = 32;
const frameHeaderSize = 24;

/** How a log begins; the last bit says in which order of bytes its sums are made. */
const magic = 0x377f0682;

/**
 * What is committed in the log of a database, which may stand in its file already: SQLite copies it there when nobody reads
 * an older version, and begins the log anew later.
 * @returns undefined where there is nothing
 */
export function pagesInLog(path: string): Pages | undefined {
  const log = readLog(`${path}-wal`);
  if (log.length < headerSize || (log.readUInt32BE(0) & ~1) >>> 0 !== magic) return undefined;
  const sums = new Sums(log);
  if (!sums.add(0, headerSize - 8, headerSize - 8)) return undefined;
  const pageSize = log.readUInt32BE(8);
  const pages = new Map<number, Uint8Array>();
  let begun: [number, Uint8Array][] = [];
  let count = 0;
  for (let frame = headerSize; frame + frameHeaderSize + pageSize <= log.length; frame += frameHeaderSize + pageSize) {
    const from = frame + frameHeaderSize;
    // A log that was begun anew has others: what comes is of before.
    if (log.compare(log, 16, 24, frame + 8, frame + 16) !== 0) break;
    if (!sums.add(frame, 8, frame + 16, [from, pageSize])) break;
    begun.push([(log.readUInt32BE(frame) - 1) * pageSize, log.subarray(from, from + pageSize)]);
    const committed = log.readUInt32BE(frame + 4);
    if (committed === 0) continue;
    for (const [at, page] of begun) pages.set(at, page);
    begun = [];
    count = committed;
  }
  return pages.size === 0 ? undefined : { size: count * pageSize, at: pages, pageSize };
}

/** Does the file of the database hold all that is in its log, so that it can be read without it? */
export function isCopied(path: string): boolean {
  const pages = pagesInLog(path);
  if (!pages) return true;
  const file = openSync(path, "r");
  try {
    const held = Buffer.alloc(pages.pageSize);
    return [...pages.at].every(([at, page]) => readSync(file, held, 0, held.length, at) > 0 && held.equals(page));
  } finally {
    closeSync(file);
  }
}

function readLog(path: string): Buffer {
  const none = Buffer.alloc(0);
  try {
    // A pipe would be waited for.
    return lstatSync(path).isFile() ? readFileSync(path) : none;
  } catch (error) {
    // Whoever takes the log away has copied all of it before.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return none;
    throw error;
  }
}

/** The running sums of a log: a frame counts where they are right, as for SQLite. */
class Sums {
  readonly #log: Buffer;
  readonly #view: DataView;
  readonly #isLittle: boolean;
  #first = 0;
  #second = 0;

  constructor(log: Buffer) {
    this.#log = log;
    this.#view = new DataView(log.buffer, log.byteOffset, log.length);
    this.#isLittle = (log.readUInt32BE(0) & 1) === 0;
  }

  /** @returns whether the sums with these bytes, and with more, are those that are noted at `noted` */
  add(from: number, length: number, noted: number, more: readonly [from: number, length: number] = [0, 0]): boolean {
    this.#sum(from, length);
    this.#sum(...more);
    return this.#log.readUInt32BE(noted) === this.#first && this.#log.readUInt32BE(noted + 4) === this.#second;
  }

  #sum(from: number, length: number): void {
    const [view, isLittle] = [this.#view, this.#isLittle];
    let [first, second] = [this.#first, this.#second];
    for (let at = from; at < from + length; at += 8) {
      first = (first + view.getUint32(at, isLittle) + second) >>> 0;
      second = (second + view.getUint32(at + 4, isLittle) + first) >>> 0;
    }
    [this.#first, this.#second] = [first, second];
  }
}
