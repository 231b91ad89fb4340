import { InventoryFunctions } from "../../../provider/functions/inventory-functions";
import { SharedInventory } from "../../../provider/functions/shared-inventory";
import type { Sandbox } from "../../../sandbox";

/** The arguments of a look-up. */
export type Args = Readonly<Record<string, unknown>>;
/** A record or a list of records, as a look-up returns it. */
export type Value = Readonly<Record<string, unknown>>;

/** A look-up of the table. */
export interface LookUp {
  /** As the TypeScript function is called, without `get`. */
  readonly what: string;
  readonly args: Args;
}

const filter = (name: string, ...values: string[]): Args => ({ filters: [{ name, values }] });
/** The look-ups that have equal results in every language. */
export const lookUps: readonly LookUp[] = [
  { what: "Location", args: { id: "LOC-PAR-001" } },
  { what: "Location", args: { name: "Exemple Industries Warsaw 001" } },
  { what: "Location", args: filter("address", "*Frankfurt*") },
  { what: "Locations", args: {} },
  { what: "Locations", args: { where: "country == 'FR'" } },
  { what: "Locations", args: { where: "starts_with(name, 'Paris') || country == 'ES'" } },
  { what: "ServicePoint", args: { id: "SP-PAR-001" } },
  { what: "ServicePoint", args: { locationId: "LOC-MAD-001" } },
  { what: "ServicePoints", args: { locationId: "LOC-PAR-001" } },
  { what: "ServicePoints", args: filter("status", "OPERATIONAL") },
  { what: "ConfigurationItem", args: { id: "CI-RTR-PAR-001" } },
  { what: "ConfigurationItem", args: { id: "CI-RTR-PAR-001-3" } },
  {
    what: "ConfigurationItem",
    args: { locationId: "LOC-LON-001", where: "type == 'ROUTER'", ...filter("id", "*-001") },
  },
  { what: "ConfigurationItems", args: { locationId: "LOC-PAR-001" } },
  { what: "ConfigurationItems", args: { servicePointId: "SP-BRU-001" } },
  { what: "ConfigurationItems", args: { ...filter("type", "ROUTER", "ETHERNET_SWITCH"), limit: 7 } },
  { what: "ConfigurationItems", args: filter("attributes.properties.hardware.manufacturer", "Cis*", "Juniper") },
  { what: "ConfigurationItems", args: { where: "attributes.nothing == 'x'" } },
  { what: "Accounts", args: {} },
  { what: "Account", args: { where: "name != ''" } },
];

/** Between the engine and a plugin nothing is null: a field that is null for the API is not there. */
function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== null);
  return Object.fromEntries(entries.map(([key, entry]) => [key, withoutNull(entry)]));
}

/** What is compared: the records alone. */
export function plain({ inventoryTime: _time, ...value }: Value): unknown {
  return withoutNull(value);
}

/** Converts a name from camelCase to snake_case. */
export const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** Converts a name from snake_case to camelCase. */
export const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Returns the lists that were requested from the API, by their names. */
export function listsOf(sandbox: Sandbox): string[] {
  return sandbox.requests.flatMap(({ path }) => /\/(\w+)\?/.exec(path)?.[1] ?? []);
}

/** Returns the results of the functions in TypeScript, which read the mirror of the programs. */
export function expectedResults({ endpoint, tokenUrl, environment }: Sandbox, cacheDir: string): Promise<unknown[]> {
  const args = {
    endpoint,
    tokenUrl,
    clientId: environment["ORANGE_CMDB_CLIENT_ID"],
    clientSecret: environment["ORANGE_CMDB_CLIENT_SECRET"],
    apiKey: environment["ORANGE_CMDB_API_KEY"],
    cacheDir,
  };
  const inventory = new SharedInventory({ args, config: () => undefined, say: async () => undefined });
  const functions = new InventoryFunctions(inventory) as unknown as Record<string, (args: Args) => Promise<Value>>;
  return Promise.all(lookUps.map(async ({ what, args }) => plain((await functions[`get${what}`]?.(args)) ?? {})));
}
