import type { ServiceStatus, ServiceVersion } from "../model/attributes.generated.js";
import type { InventoryReader } from "../model/inventory-reader.js";

/** The inventory of a unit test, instead of the API and the mirror. */
export interface MockedInventory {
  reader(): InventoryReader;
  readonly status: ServiceStatus;
  readonly version: ServiceVersion;
}

/** Global, because a test runner can load this package several times in one process. */
const key = Symbol.for("pulumi-orange-cmdb/testing");

const slot = globalThis as { [key]?: MockedInventory | undefined };

/** Returns the inventory of a unit test; undefined outside of one. */
export function mockedInventory(): MockedInventory | undefined {
  return slot[key];
}

/** @param inventory undefined to read the real inventory again */
export function setMockedInventory(inventory: MockedInventory | undefined): void {
  slot[key] = inventory;
}
