import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  statSync,
  writeSync,
  type BigIntStats,
} from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { pathExists } from "./path-exists.js";
import { outputError, refusal } from "./output-error.js";

/** The target of an output: a regular file, a FIFO or character device, or an inherited descriptor. */
export type OutputPath =
  | { readonly kind: "file"; readonly path: string; readonly parent: string; readonly stat: BigIntStats | undefined }
  | { readonly kind: "stream"; readonly path: string; readonly stat: BigIntStats }
  | { readonly kind: "descriptor"; readonly descriptor: number; readonly stat: BigIntStats };

/** The path of standard output, on every operating system. */
export const standardOutputPath = "/dev/fd/1";

/** How a regular file is written. */
export interface OutputOptions {
  /** Create missing folders, private to the user. Default: a missing folder is an error. */
  readonly makeFolders?: boolean;
  /** An existing file is an error. Default: it is replaced. */
  readonly mustBeNew?: boolean;
  /** Only the user can read the file, also if it replaces one that others can read. Default: a replaced file keeps its mode. */
  readonly isPrivate?: boolean;
}

/** Maximum number of symbolic links in one path, as on Linux. */
const maxLinks = 40;

/**
 * Resolves a path through symbolic links. A dangling link resolves to the file that it names. Paths such as `/dev/stdout` and
 * `/dev/fd/3` are descriptors: opening them again would fail for a socket, and would overwrite a file from its beginning.
 * @throws OutputError for a folder, a socket or a block device; the system's error
 */
export function locate(given: string): OutputPath {
  if (given === "") throw refusal("the output", "has no name");
  if (given.endsWith("/") || given.endsWith(sep)) throw refusal(given, "is a folder");
  let path = given;
  for (let links = 0; links < maxLinks; links += 1) {
    const { parent, folder } = locateFolder(descriptorOf(path) === undefined ? dirname(path) : sep);
    const at = join(folder, basename(path));
    const descriptor = descriptorOf(path) ?? descriptorOf(at);
    if (descriptor !== undefined) return ofDescriptor(given, descriptor);
    const stat = lstatSync(at, { bigint: true, throwIfNoEntry: false });
    if (!stat?.isSymbolicLink()) return ofPath(given, at, parent, stat);
    const target = readlinkSync(at);
    path = isAbsolute(target) ? target : `${folder}${sep}${target}`;
    // The text of a link to another process's descriptor is not a path.
    const behind = statSync(at, { bigint: true, throwIfNoEntry: false });
    if (behind && isStream(behind) && !pathExists(path)) return { kind: "stream", path: at, stat: behind };
  }
  throw Object.assign(new Error("too many links"), { code: "ELOOP" });
}

/** Resolves a folder as the system does: `..` goes up from a link's target. `parent` is the part that exists. */
function locateFolder(folder: string): { parent: string; folder: string } {
  try {
    const parent = realpathSync.native(folder);
    return { parent, folder: parent };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT" && !pathExists(folder);
    if (!isMissing || dirname(folder) === folder) throw error;
    const above = locateFolder(dirname(folder));
    return { parent: above.parent, folder: join(above.folder, basename(folder)) };
  }
}

function descriptorOf(path: string): number | undefined {
  const own = new RegExp(`^(?:/dev|/proc/(?:self|thread-self|${process.pid})(?:/task/\\d+)?)/fd/(\\d{1,9})$`);
  const [, descriptor] = own.exec(path) ?? [];
  return descriptor === undefined ? undefined : Number(descriptor);
}

function ofDescriptor(given: string, descriptor: number): OutputPath {
  const stat = fstatSync(descriptor, { bigint: true });
  if (!stat.isFile() && !isStream(stat) && !stat.isSocket()) throw refusal(given, "is not open for writing");
  return { kind: "descriptor", descriptor, stat };
}

function ofPath(given: string, path: string, parent: string, stat: BigIntStats | undefined): OutputPath {
  if (stat === undefined || stat.isFile()) return { kind: "file", path, parent, stat };
  if (isStream(stat)) return { kind: "stream", path, stat };
  throw refusal(given, stat.isDirectory() ? "is a folder" : stat.isSocket() ? "is a socket" : "is a block device");
}

function isStream(stat: BigIntStats): boolean {
  return stat.isFIFO() || stat.isCharacterDevice();
}

/**
 * Checks, before work starts, that a path can be written to. Changes nothing, and does not wait for the reader of a FIFO.
 * @throws OutputError
 */
export function checkOutput(path: string, options: OutputOptions = {}): void {
  try {
    const target = locate(path);
    // Writing zero bytes fails if the descriptor is open for reading only.
    if (target.kind === "descriptor") writeSync(target.descriptor, Buffer.alloc(0));
    else if (target.kind === "file") checkFile(path, target, options);
    else if (target.stat.isFIFO()) accessSync(target.path, constants.W_OK);
    else closeSync(openSync(target.path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY));
  } catch (error) {
    throw outputError(path, error);
  }
}

function checkFile(
  given: string,
  { path, parent, stat }: Extract<OutputPath, { kind: "file" }>,
  { makeFolders = false, mustBeNew = false }: OutputOptions,
): void {
  if (stat !== undefined && mustBeNew) throw refusal(given, "exists");
  if (stat !== undefined) accessSync(path, constants.W_OK);
  if (!makeFolders && parent !== dirname(path)) throw refusal(given, "is in a folder that does not exist");
  // Permissions do not suffice: some file systems, such as /proc, reject every new file.
  rmdirSync(mkdtempSync(join(parent, ".orange-cmdb-")));
}

/** A path, and its name in messages (an option, for example). */
export interface NamedPath {
  readonly name: string;
  readonly path: string;
}

/**
 * Checks that no output is an input or another output. Files are compared by device and inode, so that links and different
 * spellings are found. New files are compared by folder and name. Character devices can be named several times.
 * @throws OutputError
 */
export function checkDistinct(outputs: readonly NamedPath[], inputs: readonly NamedPath[]): void {
  const names = new Map<string, string>();
  for (const { name, path } of inputs) {
    // One socket can be both standard input and standard output.
    const target = found(path);
    const identity = target?.stat?.isSocket() ? undefined : identityOf(target);
    if (identity !== undefined) names.set(identity, name);
  }
  for (const { name, path } of outputs) {
    const identity = identityOf(found(path));
    if (identity === undefined) continue;
    const other = names.get(identity);
    if (other !== undefined) throw refusal(name, `is the same file as ${other}`);
    names.set(identity, name);
  }
}

/** Returns whether two paths name the same file. The file need not exist. */
export function isSameFile(one: string, other: string): boolean {
  const identity = identityOf(found(one));
  return identity !== undefined && identity === identityOf(found(other));
}

/** Resolves a path; undefined if it cannot be found. Its reader or writer reports that. */
function found(path: string): OutputPath | undefined {
  try {
    return locate(path);
  } catch {
    return undefined;
  }
}

/** Returns the identity of a file; undefined for a character device. */
function identityOf(target: OutputPath | undefined): string | undefined {
  if (target?.stat !== undefined)
    return target.stat.isCharacterDevice() ? undefined : `${target.stat.dev}:${target.stat.ino}`;
  if (target?.kind !== "file") return undefined;
  const { dev, ino } = statSync(target.parent, { bigint: true });
  const name = relative(target.parent, target.path);
  // These file systems ignore case and the Unicode form of a name.
  const isFolded = process.platform === "win32" || process.platform === "darwin";
  return `${dev}:${ino}:${isFolded ? name.normalize("NFC").toLowerCase() : name}`;
}
