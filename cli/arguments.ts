import type { Filter } from "../provider/inventory/inventory.js";
import { collections, kinds, parseKind, type Kind } from "../provider/inventory/records.js";
import { UsageError } from "./fail.js";

/** @throws UsageError that lists the kinds */
export function kindArgument(text: string): Kind {
  const kind = parseKind(text);
  if (kind) return kind;
  throw new UsageError(`there is no kind "${text}"; kinds are ${kinds.map((name) => collections[name]).join(", ")}`);
}

/** `status=In service,Active` → a filter; commander hands the earlier ones over. */
export function filterArgument(text: string, earlier: readonly Filter[]): Filter[] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--filter wants name=value, not "${text}"`);
  return [...earlier, { name: text.slice(0, at), values: text.slice(at + 1).split(",") }];
}

/** @throws UsageError */
export function countArgument(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new UsageError(`"${text}" is not a whole number`);
}
