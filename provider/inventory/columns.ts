import { namedFields, type Attributes, type InventoryRecord, type Kind, type NamedFields } from "./records.js";
import { kinds } from "./records.js";
import { damage } from "./damage.js";

/** How a kind is written in the file. */
export function kindNumber(kind: Kind): number {
  return kinds.indexOf(kind) + 1;
}

/** @throws what is damage, where the file names a kind that there is not */
export function kindOf(number: unknown): Kind {
  const kind = kinds[Number(number) - 1];
  if (kind === undefined) throw damage(`it names a kind that there is not: ${String(number)}`);
  return kind;
}

/** The column of each named field, in the order of {@link namedFields}. */
export const columnOf = {
  name: "name",
  type: "type",
  status: "status",
  address: "address",
  country: "country",
  customer: "customer",
  locationId: "location_id",
  servicePointId: "service_point_id",
  accountId: "account_id",
} as const satisfies Record<keyof NamedFields, string>;

/** What a row of the file gives of a record: {@link fromRow} reads it. */
export const recordColumns = ["id", ...Object.values(columnOf), "attributes"].join(", ");

const prefix = "attributes.";

/** A name that can stand in a path of SQLite as it is. */
const isPlain = (name: string): boolean => !/["\\\p{Cc}]/u.test(name);

/**
 * The same columns where only these fields are wanted: named ones, and `attributes.NAME` of the record as it came. What is
 * not wanted has nothing in its place.
 * @returns undefined where a name can be read only out of the whole record
 */
export function selection(
  fields: readonly string[],
): { readonly sql: string; readonly values: readonly string[] } | undefined {
  const names = fields.filter((field) => field.startsWith(prefix)).map((field) => field.slice(prefix.length));
  if (!names.every(isPlain)) return undefined;
  const columns = namedFields.map((field) => (fields.includes(field) ? columnOf[field] : "NULL"));
  const attributes = `json_object(${names.map(() => "?, attributes -> ?").join(", ")})`;
  const values = names.flatMap((name) => [name, `$."${name}"`]);
  return { sql: ["id", ...columns, attributes].join(", "), values };
}

/** A row as an array, in the order of {@link recordColumns}. */
export type RecordRow = readonly (string | null)[];

/** Appends the values of a record's columns after its id, in the order of {@link recordColumns}. */
export function pushRow(row: (string | number | null)[], fields: NamedFields, attributes: string): void {
  for (let place = 0; place < namedFields.length; place += 1) {
    row.push(fields[namedFields[place] as keyof NamedFields] ?? null);
  }
  row.push(attributes);
}

/**
 * The record of a row. Every record has the same properties in the same order, which makes a hundred thousand of them in
 * half the time; a field that it lacks is undefined.
 */
export function fromRow(kind: Kind, row: RecordRow): InventoryRecord {
  const record: Shape = {
    kind,
    id: row[0] as string,
    name: row[1] ?? undefined,
    type: row[2] ?? undefined,
    status: row[3] ?? undefined,
    address: row[4] ?? undefined,
    country: row[5] ?? undefined,
    customer: row[6] ?? undefined,
    locationId: row[7] ?? undefined,
    servicePointId: row[8] ?? undefined,
    accountId: row[9] ?? undefined,
    attributes: JSON.parse(row[10] as string) as Attributes,
  };
  return record as InventoryRecord;
}

/** Says that no named field is forgotten. */
type Shape = Omit<InventoryRecord, keyof NamedFields> & { readonly [Field in keyof NamedFields]-?: string | undefined };
