import { printableMessage } from "./inventory/printable.js";

/** Writes a message to stderr. This is the last step of all that is written there: it makes the message printable. */
export function printError(message: string): void {
  // eslint-disable-next-line no-restricted-syntax -- the one place for it
  process.stderr.write(`${printableMessage(message)}\n`);
}
