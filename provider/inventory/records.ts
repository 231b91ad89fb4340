/** The kinds of record the Core Information API lists. */
export const kinds = ["location", "servicePoint", "configurationItem", "account"] as const;

/** One kind of record. */
export type Kind = (typeof kinds)[number];

/** The REST collection of each kind, which is also its plural name. [doc] */
export const collections = {
  location: "locations",
  servicePoint: "servicePoints",
  configurationItem: "configurationItems",
  account: "accounts",
} as const satisfies Record<Kind, string>;

/** A record as the API sent it, untouched; only `id` is certain. */
export type Attributes = Readonly<Record<string, unknown>>;

/** The fields that the field map names; each is absent or undefined where no candidate resolves. */
export interface NamedFields {
  /** The record's name. */
  readonly name?: string;
  /** What it is, as the record says: a router, an offer, a segment. */
  readonly type?: string;
  /** Its status, as the record spells it. */
  readonly status?: string;
  /** The postal address as one line. */
  readonly address?: string;
  /** The country, as the record spells it (usually ISO 3166-1 alpha-2 or a name). */
  readonly country?: string;
  /** The customer's name. */
  readonly customer?: string;
  /** The id of the location that it belongs to. */
  readonly locationId?: string;
  /** The id of the service point that it belongs to. */
  readonly servicePointId?: string;
  /** The id of the customer account that it belongs to. */
  readonly accountId?: string;
}

/** The names of the {@link NamedFields}; the type says that none is missing or wrong. */
export const namedFields = Object.keys({
  name: true,
  type: true,
  status: true,
  address: true,
  country: true,
  customer: true,
  locationId: true,
  servicePointId: true,
  accountId: true,
} satisfies Record<keyof NamedFields, true>) as readonly (keyof NamedFields)[];

const named: ReadonlySet<string> = new Set(namedFields);

/** Is it the name of one of the {@link NamedFields}? */
export function isNamedField(name: string): name is keyof NamedFields {
  return named.has(name);
}

/** One entry of a kind: the named fields at the top, the record as it came in `attributes`. */
export interface InventoryRecord extends NamedFields {
  /** The kind of record that it is. */
  readonly kind: Kind;
  /** A non-empty string; a number from the API is turned into one. */
  readonly id: string;
  /** The record as the API sent it. */
  readonly attributes: Attributes;
}

/**
 * Reads a kind as people write it: singular or plural, camel case, kebab case or snake case.
 * @returns undefined where the text names no kind
 */
export function parseKind(text: string): Kind | undefined {
  const key = text.replace(/[-_\s]/g, "").toLowerCase();
  return kinds.find((kind) => kind.toLowerCase() === key || collections[kind].toLowerCase() === key);
}
