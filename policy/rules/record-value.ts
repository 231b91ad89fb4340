import { elements, type InventoryRecord, type NamedFields } from "../../provider/inventory/records.js";
import { alternativesOf, find } from "./path.js";

type Read = (record: InventoryRecord) => unknown;
type Fields = Readonly<Record<string, unknown>>;

const readers = new Map<string, Read>();

/** Empty values say nothing; neither does an empty list. */
function said(value: unknown): unknown {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Reads a chain of names. A named field hides a field that the record came with, except where the path leads into that one. */
function chainReader([first = "", ...rest]: readonly string[]): Read {
  const deeper = rest.map((name) => `"${name}"`).join(".");
  if (deeper === "")
    return (record) =>
      said(
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

function reader(path: string): Read {
  const [only, ...more] = alternativesOf(path) ?? [];
  if (only !== undefined && more.length === 0) return chainReader(only);
  return (record) => {
    const { attributes, ...fields } = record;
    const named = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    return find(path, { ...attributes, ...named, ...record[elements], attributes }).value;
  };
}

/** Returns the value of a record at a JMESPath: its named fields, then the fields it came with. */
export function valueOf(record: InventoryRecord, path: string): unknown {
  let read = readers.get(path);
  if (!read) readers.set(path, (read = reader(path)));
  return read(record);
}
