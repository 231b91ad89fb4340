import "../check-node.js";
import { resolve } from "node:path";
import type { runtime } from "@pulumi/pulumi";
import { z } from "zod";
import { parseArguments } from "../arguments.js";
import type { ServiceStatus, ServiceVersion } from "../inventory/attributes.generated.js";
import { openMemory } from "../inventory/database.js";
import { defaultFieldMap } from "../inventory/field-map.js";
import type { InventoryReader } from "../inventory/inventory.js";
import { Mirror } from "../inventory/mirror.js";
import { openInventoryFile } from "../inventory/portable.js";
import { collections, kinds, type AttributesOf, type Kind } from "../inventory/records.js";
import { Writer } from "../inventory/writer.js";
import { mockedInventory, setMockedInventory } from "../mocked-inventory.js";
import { idProperty, read } from "../resources/tracked-record.js";

/** A record as the API sends it. Only `id` is required. */
export type TestRecord<K extends Kind> = AttributesOf[K] & { readonly id: string };

/** The inventory of a unit test: records in memory, or an inventory file. A kind that is left out has no records. */
export interface TestInventory {
  /** Locations as the API sends them, such as `{ id: "LOC-1", name: "Paris", address: { country: "FR" } }`. */
  readonly locations?: readonly TestRecord<"location">[];
  /** Service points as the API sends them. */
  readonly servicePoints?: readonly TestRecord<"servicePoint">[];
  /** Configuration items as the API sends them. */
  readonly configurationItems?: readonly TestRecord<"configurationItem">[];
  /** Customer accounts as the API sends them. */
  readonly accounts?: readonly TestRecord<"account">[];
  /** Path of a file of `orange-cmdb sync --output`, instead of records. A relative path starts at the current folder. */
  readonly inventoryFile?: string;
  /** The result of `getStatus`. Default: `{ status: "ok" }`. */
  readonly status?: ServiceStatus;
  /** The result of `getVersion`. Default: `{ version: { major: "2", minor: "4", patch: "0" } }`. */
  readonly version?: ServiceVersion;
}

const records = z
  .array(z.looseObject({ id: z.string({ error: "must be a text" }).min(1, { error: "must not be empty" }) }), {
    error: "must be a list of records, each with an id",
  })
  .optional();

const schema = z.strictObject({
  locations: records,
  servicePoints: records,
  configurationItems: records,
  accounts: records,
  inventoryFile: z.string({ error: "must be a path" }).optional(),
  status: z.looseObject({}).optional(),
  version: z.looseObject({}).optional(),
} satisfies Record<keyof TestInventory, z.ZodType>);

/**
 * Puts an inventory in the place of the API and the mirror, for every function and every `Inventory` of the process, until the
 * next call or {@link restoreInventory}. Nothing is fetched, written or printed, and no settings are needed.
 * @throws QueryError if an argument is wrong
 * @throws InventoryFileError if the inventory file cannot be read
 */
export function mockInventory(inventory: TestInventory): void {
  const { inventoryFile, status, version, ...given } = parseArguments("mockInventory", schema, inventory);
  const reader = inventoryFile === undefined ? inMemory(given) : fromFile(resolve(inventoryFile));
  setMockedInventory({
    reader: () => reader,
    status: status ?? { status: "ok" },
    version: version ?? { version: { major: "2", minor: "4", patch: "0" } },
  });
}

/** Ends {@link mockInventory}: look-ups read the real inventory again. */
export function restoreInventory(): void {
  setMockedInventory(undefined);
}

/**
 * Returns what `newResource` of `pulumi.runtime.setMocks` returns for a tracked record: the record of the inventory that
 * {@link mockInventory} has set.
 * @returns undefined for a resource that is no tracked record
 * @throws RecordLookupError if the inventory does not have the record
 */
export async function mockTrackedRecord(
  args: runtime.MockResourceArgs,
): Promise<{ id: string; state: Record<string, unknown> } | undefined> {
  const [, name] = /^(?:pulumi-nodejs:dynamic\/orange-cmdb|orange-cmdb:index):(\w+)$/.exec(args.type) ?? [];
  const kind = kinds.find((one) => one.toLowerCase() === name?.toLowerCase());
  const mocked = mockedInventory();
  if (kind === undefined || mocked === undefined) return undefined;
  const inputs = args.inputs as Record<string, unknown>;
  const id = String(inputs[idProperty(kind)]);
  const state = await read(kind, id, inputs, async (_kinds, look) => look(mocked.reader()), false);
  return { id, state };
}

type Records = Readonly<Partial<Record<(typeof collections)[Kind], readonly object[] | undefined>>>;

/** Writes the records as a sync does, so that named fields are read as from the API. */
function inMemory(given: Records): InventoryReader {
  const db = openMemory();
  const writer = new Writer({ db, stays: true }, defaultFieldMap, Date.now());
  for (const kind of kinds) {
    writer.begin(kind);
    writer.add(kind, Buffer.from(JSON.stringify(given[collections[kind]] ?? [])));
  }
  writer.commit(new Map(kinds.map((kind) => [kind, { is: "loaded" }])), { versions: 1, days: 1 });
  writer.close();
  return new Mirror(db, { endpoint: "memory", file: ":memory:" });
}

function fromFile(file: string): InventoryReader {
  const { db, origin } = openInventoryFile(file, {});
  return new Mirror(db, { endpoint: origin.endpoint, file, isCarried: true });
}
