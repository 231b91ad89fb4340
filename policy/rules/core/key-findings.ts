import { kebabCase } from "../../../provider/platform/case.js";
import { shorten } from "../../../provider/platform/printable.js";
import { looksSame } from "../../../provider/platform/unicode.js";
import type { Kind } from "../../../provider/model/records.js";
import type { ReferenceKey } from "../file/reference-key.js";
import type { Resource } from "../resource/resource.js";
import type { NearKey } from "../../../provider/inventory/query/key-index.js";
import type { Lookup } from "./lookup.js";
import { placeOf } from "./references.js";
import { summarizeList } from "./show.js";
import type { FoundReference, RuleFinding, UnmatchedValue } from "./types.js";

/** Returns the kind in words, such as "configuration item". */
const words = (kind: Kind): string => kebabCase(kind).replaceAll("-", " ");

/** Returns a value for a message, quoted unless it is one plain word such as an address. */
function shown(text: string): string {
  return /^[\p{L}\p{N}.:/_-]{1,80}$/u.test(text) ? text : JSON.stringify(shorten(text));
}

function near({ text, ids }: NearKey, wanted: string): string {
  const alike = looksSame(text, wanted) ? ", looks the same, but has other characters" : "";
  return `${shown(text)} (${summarizeList(ids, 2)}${alike})`;
}

/** Returns the finding for a value that no record has in the field of the reference. A secret value is not shown. */
export function unmatchedValue(
  reference: FoundReference,
  key: ReferenceKey,
  { text, reason }: UnmatchedValue,
  { name }: Resource,
  lookup: Lookup,
): RuleFinding {
  const { entry, kind, secret } = reference;
  const place = placeOf(entry);
  const facts = { kind, about: [place, key.by, "no record"] };
  if (secret) {
    const problem = reason === undefined ? `names no ${words(kind)} by ${key.by}` : `cannot be looked up as ${key.by}`;
    return { ...facts, message: `${name}: ${place} (a secret) ${problem}; correct the value, or the CMDB` };
  }
  const found = { ...facts, affects: [text], actual: text };
  if (reason !== undefined)
    return {
      ...found,
      message: `${name}: ${key.by} ${shown(text)} (${place}) cannot be looked up: ${reason}; correct the value`,
    };
  const similar = lookup.keyed(kind, key).nearest(text);
  const hint =
    similar.length > 0
      ? `did you mean ${similar.map((one) => near(one, text)).join(", ")}?`
      : "correct the value, or add the record to the CMDB";
  return { ...found, message: `${name}: no ${words(kind)} has ${key.by} ${shown(text)} (${place}); ${hint}` };
}

/** Returns the finding for a value that several records have. Neither a secret value nor its candidates are shown. */
export function ambiguousValue(
  { entry, kind, secret }: FoundReference,
  { by }: ReferenceKey,
  text: string,
  ids: readonly string[],
  { name }: Resource,
): RuleFinding {
  const place = placeOf(entry);
  const facts = { kind, about: [place, by, "several records"] };
  const nextStep = "make the value unique in the CMDB, or refer to the record by id";
  if (secret)
    return { ...facts, message: `${name}: several ${words(kind)}s have the ${by} in ${place} (a secret); ${nextStep}` };
  const message = `${name}: ${ids.length} ${words(kind)}s have ${by} ${shown(text)} (${place}): ${summarizeList(ids)}; nothing else is checked for it; ${nextStep}`;
  return { ...facts, affects: [...ids].sort(), message, actual: text };
}
