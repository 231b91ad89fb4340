import { shorten } from "../../../provider/platform/printable.js";
import { counted } from "../../formats/text/text.js";
import type { Evidence } from "./schema.js";

/** Maximum length of a value, in UTF-16 units. */
const MAX_VALUE_LENGTH = 60;

/** Returns evidence as text: `serial = serialNumber: "FOC1"`, with both values if they differ. */
export function evidenceText({ property, field, value, recordValue, resources, records }: Evidence): string {
  const quoted = (text: string): string => JSON.stringify(shorten(text, MAX_VALUE_LENGTH));
  const values = value === recordValue ? quoted(value) : `${quoted(value)}, ${quoted(recordValue)}`;
  const shared = resources > 1 || records > 1;
  const counts = shared ? ` (${counted(resources, "resource")}, ${counted(records, "record")})` : "";
  return `${property} = ${field}: ${values}${counts}`;
}
