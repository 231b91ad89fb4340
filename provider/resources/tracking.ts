import type { dynamic } from "@pulumi/pulumi";
import { isSensitive } from "../settings/resolve.js";
import type { ConfigSource } from "../settings/sources.js";
import { RecordLookupError } from "../functions/results.js";
import type { InventoryReader } from "../model/inventory-reader.js";
import type { Kind } from "../model/records.js";
import { tellOnStderr } from "../inventory/events.js";
import { openInventory } from "../inventory/open.js";
import { cacheByObject } from "../platform/cache-by-object.js";
import * as tracked from "./tracked-record.js";
import type { Properties, Use } from "./tracked-record.js";

export type { Properties } from "./tracked-record.js";

function source(config: dynamic.Config | undefined): ConfigSource {
  return (key) => config?.get(`orange-cmdb:${key}`) ?? undefined;
}

/** Opens an inventory once for each configuration: Pulumi configures a provider once, and its process ends with the operation. */
const openOnce = cacheByObject<object, Promise<InventoryReader>>();

const withoutConfig = {};

/** Reads an inventory that all resources share, so that an index of its records is built once, too. */
function opening(config: dynamic.Config | undefined, notBefore = 0): Use {
  const open = (kinds: readonly Kind[]): Promise<InventoryReader> =>
    openInventory({ kinds, config: source(config), notBefore, onEvent: tellOnStderr });
  return async (kinds, read) => read(await openOnce(config ?? withoutConfig, [kinds, notBefore], () => open(kinds)));
}

function isHidden(config: dynamic.Config | undefined): boolean {
  return isSensitive({}, source(config));
}

/** Converts an error of the user to a RunError, which has no stack trace. */
function withoutStack(error: unknown): unknown {
  if (error instanceof Error) error.stack = "";
  return error;
}

/** Returns the inputs with the record's fields. */
export async function check(
  kind: Kind,
  news: Properties,
  config: dynamic.Config | undefined,
  olds: Properties = {},
): Promise<dynamic.CheckResult<Properties>> {
  try {
    return await tracked.check(kind, news, opening(config), isHidden(config), olds);
  } catch (error) {
    throw withoutStack(error);
  }
}

/** Compares two sets of properties. */
export function diff(kind: Kind, olds: Properties, news: Properties): dynamic.DiffResult {
  const { changed, replaces } = tracked.diff(kind, olds, news);
  return { changes: changed.length > 0, replaces };
}

/** Stores the record that `check` read. Never changes the CMDB. */
export function create(kind: Kind, inputs: Properties): Promise<dynamic.CreateResult<Properties>> {
  return Promise.resolve({ id: String(inputs[tracked.idProperty(kind)]), outs: inputs });
}

/** Returns the current record; a missing record reads as a deleted resource. @throws if an older inventory lacks it */
export async function read(
  kind: Kind,
  id: string,
  properties: Properties,
  config: dynamic.Config | undefined,
): Promise<dynamic.ReadResult<Properties>> {
  try {
    const props = await tracked.read(kind, id, properties, opening(config, tracked.processStart), isHidden(config));
    return { id, props };
  } catch (error) {
    if (error instanceof RecordLookupError && error.code === "not-found") return { id: "" };
    throw withoutStack(error);
  }
}
