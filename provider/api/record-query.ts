import type { Disguise } from "./disguise.js";
import type { Paging } from "./settings.js";
import { isFieldList } from "./vendor-fields.js";

/**
 * The query without anything that is a customer's. The paging parameters stay, and so do `sort` and `fields` with documented
 * field names. Other parameters may be a customer's, their names too.
 */
export function recordedQuery(
  query: Iterable<readonly [string, string]>,
  { limitParameter, offsetParameter }: Paging,
  disguise: Disguise,
): [string, string][] {
  return [...query].map(([name, value]) => {
    if (name === "sort" || name === "fields") return [name, isFieldList(value) ? value : disguise.text(value)];
    if (name !== limitParameter && name !== offsetParameter) return [disguise.text(name), disguise.text(value)];
    return [name, /^\d{1,9}$/.test(value) ? value : disguise.text(value)];
  });
}
