import { printableMessage } from "./printable.js";

/** Prints a message to stderr. All messages pass through this function, which makes them printable. */
export function printError(message: string): void {
  // eslint-disable-next-line no-restricted-syntax -- the only place that prints to stderr
  process.stderr.write(`${printableMessage(message)}\n`);
}
