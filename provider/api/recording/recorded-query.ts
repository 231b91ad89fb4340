import type { Anonymizer } from "./anonymizer.js";
import type { Paging } from "../http/settings.js";
import { isFieldList } from "../../model/vendor-fields.js";

/**
 * Returns the query without customer data. Keeps the paging parameters, and `sort` and `fields` with documented field names. Other
 * parameters and their names may be customer data.
 */
export function recordedQuery(
  query: Iterable<readonly [string, string]>,
  { limitParameter, offsetParameter }: Paging,
  anonymizer: Anonymizer,
): [string, string][] {
  return [...query].map(([name, value]) => {
    if (name === "sort" || name === "fields") return [name, isFieldList(value) ? value : anonymizer.text(value)];
    if (name !== limitParameter && name !== offsetParameter) return [anonymizer.text(name), anonymizer.text(value)];
    return [name, /^\d{1,9}$/.test(value) ? value : anonymizer.text(value)];
  });
}
