import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  read,
  readFileSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { damage } from "./damage.js";
import { descriptorOf } from "./descriptors.js";
import { explained, privateFile } from "./private-files.js";
import { logToDisk, WriteAheadLog } from "./write-ahead-log.js";

// SQLite notices pages that make no sense, not bytes that differ: a damaged name is another name. So the whole mirror has a
// checksum, in a file of its own beside it. That is empty while the mirror is written, and where a process was killed before
// it had sealed what it wrote: then nothing is checked until the next sync, which compares all of it with what the API has.
// The checksum is of the file as it is with what stands in SQLite's log: whether that has been copied makes no difference.

/** The seal's file. */
export function sealOf(path: string): string {
  return `${path}.seal`;
}

/** What was found to be whole is not read again for so long (milliseconds), unless somebody has touched it since. */
const checkedFor = 600_000;

/** How far behind the clock the time may be that a file system notes of a change (milliseconds). */
const coarseness = 20;

const partSize = 1024 * 1024;

/** Before anything is written into the mirror: its seal no longer holds. @throws MirrorPlaceError */
export function unsealMirror(path: string): void {
  privateFile(sealOf(path));
  explained(sealOf(path), () => {
    chmodSync(sealOf(path), 0o600);
    withSeal(path, constants.O_WRONLY, (file) => ftruncateSync(file));
  });
}

/** A link is not followed, wherever it leads, and a pipe not waited for. */
function withSeal<T>(path: string, flags: number, work: (file: number) => T): T {
  const file = openSync(sealOf(path), flags | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

/** Seals what has been written; under the lock, so that nobody writes. */
export async function sealMirror(path: string): Promise<void> {
  try {
    // A seal must not outlive, where the power fails, what it is of.
    await logToDisk(path);
    const seal = JSON.stringify({ checksum: await checksumOf(path), sealed: Date.now() });
    withSeal(path, constants.O_WRONLY, (file) => writeSync(file, seal));
  } catch {
    // What is not sealed is not checked. The folder may be gone, or full.
  }
}

/**
 * Reads a mirror that is sealed from beginning to end, where that is due.
 * @param always read it however short a time ago that was
 * @throws MirrorPlaceError; an error that {@link isDamage} where a byte of it is not as it was written
 */
export async function checkMirror(path: string, { always = false } = {}): Promise<void> {
  // Before it is opened: a pipe would be waited for.
  privateFile(path);
  const seal = readSeal(path);
  if (seal === undefined || !(always || isDue(path))) return;
  const begun = new Date(Date.now() - coarseness);
  for (let found = await checksumOf(path), before; found !== seal.checksum; found = await checksumOf(path)) {
    if (readSeal(path)?.text !== seal.text) return; // It has been written meanwhile.
    // A log that is begun anew under it is half of each once, and not twice.
    if (found === before) throw damage("it is not what was written");
    before = found;
  }
  try {
    utimesSync(sealOf(path), begun, begun);
  } catch {
    // In a folder that cannot be written it is read each time.
  }
}

/** Has somebody sealed what is in the mirror now? */
export function isSealed(path: string): boolean {
  return readSeal(path) !== undefined;
}

function readSeal(path: string): { readonly text: string; readonly checksum: unknown } | undefined {
  try {
    const text = withSeal(path, constants.O_RDONLY, (file) => readFileSync(file, "utf8"));
    return { text, checksum: (JSON.parse(text) as { checksum: unknown }).checksum };
  } catch {
    return undefined;
  }
}

function isDue(path: string): boolean {
  const checked = statSync(sealOf(path)).mtimeMs;
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  const times = [statSync(path), ...(log?.size ? [log] : [])].flatMap(({ ctimeMs, mtimeMs }) => [ctimeMs, mtimeMs]);
  return checked <= Math.max(...times) || Math.abs(Date.now() - checked) > checkedFor;
}

const readChunk = promisify(
  (file: number, buffer: Uint8Array, position: number, done: (error: Error | null, length?: number) => void) =>
    read(file, buffer, 0, buffer.length, position, done),
);

/** What is copied from the log into the file meanwhile is in the log, which is looked at first. */
async function checksumOf(path: string): Promise<number> {
  const log = WriteAheadLog.open(path);
  try {
    const file = descriptorOf(path);
    return await checksumWith(log, file, log?.size ?? fstatSync(file).size);
  } finally {
    log?.close();
  }
}

/** While one part is summed, the next is read. */
async function checksumWith(log: WriteAheadLog | undefined, file: number, size: number): Promise<number> {
  let [part, next] = [Buffer.allocUnsafe(partSize), Buffer.allocUnsafe(partSize)];
  let checksum = 0;
  let reading = readPart(file, part, 0);
  for (let at = 0; at < size; at += partSize) {
    // Of what is in the log alone, the file may be too short.
    part.fill(0, await reading);
    reading = readPart(file, next, at + partSize);
    for (let offset = 0; log && offset < partSize; offset += log.pageSize) log.copy(at + offset, part.subarray(offset));
    checksum = crc32(part.subarray(0, size - at), checksum);
    [part, next] = [next, part];
  }
  await reading;
  return checksum;
}

/** @returns how much of the part the file has */
async function readPart(file: number, part: Buffer, at: number): Promise<number> {
  let length = 0;
  for (;;) {
    const more = (await readChunk(file, part.subarray(length), at + length)) ?? 0;
    if (more === 0) return length;
    length += more;
  }
}
