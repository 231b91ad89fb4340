import { namedFields, type Attributes, type InventoryRecord, type Kind, type NamedFields } from "./records.js";
import { kinds } from "./records.js";

/** How a kind is written in the file. */
export function kindNumber(kind: Kind): number {
  return kinds.indexOf(kind) + 1;
}

/** @throws Error where the file names a kind that there is not */
export function kindOf(number: unknown): Kind {
  const kind = kinds[Number(number) - 1];
  if (kind === undefined) throw new Error(`the mirror names a kind that there is not: ${String(number)}`);
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
