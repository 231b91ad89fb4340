import { fstatSync, readFileSync, statSync, type Stats } from "node:fs";
import { isatty } from "node:tty";

/** Matches a descriptor that the shell has opened: `/dev/stdin` or the path that `<(…)` expands to. */
const opened = /^\/(?:dev|proc\/(?:self|\d+))\/(?:stdin$|fd\/(\d+)$)/;

const reason = "is a pipe or a device, not a file";

/** The path cannot be read. Messages show its `code`. */
function refusal(): Error {
  return Object.assign(new Error(reason), { code: reason });
}

/**
 * Checks that reading the path can end. A pipe that the shell has opened (`/dev/stdin`, `<(…)`) and a terminal are accepted. A
 * device, a socket and a named FIFO are rejected: a FIFO without a writer blocks, and `/dev/zero` never ends.
 * @throws Error whose `code` says why
 */
export function checkInput(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  // Opening the path reports the reason.
  if (!found || found.isFile() || found.isDirectory()) return;
  const [isOpen, descriptor = "0"] = opened.exec(path) ?? [];
  if (isOpen === undefined || !isStream(found, Number(descriptor))) throw refusal();
}

function isStream(found: Stats, descriptor: number): boolean {
  return found.isFIFO() || found.isSocket() || isatty(descriptor);
}

/**
 * Reads a file in UTF-8.
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
