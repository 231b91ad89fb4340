import { fstatSync, readFileSync, statSync, type Stats } from "node:fs";
import { isatty } from "node:tty";

/** What the shell has opened already: `/dev/stdin`, and what `<(…)` stands for. */
const opened = /^\/(?:dev|proc\/(?:self|\d+))\/(?:stdin$|fd\/(\d+)$)/;

const reason = "is a pipe or a device, not a file";

/** A path that is no file to read from: its `code` is what messages show. */
function refusal(): Error {
  return Object.assign(new Error(reason), { code: reason });
}

/**
 * Checks that reading the path can come to an end. A pipe that the shell has opened (`/dev/stdin`, `<(…)`) may be read, a
 * terminal too. A device, a socket and a FIFO with a name are refused: a FIFO without a writer blocks, and `/dev/zero` never ends.
 * @throws Error whose `code` says why
 */
export function checkInput(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  // Whoever opens it says why that cannot be done.
  if (!found || found.isFile() || found.isDirectory()) return;
  const [isOpen, descriptor = "0"] = opened.exec(path) ?? [];
  if (isOpen === undefined || !isStream(found, Number(descriptor))) throw refusal();
}

function isStream(found: Stats, descriptor: number): boolean {
  return found.isFIFO() || found.isSocket() || isatty(descriptor);
}

/**
 * Reads a text in UTF-8.
 * @param path a file, or `-` for standard input
 * @throws Error whose `code` says why it cannot be read, as of {@link checkInput}
 */
export function readInput(path: string): string {
  if (path === "-") {
    const found = fstatSync(0);
    if (!found.isFile() && !isStream(found, 0)) throw refusal();
    return readFileSync(0, "utf8");
  }
  checkInput(path);
  return readFileSync(path, "utf8");
}
