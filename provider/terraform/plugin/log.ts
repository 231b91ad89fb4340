import { printable } from "../../inventory/printable.js";

/** How much a line matters to who reads the log. */
type Level = "trace" | "debug" | "info" | "warn" | "error";

/**
 * Writes a line to the host's log, which is shown where `TF_LOG` asks for it. The host takes a line's level from it only
 * where the time has six digits of a second.
 */
export function log(level: Level, message: string, facts: Readonly<Record<string, unknown>> = {}): void {
  const time = new Date().toISOString().replace("Z", "000Z");
  const line = {
    "@level": level,
    "@message": printable(message),
    "@module": "orangecmdb",
    "@timestamp": time,
    ...facts,
  };
  // eslint-disable-next-line no-restricted-syntax -- JSON for the host
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
