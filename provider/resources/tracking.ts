import type { dynamic } from "@pulumi/pulumi";
import { isSensitive, type ConfigSource } from "../config.js";
import { RecordLookupError } from "../functions/results.js";
import type { Kind } from "../inventory/records.js";
import { tellOnStderr } from "../inventory/events.js";
import { openInventory } from "../open.js";
import * as tracked from "./tracked-record.js";
import type { Properties, Use } from "./tracked-record.js";

export type { Properties } from "./tracked-record.js";

function source(config: dynamic.Config | undefined): ConfigSource {
  return (key) => config?.get(`orange-cmdb:${key}`) ?? undefined;
}

/** A dynamic provider is asked for one resource at a time, and opens the inventory for each. */
function opening(config: dynamic.Config | undefined, notBefore = 0): Use {
  return async (kinds, read) => {
    const inventory = await openInventory({ kinds, config: source(config), notBefore, onEvent: tellOnStderr });
    try {
      return read(inventory);
    } finally {
      inventory.close();
    }
  };
}

function isHidden(config: dynamic.Config | undefined): boolean {
  return isSensitive({}, source(config));
}

/** A fault to be told to a user, not to be debugged. */
function withoutStack(error: unknown): unknown {
  if (error instanceof Error) error.stack = "";
  return error;
}

/** The inputs, with the record's fields among them. */
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

/** What differs between two sets of properties. */
export function diff(kind: Kind, olds: Properties, news: Properties): dynamic.DiffResult {
  const { changed, replaces } = tracked.diff(kind, olds, news);
  return { changes: changed.length > 0, replaces };
}

/** Nothing is made in the CMDB: the record that `check` read is remembered. */
export function create(kind: Kind, inputs: Properties): Promise<dynamic.CreateResult<Properties>> {
  return Promise.resolve({ id: String(inputs[tracked.idProperty(kind)]), outs: inputs });
}

/** The record as it is now; a record that is gone reads as a deleted resource. @throws where an older inventory lacks it */
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
