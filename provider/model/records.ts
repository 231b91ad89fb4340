import type {
  AccountAttributes,
  ConfigurationItemAttributes,
  LocationAttributes,
  ServicePointAttributes,
} from "./attributes.generated.js";

/** The kinds of record the Core Information API lists. */
export const kinds = ["location", "servicePoint", "configurationItem", "account"] as const;

/** One kind of record. */
export type Kind = (typeof kinds)[number];

// [doc]
/** The REST collection of each kind, which is also its plural name. */
export const collections = {
  location: "locations",
  servicePoint: "servicePoints",
  configurationItem: "configurationItems",
  account: "accounts",
} as const satisfies Record<Kind, string>;

/** A record as the API sent it, unchanged. Only `id` is certain. */
export type Attributes = Readonly<Record<string, unknown>>;

/**
 * The fields of the field map. Each is absent or undefined if no candidate has a value. A field that has several values in
 * the record, such as the types of a configuration item, is their text joined by ", ": `fieldValues` returns them one by one.
 */
export interface NamedFields {
  // Source of all fields: [spec].
  /** The record's name. A location without a name has its local company, customer reference or address instead. */
  readonly name?: string;
  /** The types of a configuration item (`ROUTER`), or the offer of a service point. */
  readonly type?: string;
  /** The category of a configuration item (`WAN_DEVICE`) or a service point. */
  readonly category?: string;
  /** The state of a configuration item or a service point, as the record spells it (`OPERATIONAL`). */
  readonly status?: string;
  /** The reference of Orange Business, or the code of an account. */
  readonly reference?: string;
  /** The reference of the customer. */
  readonly customerReference?: string;
  /** The name of the offer that it is part of. */
  readonly offer?: string;
  /** The manufacturer of the equipment. */
  readonly manufacturer?: string;
  /** The model of the equipment. */
  readonly model?: string;
  /** The serial number of the equipment. */
  readonly serialNumber?: string;
  /** The IP address of the equipment. */
  readonly ipAddress?: string;
  /** The role of the equipment or line: `PRIMARY`, `SECONDARY`, `STANDALONE` or `UNKNOWN`. */
  readonly role?: string;
  /** The bandwidth with its unit, as in `100 Mbps`; transmitted/received, as in `20/100 Mbps`, if these differ. */
  readonly bandwidth?: string;
  /** The postal address as one line. */
  readonly address?: string;
  /** The country, as the record spells it: ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** The customer's name. */
  readonly customer?: string;
  /** The id of the location that it belongs to. */
  readonly locationId?: string;
  /** The id of the service point that it belongs to. */
  readonly servicePointId?: string;
  /** The id of the customer or customer account that it belongs to. */
  readonly accountId?: string;
  /** When the record was created, as the record writes it (ISO 8601). */
  readonly createdAt?: string;
  /** When the record was last changed, as the record writes it (ISO 8601). */
  readonly updatedAt?: string;
}

/** The names of the {@link NamedFields}. The type ensures that the list is complete. */
export const namedFields = Object.keys({
  name: true,
  type: true,
  category: true,
  status: true,
  reference: true,
  customerReference: true,
  offer: true,
  manufacturer: true,
  model: true,
  serialNumber: true,
  ipAddress: true,
  role: true,
  bandwidth: true,
  address: true,
  country: true,
  customer: true,
  locationId: true,
  servicePointId: true,
  accountId: true,
  createdAt: true,
  updatedAt: true,
} satisfies Record<keyof NamedFields, true>) as readonly (keyof NamedFields)[];

const named: ReadonlySet<string> = new Set(namedFields);

/** Returns whether the text is the name of one of the {@link NamedFields}. */
export function isNamedField(name: string): name is keyof NamedFields {
  return named.has(name);
}

/**
 * The elements of those named fields that have several, beside the joined text. A symbol, so that JSON, JMESPath and the results of
 * functions show the named fields alone, and a copy of a record keeps it.
 */
export const elements = Symbol("elements");

/** Elements by the name of their field. Fields with at most one value are absent. */
export type Elements = Readonly<Partial<Record<keyof NamedFields, readonly string[]>>>;

/** Named fields with the elements of those that have several. */
export interface FieldTexts extends NamedFields {
  readonly [elements]?: Elements | undefined;
}

/**
 * Returns the values of a named field of a record: none if the record lacks it, one in most cases, several if the record has an
 * array of different values there, each once and in the order of the record.
 */
export function fieldValues(record: FieldTexts, field: keyof NamedFields): readonly string[] {
  const several = record[elements]?.[field];
  if (several) return several;
  const value = record[field];
  return value === undefined ? [] : [value];
}

// [spec]
/**
 * The fields of the API's records by kind, as the vendor's description names them. Any of them may be absent, and a record may
 * have others.
 */
export interface AttributesOf {
  readonly location: LocationAttributes;
  readonly servicePoint: ServicePointAttributes;
  readonly configurationItem: ConfigurationItemAttributes;
  readonly account: AccountAttributes;
}

/** One record of a kind: the named fields at the top level, the API's record in `attributes`. */
export interface InventoryRecord<K extends Kind = Kind> extends FieldTexts {
  /** The kind of the record. */
  readonly kind: K;
  /** A non-empty string. A numeric id of the API is converted to a string. */
  readonly id: string;
  /** The record as the API sent it. */
  readonly attributes: AttributesOf[K];
}

/** Returns a number of records in words, such as `1 account`, `60 configurationItems` or `no locations`. */
export function countOf(count: number | "no", kind: Kind): string {
  return `${count} ${count === 1 ? kind : collections[kind]}`;
}

/**
 * Parses a kind in singular or plural, in camel case, kebab case or snake case.
 * @returns undefined if the text is not a kind
 */
export function parseKind(text: string): Kind | undefined {
  const key = text.replace(/[-_\s]/g, "").toLowerCase();
  return kinds.find((kind) => kind.toLowerCase() === key || collections[kind].toLowerCase() === key);
}

/** An id that does not exist. `orange-cmdb doctor` requests it. It is not customer data. */
export const NONEXISTENT_ID = "no-such-record-0";
