import { TreeInterpreter } from "@jmespath-community/jmespath";
import { compileJmespath } from "./jmespath.js";
import type { Attributes, Kind, NamedFields } from "./records.js";

/** A field of the map: the named fields of a record. */
export type Field = keyof NamedFields;

/** Per kind and field, where to find it: JMESPath candidates, the first that gives a value wins. [assumption 9] */
export type FieldMap = Readonly<Record<Kind, Readonly<Partial<Record<Field, readonly string[]>>>>>;

const customer = ["customer.name", "customerName", "account.name", "customer"];
const accountId = ["account.id", "accountId", "customer.id", "customerId"];
const addressLine = (path: string): string[] => [`${path}.formattedAddress`, `${path}.fullAddress`, path];
const countryOf = (path: string): string[] => [`${path}.countryCode`, `${path}.country.code`, `${path}.country`];

/** The fields of records are not public [assumption 9]: sibling APIs nest references, so nested and flat forms are tried. */
export const defaultFieldMap: FieldMap = {
  location: {
    name: ["name", "label"],
    type: ["type", "category"],
    status: ["status", "state"],
    address: addressLine("address"),
    country: [...countryOf("address"), "countryCode", "country"],
    customer,
    accountId,
  },
  servicePoint: {
    name: ["name", "label"],
    type: ["offer.name", "type"],
    status: ["status", "state"],
    address: addressLine("address"),
    country: [...countryOf("address"), ...countryOf("location.address")],
    customer,
    locationId: ["location.id", "locationId", "site.id", "siteId"],
    accountId,
  },
  configurationItem: {
    name: ["name", "label"],
    type: ["type", "category"],
    status: ["status", "state"],
    address: addressLine("address"),
    country: [...countryOf("address"), ...countryOf("location.address")],
    customer,
    locationId: ["location.id", "locationId", "site.id", "siteId"],
    servicePointId: ["servicePoint.id", "servicePointId"],
    accountId,
  },
  account: {
    name: ["name", "label"],
    type: ["type", "segment"],
    status: ["status", "state"],
    address: addressLine("address"),
    country: ["countryCode", "country.code", "country"],
    customer: ["name"],
  },
};

/** The parts of a postal address, in the order they are written. */
const addressParts = ["street", "line1", "line2", "postalCode", "zipCode", "city", "state", "country"];

function asText(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return undefined;
}

function asAddress(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return asText(value);
  const parts = addressParts.map((part) => asText((value as Record<string, unknown>)[part]));
  return parts.filter((part) => part !== undefined).join(", ") || undefined;
}

type Search = (record: Attributes) => unknown;

/** An own property: most that are looked for are not there, which is seen without asking whose they would be. */
function own(record: Attributes, name: string): unknown {
  const value = record[name];
  return value === undefined || !Object.hasOwn(record, name) ? undefined : value;
}

function compilePath(path: string): Search {
  // Most candidates are dotted names: walking them is many times faster than interpreting them.
  if (/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(path)) {
    const [first = "", ...rest] = path.split(".");
    return (record) => {
      let value = own(record, first);
      for (let depth = 0; depth < rest.length && value !== undefined; depth += 1) {
        value =
          typeof value === "object" && value !== null ? own(value as Attributes, rest[depth] as string) : undefined;
      }
      return value;
    };
  }
  const expression = compileJmespath(path);
  return (record) => {
    try {
      return TreeInterpreter.search(expression, record as never) as unknown;
    } catch {
      // An expression that does not fit this record's shape finds nothing in it.
      return undefined;
    }
  };
}

/** Is this a candidate that can be looked for? */
export function isPath(path: string): boolean {
  try {
    compilePath(path);
    return true;
  } catch {
    return false;
  }
}

/** Makes a function that reads the named fields of one kind's records. */
export function fieldReader(map: FieldMap, kind: Kind): (record: Attributes) => NamedFields {
  const fields = Object.entries(map[kind]).map(([field, candidates]) => ({
    field: field as Field,
    text: field === "address" ? asAddress : asText,
    searches: candidates.map(compilePath),
  }));
  return (record) => {
    const named: { -readonly [F in Field]?: string } = {};
    for (const { field, text, searches } of fields) {
      for (const search of searches) {
        const value = text(search(record));
        if (value === undefined) continue;
        named[field] = value;
        break;
      }
    }
    return named;
  };
}
