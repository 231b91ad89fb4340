import "../platform/check-node.js";
import { resolve } from "node:path";
import type { runtime } from "@pulumi/pulumi";
import { z } from "zod";
import { parseArguments } from "../functions/arguments.js";
import type { ServiceStatus, ServiceVersion } from "../model/attributes.generated.js";
import { openMemoryInventory } from "../inventory/memory.js";
import type { InventoryReader } from "../model/inventory-reader.js";
import { Mirror } from "../inventory/mirror/mirror.js";
import { isUrl } from "../settings/inventory-url.js";
import { openInventoryFile } from "../inventory/mirror/inventory-file.js";
import { kinds, type AttributesOf, type Kind } from "../model/records.js";
import { mockedInventory, setMockedInventory } from "../functions/mocked-inventory.js";
import { read, recordId } from "../resources/tracked-record.js";

/** A record as the API sends it. Only `id` is required. */
export type TestRecord<K extends Kind> = AttributesOf[K] & { readonly id: string };

/** Inventory of a unit test: records in memory, or an inventory file. A kind that is left out has no records. */
export interface TestInventory {
  /** Locations as the API sends them, such as `{ id: "LOC-1", name: "Paris", address: { country: "FR" } }`. */
  readonly locations?: readonly TestRecord<"location">[];
  /** Service points as the API sends them. */
  readonly servicePoints?: readonly TestRecord<"servicePoint">[];
  /** Configuration items as the API sends them. */
  readonly configurationItems?: readonly TestRecord<"configurationItem">[];
  /** Customer accounts as the API sends them. */
  readonly accounts?: readonly TestRecord<"account">[];
  /** Path of an inventory file of `orange-cmdb sync --save`, instead of records. Relative to the current folder. */
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
  inventoryFile: z
    .string({ error: "must be a path" })
    .refine((path) => !isUrl(path), { error: "must be a path: tests do not download the file of a URL" })
    .optional(),
  status: z.looseObject({}).optional(),
  version: z.looseObject({}).optional(),
} satisfies Record<keyof TestInventory, z.ZodType>);

/**
 * Replaces the API and the mirror by an inventory for tests. It applies to every function and every `Inventory` of the process
 * until the next call or {@link restoreInventory}. Nothing is fetched, written or printed, and no settings are needed.
 * @throws QueryError if an argument is wrong
 * @throws InventoryFileError if the inventory file cannot be read
 */
export function mockInventory(inventory: TestInventory): void {
  const { inventoryFile, status, version, ...given } = parseArguments("mockInventory", schema, inventory);
  const reader = inventoryFile === undefined ? openMemoryInventory(given) : fromFile(resolve(inventoryFile));
  setMockedInventory({
    reader: () => reader,
    status: status ?? { status: "ok" },
    version: version ?? { version: { major: "2", minor: "4", patch: "0" } },
  });
}

/** Removes the inventory of {@link mockInventory}. Look-ups read the real inventory again. */
export function restoreInventory(): void {
  setMockedInventory(undefined);
}

/**
 * Returns the result of `newResource` of `pulumi.runtime.setMocks` for a tracked record, with the fields of the record in the
 * inventory of {@link mockInventory}.
 * @returns undefined if the resource is not a tracked record
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
  const id = recordId(kind, inputs, mocked.reader(), false);
  const state = await read(kind, id, inputs, async (_kinds, look) => look(mocked.reader()), false);
  return { id, state };
}

function fromFile(file: string): InventoryReader {
  const { db, origin } = openInventoryFile(file, {});
  return new Mirror(db, { endpoint: origin.endpoint, file, isCarried: true });
}
