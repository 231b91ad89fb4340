import { fieldValues, type InventoryRecord, type Kind, type NamedFields } from "../../../provider/model/records.js";

/** How the values of a field are compared: the forms of {@link RecordIndex}. */
export type Form = "text" | "mac" | "address" | "name" | "network" | "place" | "country";

/** A field of a record that can tell which record a resource is. */
export interface Field {
  /** JMESPath on the record. */
  readonly path: string;
  readonly form: Form;
  /** True if the field identifies its record: an equal value is not a coincidence. */
  readonly identifies: boolean;
  /** Position in the order of evidence; the lowest is the strongest. */
  readonly order: number;
}

const field = (path: string, form: Form, identifies: boolean, order: number): Field => ({
  path,
  form,
  identifies,
  order,
});

/** The named fields of all records, the strongest evidence first. */
const named = [
  field("id", "text", true, 0),
  field("serialNumber", "text", true, 1),
  field("ipAddress", "address", true, 3),
  field("reference", "text", true, 4),
  field("customerReference", "text", true, 5),
  field("name", "name", false, 6),
];

/** An address of the resource in a network of the record. */
export const networkField = field("ipAddress", "network", false, 7);

/** The postal code and the city of a location, both on one resource. */
export const placeField = field("attributes.address.postalCode", "place", false, 8);

/** The country of a location, which the region of a resource confirms. */
export const countryField = field("country", "country", false, 9);

/** Objects of a record that can have a MAC address: the record itself, and the objects beside its other properties. */
const macHolders = [[], ["properties"], ["properties", "network"], ["properties", "hardware"]];
const macNames = /^mac(?:_?address)?$/i;
const macFields = new Map<string, Field>();

/** A value of a record with its field. */
export interface FieldValue {
  readonly field: Field;
  readonly value: string;
}

/** Named fields that matching reads, beside those of the rules. */
export const namedFieldsRead = [
  "serialNumber",
  "ipAddress",
  "reference",
  "customerReference",
  "name",
  "country",
  "locationId",
] as const satisfies readonly (keyof NamedFields)[];

/** Fields of the API's record that matching reads. */
export const attributesRead: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  configurationItem: ["properties", "mac", "macAddress", "mac_address"].map((name) => `attributes.${name}`),
  location: ["attributes.address"],
};

/** Returns the identifying values of a record. */
export function* identifyingValues(record: InventoryRecord): Generator<FieldValue> {
  for (const of of named) {
    if (of.path === "id") yield { field: of, value: record.id };
    else for (const value of fieldValues(record, of.path as keyof NamedFields)) yield { field: of, value };
  }
  if (record.kind === "configurationItem") yield* macsOf(record.attributes);
}

function* macsOf(attributes: unknown): Generator<FieldValue> {
  for (const path of macHolders) {
    const holder = path.reduce(inner, attributes);
    if (typeof holder !== "object" || holder === null) continue;
    for (const [name, value] of Object.entries(holder)) {
      if (!macNames.test(name)) continue;
      for (const text of Array.isArray(value) ? value : [value])
        if (typeof text === "string") yield { field: macField([...path, name].join(".")), value: text };
    }
  }
}

function macField(path: string): Field {
  let known = macFields.get(path);
  if (!known) macFields.set(path, (known = field(`attributes.${path}`, "mac", true, 2)));
  return known;
}

const inner = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/** Returns the postal code and the city of a location; undefined without both. */
export function placeOf({ attributes }: InventoryRecord): { postalCode: string; city: string } | undefined {
  const address = inner(attributes, "address");
  const postalCode = inner(address, "postalCode") ?? inner(address, "zipCode");
  const city = inner(address, "city");
  return typeof postalCode === "string" && typeof city === "string" && postalCode !== "" && city !== ""
    ? { postalCode, city }
    : undefined;
}
