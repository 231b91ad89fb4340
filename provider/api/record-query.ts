import type { Disguise } from "./disguise.js";
import type { Paging } from "./settings.js";

/** Where a page begins and how long it is stays; other parameters may be a customer's, their names too. */
export function recordedQuery(
  query: Iterable<readonly [string, string]>,
  { limitParameter, offsetParameter }: Paging,
  disguise: Disguise,
): [string, string][] {
  return [...query].map(([name, value]) => {
    if (name !== limitParameter && name !== offsetParameter) return [disguise.text(name), disguise.text(value)];
    return [name, /^\d{1,9}$/.test(value) ? value : disguise.text(value)];
  });
}
