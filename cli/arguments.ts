import { resolve } from "node:path";
import type { Filter } from "../provider/inventory/inventory.js";
import { shorten } from "../provider/inventory/printable.js";
import { durationIn, parseTime } from "../provider/inventory/time.js";
import { collections, kinds, parseKind, type Kind } from "../provider/inventory/records.js";
import { UsageError } from "./fail.js";

/** The kinds as the help spells them. */
export const kindNames = kinds.map((kind) =>
  collections[kind].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
);

/** @throws UsageError that lists the kinds */
export function kindArgument(text: string): Kind {
  const kind = parseKind(text);
  if (kind) return kind;
  throw new UsageError(`there is no kind "${shorten(text)}"; kinds are ${kindNames.join(", ")}`);
}

/** Several kinds; commander hands the earlier ones over. @throws UsageError */
export function kindArguments(text: string, earlier: readonly Kind[] = []): Kind[] {
  return [...earlier, kindArgument(text)];
}

/** `status=OPERATIONAL,INSTALLING` → a filter; `\,` is a comma of a value; commander hands the earlier ones over. */
export function filterArgument(text: string, earlier: readonly Filter[]): Filter[] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--filter wants name=value, not "${shorten(text)}"`);
  const values = text.slice(at + 1).split(/(?<!\\),/);
  return [...earlier, { name: text.slice(0, at), values: values.map((value) => value.replaceAll("\\,", ",")) }];
}

/** @throws UsageError */
export function countArgument(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new UsageError(`"${shorten(text)}" is not a whole number`);
}

/** The folder of `--record`, for a command that asks the API. @throws UsageError */
export function recordFolder(text: string, command: string): string {
  if (text.trim() === "") throw new UsageError("--record wants a folder, and its name is empty");
  if (command !== "sandbox") return resolve(text);
  throw new UsageError("sandbox asks no API, and has nothing to record: give --record to a command that asks it");
}

/** A version of the inventory, by its number or by a time (milliseconds since the epoch). */
export type VersionAt = { readonly number: number } | { readonly time: number };

/** `7` is a version's number, `2d`, `12h` or `30m` a time ago, anything else an ISO 8601 date or time, UTC if it has no zone. @throws UsageError */
export function versionArgument(text: string): VersionAt {
  if (/^\d{1,15}$/.test(text)) return { number: Number(text) };
  const ago = durationIn(text);
  if (ago !== undefined) return { time: Date.now() - ago };
  const time = parseTime(text);
  if (!Number.isNaN(time)) return { time };
  throw new UsageError(
    `"${shorten(text)}" is no version: give its number, a time such as 2026-11-24T18:00Z, or 2d, 12h, 30m ago`,
  );
}
