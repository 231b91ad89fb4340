import type { ServiceStatus, ServiceVersion } from "./inventory/attributes.generated.js";
import type { InventoryReader } from "./inventory/inventory.js";

/** The inventory that unit tests put in the place of the API and the mirror. */
export interface MockedInventory {
  reader(): InventoryReader;
  readonly status: ServiceStatus;
  readonly version: ServiceVersion;
}

/** A test runner can load this package several times in one process: what a test sets holds for all of them. */
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
