import {
  elements,
  kinds,
  namedFields,
  type AttributesOf,
  type Elements,
  type FieldTexts,
  type InventoryRecord,
  type Kind,
  type NamedFields,
} from "../../model/records.js";
import { corruptionError } from "./corruption.js";

/** Returns the number of a kind in the file. */
export function kindNumber(kind: Kind): number {
  return kinds.indexOf(kind) + 1;
}

/** @throws a corruption error if the file has an unknown kind */
export function kindOf(number: unknown): Kind {
  const kind = kinds[Number(number) - 1];
  if (kind === undefined) throw corruptionError(`unknown kind number: ${String(number)}`);
  return kind;
}

/** The column of each named field, in the order of {@link namedFields}. */
export const columnOf = {
  name: "name",
  type: "type",
  category: "category",
  status: "status",
  reference: "reference",
  customerReference: "customer_reference",
  offer: "offer",
  manufacturer: "manufacturer",
  model: "model",
  serialNumber: "serial_number",
  ipAddress: "ip_address",
  role: "role",
  bandwidth: "bandwidth",
  address: "address",
  country: "country",
  customer: "customer",
  locationId: "location_id",
  servicePointId: "service_point_id",
  accountId: "account_id",
  createdAt: "created_at",
  updatedAt: "updated_at",
} as const satisfies Record<keyof NamedFields, string>;

/** The column of {@link Elements}: JSON, or NULL if no field has several. */
export const elementsColumn = "elements";

/** The columns of a record, as {@link fromRow} reads them. */
export const recordColumns = ["id", ...Object.values(columnOf), elementsColumn, "attributes"].join(", ");

const prefix = "attributes.";

/** Matches a name that needs no quotes in a JSON path of SQLite. */
const isPlain = (name: string): boolean => !/["\\\p{Cc}]/u.test(name);

/**
 * Returns the same columns for only these fields: named ones, and `attributes.NAME` of the API's record. Other columns are NULL.
 * @returns undefined if a field can be read only from the complete record
 */
export function selection(
  fields: readonly string[],
): { readonly sql: string; readonly values: readonly string[] } | undefined {
  const names = fields.filter((field) => field.startsWith(prefix)).map((field) => field.slice(prefix.length));
  if (!names.every(isPlain)) return undefined;
  const columns = namedFields.map((field) => (fields.includes(field) ? columnOf[field] : "NULL"));
  // A record without attributes is corrupt, and `fromRow` must detect that.
  const attributes = `iif(attributes IS NULL, NULL, json_object(${names.map(() => "?, attributes -> ?").join(", ")}))`;
  const values = names.flatMap((name) => [name, `$."${name}"`]);
  return { sql: ["id", ...columns, elementsColumn, attributes].join(", "), values };
}

/** A row as an array, in the order of {@link recordColumns}. */
export type RecordRow = readonly (string | null)[];

/** Appends the values of a record's columns after its id, in the order of {@link recordColumns}. */
export function pushRow(row: (string | number | null)[], fields: FieldTexts, attributes: string): void {
  for (let place = 0; place < namedFields.length; place += 1) {
    row.push(fields[namedFields[place] as keyof NamedFields] ?? null);
  }
  const several = fields[elements];
  row.push(several === undefined ? null : JSON.stringify(several), attributes);
}

/**
 * Converts a row to a record. Every record has the same properties in the same order, which halves the time for 100,000 records.
 * Missing fields are undefined.
 * @throws a corruption error if the row has no id or no attributes
 */
export function fromRow<K extends Kind>(kind: K, row: RecordRow): InventoryRecord<K> {
  // SQLite reads a corrupt row as NULLs.
  if (row[0] === null || row[23] === null) throw corruptionError("a record has no id or no attributes");
  const record: Shape<K> = {
    kind,
    id: row[0] as string,
    name: row[1] ?? undefined,
    type: row[2] ?? undefined,
    category: row[3] ?? undefined,
    status: row[4] ?? undefined,
    reference: row[5] ?? undefined,
    customerReference: row[6] ?? undefined,
    offer: row[7] ?? undefined,
    manufacturer: row[8] ?? undefined,
    model: row[9] ?? undefined,
    serialNumber: row[10] ?? undefined,
    ipAddress: row[11] ?? undefined,
    role: row[12] ?? undefined,
    bandwidth: row[13] ?? undefined,
    address: row[14] ?? undefined,
    country: row[15] ?? undefined,
    customer: row[16] ?? undefined,
    locationId: row[17] ?? undefined,
    servicePointId: row[18] ?? undefined,
    accountId: row[19] ?? undefined,
    createdAt: row[20] ?? undefined,
    updatedAt: row[21] ?? undefined,
    attributes: JSON.parse(row[23] as string) as AttributesOf[K],
  };
  const several = row[22];
  if (several != null) record[elements] = JSON.parse(several) as Elements;
  return record as InventoryRecord<K>;
}

/** Ensures at compile time that no named field is missing. */
type Shape<K extends Kind> = Omit<InventoryRecord<K>, keyof FieldTexts> & {
  readonly [Field in keyof NamedFields]-?: string | undefined;
} & { [elements]?: Elements };
