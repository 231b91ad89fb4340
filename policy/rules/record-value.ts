import type { InventoryRecord } from "../../provider/inventory/records.js";
import { alternativesOf, find } from "./path.js";

type Read = (record: InventoryRecord) => unknown;

const readers = new Map<string, Read>();

function reader(path: string): Read {
  const [names, ...more] = alternativesOf(path) ?? [];
  const [first, ...rest] = names ?? [];
  if (first === undefined || more.length > 0) {
    return (record) => {
      const { attributes, ...fields } = record;
      const named = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      return find(path, { ...attributes, ...named, attributes }).value;
    };
  }
  const deeper = rest.map((name) => `"${name}"`).join(".");
  return (record) => {
    const named = record as unknown as Readonly<Record<string, unknown>>;
    const isNamed = Object.hasOwn(named, first) && named[first] !== undefined;
    const holder = isNamed ? named : record.attributes;
    const value = Object.hasOwn(holder, first) ? holder[first] : undefined;
    if (deeper === "") return value === null || value === "" ? undefined : value;
    return typeof value === "object" && value !== null
      ? find(deeper, value as Record<string, unknown>).value
      : undefined;
  };
}

/** What a record says at a JMESPath: its named fields, then the fields it came with. */
export function valueOf(record: InventoryRecord, path: string): unknown {
  let read = readers.get(path);
  if (!read) readers.set(path, (read = reader(path)));
  return read(record);
}
