import { elements, type InventoryRecord, type NamedFields } from "../../../provider/model/records.js";
import { alternativesOf, find } from "../resource/path.js";
import { memoize } from "../../../provider/platform/memoize.js";

type Read = (record: InventoryRecord) => unknown;
type Fields = Readonly<Record<string, unknown>>;

/** Returns the value; undefined if it is empty. Empty values and lists are not compared. */
function nonEmpty(value: unknown): unknown {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Reads a chain of names. A named field hides a field of the API, unless the path leads into that field. */
function chainReader([first = "", ...rest]: readonly string[]): Read {
  const deeper = rest.map((name) => `"${name}"`).join(".");
  if (deeper === "")
    return (record) =>
      nonEmpty(
        record[elements]?.[first as keyof NamedFields] ??
          own(record as unknown as Fields, first) ??
          own(record.attributes, first),
      );
  return (record) => {
    const named = own(record as unknown as Fields, first);
    const holder = typeof named === "object" ? named : own(record.attributes, first);
    return typeof holder === "object" && holder !== null ? find(deeper, holder as Fields).value : undefined;
  };
}

const readerOf = memoize((path: string): Read => {
  const [only, ...more] = alternativesOf(path) ?? [];
  if (only !== undefined && more.length === 0) return chainReader(only);
  return (record) => {
    const { attributes, ...fields } = record;
    const named = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    return find(path, { ...attributes, ...named, ...record[elements], attributes }).value;
  };
});

/** Returns the value of a record at a JMESPath: its named fields, then the fields of the API. */
export function valueOf(record: InventoryRecord, path: string): unknown {
  return readerOf(path)(record);
}
