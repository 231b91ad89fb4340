import { printable } from "../../platform/printable.js";

/** The level of a log line. */
type Level = "trace" | "debug" | "info" | "warn" | "error";

/**
 * Writes a line to the host's log, which `TF_LOG` enables. The host parses a line's level only if the time has six fractional digits.
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
