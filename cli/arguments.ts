import type { Filter } from "../provider/inventory/inventory.js";
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
  throw new UsageError(`there is no kind "${text}"; kinds are ${kindNames.join(", ")}`);
}

/** Several kinds; commander hands the earlier ones over. @throws UsageError */
export function kindArguments(text: string, earlier: readonly Kind[] = []): Kind[] {
  return [...earlier, kindArgument(text)];
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
