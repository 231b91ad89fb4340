import { ExpressionCostError } from "./expression/cost-error.js";
import { evaluate } from "./expression/interpreter.js";
import { compileJmespath } from "./expression/jmespath.js";
import { elements, type Attributes, type FieldTexts, type Kind, type NamedFields } from "./records.js";

/** A field of the map: the named fields of a record. */
export type Field = keyof NamedFields;

/** JMESPath candidates by kind and field. The first candidate with a value wins. [assumption 9] */
export type FieldMap = Readonly<Record<Kind, Readonly<Partial<Record<Field, readonly string[]>>>>>;

const customer = ["customer.name", "customerName", "account.name", "customer"];
const accountId = ["customer.id", "account.id", "accountId", "customerId"];
const status = ["state", "status"];
const offer = ["offer.name", "offerName", "offer"];
const locationId = ["location.id", "locationId", "site.id", "siteId"];
const addressOf = (path: string): string[] => [`${path}.formattedAddress`, `${path}.fullAddress`, path];
/** A country code is preferred to a name. The vendor's `country` is a code. [spec] */
const countryOf = (path: string): string[] => [`${path}.countryCode`, `${path}.country.code`, `${path}.country`];
/** The address of a location, and the place of installed items, which may include an address. */
const ownAddress = ["formattedAddress", ...addressOf("address")];
const address = ["location.formattedAddress", ...addressOf("location.address"), ...ownAddress];
const country = [...countryOf("location.address"), ...countryOf("address")];

/** Fields that records of every kind have. */
const common = { customerReference: ["customerReference"], createdAt: ["createdAt"], updatedAt: ["updatedAt"] };

/** The vendor's names come first [spec]. Names of sibling APIs follow, in case the live service differs [assumption 9]. */
export const defaultFieldMap: FieldMap = {
  location: {
    ...common,
    name: ["name", "localCompany", "customerReference", "label", ...ownAddress],
    type: ["type", "category"],
    category: ["category"],
    status,
    reference: ["reference"],
    address: ownAddress,
    country: [...countryOf("address"), "countryCode", "country"],
    customer,
    accountId,
  },
  servicePoint: {
    ...common,
    name: ["name", "label"],
    type: ["offer.name", "type"],
    category: ["category"],
    status,
    reference: ["reference"],
    offer,
    bandwidth: ["properties.intranet", "bandwidth"],
    address,
    country,
    customer,
    locationId,
    accountId,
  },
  configurationItem: {
    ...common,
    name: ["name", "label"],
    type: ["type", "category"],
    category: ["category"],
    status,
    reference: ["reference", "properties.reference"],
    offer,
    manufacturer: ["properties.hardware.manufacturer", "manufacturer", "vendor"],
    model: ["properties.hardware.model", "model"],
    serialNumber: ["properties.hardware.serialNumber", "serialNumber"],
    ipAddress: ["properties.network.ipAddress", "ipAddress", "managementIp"],
    role: ["properties.role", "role"],
    bandwidth: ["properties.bandwidth", "bandwidth"],
    address,
    country,
    customer,
    locationId,
    servicePointId: ["servicePoint.id", "servicePointId"],
    accountId,
  },
  account: {
    ...common,
    name: ["name", "label", "code"],
    type: ["type", "segment"],
    category: ["category"],
    status,
    reference: ["code", "reference"],
    address: ownAddress,
    country: [...countryOf("address"), "countryCode", "country.code", "country"],
    customer: ["name", "code"],
  },
};

/** The parts of a postal address in written order: those of the vendor [spec] and of sibling APIs. */
const addressParts = [
  "street",
  "extendedStreet",
  "line1",
  "line2",
  "locality",
  "postalCode",
  "zipCode",
  "city",
  "state",
  "region",
  "country",
];

function asText(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return undefined;
}

function asAddress(value: unknown): string | undefined {
  if (!isObject(value)) return asText(value);
  const parts = addressParts.map((part) => asText(value[part]));
  return parts.filter((part) => part !== undefined).join(", ") || undefined;
}

/** Formats `{tx, rx, unit}` of a configuration item, `{bandwidth, unit}` of a service point, or a text. [spec] */
function asBandwidth(value: unknown): string | undefined {
  if (!isObject(value)) return asText(value);
  const rates = [value["tx"], value["rx"], value["bandwidth"]].map(asText).filter((rate) => rate !== undefined);
  if (rates.length === 0) return undefined;
  return [[...new Set(rates)].join("/"), asText(value["unit"])].filter((part) => part !== undefined).join(" ");
}

function isObject(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type ToText = (value: unknown) => string | undefined;

/** The fields whose value may be an object. The name of a location may be its address. */
const readers: Readonly<Partial<Record<Field, ToText>>> = {
  name: asAddress,
  address: asAddress,
  bandwidth: asBandwidth,
};

/** Returns the distinct texts of an array in its order; undefined if it has none. */
function textsOf(values: readonly unknown[], text: ToText): readonly [string, ...string[]] | undefined {
  const [first, ...more] = new Set(values.map(text).filter((found) => found !== undefined));
  return first === undefined ? undefined : [first, ...more];
}

/** Returns the text of a field's value; undefined if it has none. The different elements of an array are joined by ", ". */
export function fieldText(value: unknown, text: ToText = asText): string | undefined {
  return Array.isArray(value) ? textsOf(value, text)?.join(", ") : text(value);
}

type Search = (record: Attributes) => unknown;

/** Returns an own property. Checks for undefined first, because most lookups find nothing. */
function own(record: Attributes, name: string): unknown {
  const value = record[name];
  return value === undefined || !Object.hasOwn(record, name) ? undefined : value;
}

/** @param place position of the path in the field map, for messages */
function compilePath(path: string, place: string): Search {
  // Most candidates are dotted names. Walking them is many times faster than the interpreter.
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
      return evaluate(expression, record);
    } catch (error) {
      if (error instanceof ExpressionCostError) throw error.at(place);
      // An expression that fails on the shape of this record finds nothing.
      return undefined;
    }
  };
}

/** Returns whether the candidate is a valid expression. */
export function isPath(path: string): boolean {
  try {
    compilePath(path, "fieldMap");
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns a function that reads the named fields of one kind's records. An array becomes the text of its element, or of its elements
 * joined by ", ". The elements are kept beside the text.
 */
export function fieldReader(map: FieldMap, kind: Kind): (record: Attributes) => FieldTexts {
  const fields = Object.entries(map[kind]).map(([field, candidates]) => ({
    field: field as Field,
    text: readers[field as Field] ?? asText,
    searches: candidates.map((path) => compilePath(path, `fieldMap.${kind}.${field}`)),
  }));
  return (record) => {
    const named: Writable<FieldTexts> = {};
    for (const { field, text, searches } of fields) {
      for (const search of searches) {
        const value = search(record);
        if (value === undefined) continue;
        const found = fieldText(value, text);
        if (found === undefined) continue;
        named[field] = found;
        const texts = Array.isArray(value) ? textsOf(value, text) : undefined;
        if (texts !== undefined && texts.length > 1) named[elements] = { ...named[elements], [field]: texts };
        break;
      }
    }
    return named;
  };
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
