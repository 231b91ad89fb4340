import type { Filter } from "../../provider/model/inventory-reader.js";
import { shorten } from "../../provider/platform/printable.js";
import { durationIn, parseTime } from "../../provider/platform/time.js";
import { collections, kinds, parseKind, type Kind } from "../../provider/model/records.js";
import { kebabCase } from "../../provider/platform/case.js";
import { UsageError } from "./usage-error.js";

/** Names of the kinds in help and completion. */
export const kindNames = kinds.map((kind) => kebabCase(collections[kind]));

/** Parses a kind. @throws UsageError that lists the kinds */
export function kindArgument(text: string): Kind {
  const kind = parseKind(text);
  if (kind) return kind;
  throw new UsageError(`unknown kind "${shorten(text)}"; use one of ${kindNames.join(", ")}`);
}

/** Parses a repeatable kind; commander passes the earlier ones. @throws UsageError */
export function kindArguments(text: string, earlier: readonly Kind[] = []): Kind[] {
  return [...earlier, kindArgument(text)];
}

/** Parses `status=OPERATIONAL,INSTALLING`; `\,` is a literal comma; commander passes the earlier filters. @throws UsageError */
export function filterArgument(text: string, earlier: readonly Filter[] = []): Filter[] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`invalid --filter "${shorten(text)}": use name=value`);
  const values = text.slice(at + 1).split(/(?<!\\),/);
  return [...earlier, { name: text.slice(0, at), values: values.map((value) => value.replaceAll("\\,", ",")) }];
}

/** Parses a whole number of at least 0. @throws UsageError */
export function countArgument(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new UsageError(`"${shorten(text)}" is not a whole number`);
}

/** A version of the inventory, by its number or by a time (milliseconds since the epoch). */
export type VersionAt = { readonly number: number } | { readonly time: number };

/**
 * Parses a version: `7` is a number, `2d`, `12h` or `30m` an age, anything else an ISO 8601 date or time (UTC without a zone).
 * @throws UsageError
 */
export function versionArgument(text: string): VersionAt {
  if (/^\d{1,15}$/.test(text)) return { number: Number(text) };
  const ago = durationIn(text);
  if (ago !== undefined) return { time: Date.now() - ago };
  const time = parseTime(text);
  if (!Number.isNaN(time)) return { time };
  throw new UsageError(
    `invalid version "${shorten(text)}": use a number, a time such as 2026-11-24T18:00Z, or an age such as 2d, 12h, 30m`,
  );
}

/** Collects the values of a repeatable option. */
export function several(text: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), text];
}
