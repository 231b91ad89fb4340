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

/** A record as the API sent it, untouched; only `id` is certain. */
export type Attributes = Readonly<Record<string, unknown>>;

/**
 * The fields that the field map names; each is absent or undefined if no candidate resolves. A field that has several values in
 * the record, such as the types of a configuration item, is their text joined by ", ": `fieldValues` returns them one by one.
 */
export interface NamedFields {
  // All of them: [spec].
  /** The record's name. A location without a name has its local company, customer reference or address instead. */
  readonly name?: string;
  /** What the record is: the types of a configuration item (`ROUTER`), the offer of a service point. */
  readonly type?: string;
  /** The category of a configuration item (`WAN_DEVICE`) or a service point. */
  readonly category?: string;
  /** The state of a configuration item or a service point, as the record spells it (`OPERATIONAL`). */
  readonly status?: string;
  /** The reference that Orange Business gives to it; the code of an account. */
  readonly reference?: string;
  /** The reference that the customer gives to it. */
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

/** The names of the {@link NamedFields}; the type says that none is missing or wrong. */
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

/** Is it the name of one of the {@link NamedFields}? */
export function isNamedField(name: string): name is keyof NamedFields {
  return named.has(name);
}

/**
 * The elements of those named fields that have several, beside the joined text. A symbol, so that JSON, JMESPath and the results of
 * functions show the named fields alone, and a copy of a record keeps it.
 */
export const elements = Symbol("elements");

/** Elements by the name of their field; a field with one value or none is not among them. */
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
 * The records' own fields by kind, as the vendor's description names them: any of them may be absent, and a record may
 * have others.
 */
export interface AttributesOf {
  readonly location: LocationAttributes;
  readonly servicePoint: ServicePointAttributes;
  readonly configurationItem: ConfigurationItemAttributes;
  readonly account: AccountAttributes;
}

/** One entry of a kind: the named fields at the top, the record as it came in `attributes`. */
export interface InventoryRecord<K extends Kind = Kind> extends FieldTexts {
  /** The kind of record that it is. */
  readonly kind: K;
  /** A non-empty string; a number from the API is turned into one. */
  readonly id: string;
  /** The record as the API sent it. */
  readonly attributes: AttributesOf[K];
}

/**
 * Reads a kind as people write it: singular or plural, camel case, kebab case or snake case.
 * @returns undefined where the text names no kind
 */
export function parseKind(text: string): Kind | undefined {
  const key = text.replace(/[-_\s]/g, "").toLowerCase();
  return kinds.find((kind) => kind.toLowerCase() === key || collections[kind].toLowerCase() === key);
}
