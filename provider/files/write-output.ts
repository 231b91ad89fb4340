import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdtempSync,
  openSync,
  rmSync,
  write,
  writeFileSync,
  type Stats,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { ensureDir } from "./ensure-dir.js";
import { printError } from "../platform/print-error.js";
import { currentUid } from "./insecure-reason.js";
import { moveFile } from "./move-file.js";
import { outputError } from "./output-error.js";
import { locate, type OutputOptions, type OutputPath } from "./output-path.js";
import { partialOf, removeStalePartials, watchSignals, withPartial } from "./partial-file.js";

/** The content of an output: a text, its parts, or a function that fills an empty file. */
export type Content = string | Iterable<string> | ((file: string) => void);

/**
 * Writes to a path. A regular file is replaced atomically; a FIFO, a character device or an inherited descriptor is written to.
 * Waits for the reader of a FIFO, as a shell does, and prints a message to stderr after a second.
 * @throws OutputError
 */
export async function writeOutput(path: string, content: Content, options: OutputOptions = {}): Promise<void> {
  try {
    const target = locate(path);
    if (target.kind === "file") return replaceFile(target.path, content, options);
    if (typeof content !== "function") return await send(path, target, buffersOf(content));
    const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-"));
    await withPartial(folder, async () => {
      const file = join(folder, "output");
      content(file);
      await send(path, target, createReadStream(file));
    });
  } catch (error) {
    throw outputError(path, error);
  }
}

/**
 * Replaces or creates a regular file. After a crash the file is either the old or the new one, complete. Only the user can read a
 * new file. A replaced file keeps its mode, and its owner if the user may change owners, unless it must be private.
 * @throws the system's error
 */
export function replaceFile(
  path: string,
  content: Content,
  { makeFolders, mustBeNew, isPrivate }: OutputOptions = {},
): void {
  if (makeFolders) ensureDir(dirname(path), 0o700);
  removeStalePartials(path);
  const partial = partialOf(path);
  withPartial(partial, () => {
    fill(openSync(partial, "wx", 0o600), content);
    if (typeof content === "function") content(partial);
    const old = lstatSync(path, { throwIfNoEntry: false });
    if (old?.isFile() && !isPrivate) keepOwnerAndMode(partial, old);
    synchronize(partial, "r+");
    // Create the name first: a rename would replace a file that another process has just created.
    if (mustBeNew) closeSync(openSync(path, "wx", 0o600));
    try {
      moveFile(partial, path);
    } catch (error) {
      if (mustBeNew) rmSync(path, { force: true });
      throw error;
    }
    synchronizeFolder(dirname(path));
  });
}

/** Writes a text or its parts to a new file, and closes it. */
function fill(file: number, content: Content): void {
  try {
    if (typeof content !== "function") for (const buffer of buffersOf(content)) writeFileSync(file, buffer);
  } finally {
    closeSync(file);
  }
}

/** Size of a buffer that is written, in characters. */
const BUFFER_CHARACTERS = 65_536;

/** Returns a text or its parts in few buffers. */
function* buffersOf(content: string | Iterable<string>): Generator<Buffer> {
  let text = "";
  for (const part of typeof content === "string" ? [content] : content) {
    text += part;
    if (text.length < BUFFER_CHARACTERS) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text);
}

function keepOwnerAndMode(path: string, { uid, gid, mode }: Stats): void {
  try {
    chownSync(path, uid, gid);
  } catch {
    // Only the superuser can change the owner.
    if (currentUid !== undefined && uid !== currentUid) return;
  }
  chmodSync(path, mode & 0o777);
}

function synchronize(path: string, flags: string): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function synchronizeFolder(path: string): void {
  try {
    synchronize(path, "r");
  } catch (error) {
    // Windows and some network file systems cannot flush a folder. They write the new name later.
    if ((error as NodeJS.ErrnoException).code === "EIO") throw error;
  }
}

/**
 * @param keep length in bytes to truncate a regular file to first. Default: its whole length
 * @throws OutputError
 */
export async function appendOutput(path: string, text: string, keep?: number): Promise<void> {
  try {
    const target = locate(path);
    if (target.kind === "file") appendToFile(target.path, text, keep);
    else await send(path, target, [Buffer.from(text)]);
  } catch (error) {
    throw outputError(path, error);
  }
}

function appendToFile(path: string, text: string, keep: number | undefined): void {
  watchSignals();
  const file = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
  try {
    const length = keep ?? fstatSync(file).size;
    if (keep !== undefined) ftruncateSync(file, keep);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } catch (error) {
      ftruncateSync(file, length);
      throw error;
    }
  } finally {
    closeSync(file);
  }
  synchronizeFolder(dirname(path));
}

type Chunks = Iterable<Buffer> | AsyncIterable<Buffer>;

async function send(given: string, target: Exclude<OutputPath, { kind: "file" }>, chunks: Chunks): Promise<void> {
  try {
    if (target.kind === "descriptor") return await sendTo(target.descriptor, chunks);
    const file = await openStream(given, target.path);
    try {
      await sendTo(file.fd, chunks);
    } finally {
      await file.close();
    }
  } catch (error) {
    // The reader has closed the pipe, such as `head`; then the stream of standard output is destroyed.
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["EPIPE", "ERR_STREAM_DESTROYED"].includes(code)) throw error;
  }
}

async function openStream(given: string, path: string): ReturnType<typeof open> {
  const notice = setTimeout(() => {
    printError(`orange-cmdb: waiting for a reader of ${given}`);
  }, 1000);
  try {
    return await open(path, constants.O_WRONLY | constants.O_NOCTTY);
  } finally {
    clearTimeout(notice);
  }
}

const writeSome = promisify(write);

async function sendTo(descriptor: number, chunks: Chunks): Promise<void> {
  // Keep the order with earlier output.
  const stream = descriptor === 1 ? process.stdout : undefined;
  for await (const chunk of chunks) {
    if (stream) await new Promise<void>((done, fail) => stream.write(chunk, (error) => (error ? fail(error) : done())));
    else await writeChunk(descriptor, chunk);
  }
}

async function writeChunk(descriptor: number, chunk: Buffer): Promise<void> {
  for (let sent = 0; sent < chunk.length;) {
    try {
      sent += (await writeSome(descriptor, chunk, sent)).bytesWritten;
    } catch (error) {
      // The pipe is full, and another process has made it non-blocking.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      await sleep(10);
    }
  }
}
