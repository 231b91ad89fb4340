import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { isSensitive, type ConfigSource } from "../config.js";
import { lookUpOne } from "../functions/look-up.js";
import { RecordLookupError, type RecordResult } from "../functions/results.js";
import { namedFields, type Kind } from "../inventory/records.js";
import { openInventory } from "../open.js";

type Properties = Record<string, unknown>;

/** What Pulumi sends for a value that a preview cannot know. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A refresh asks what is there now: it takes nothing that was fetched before this process began. */
const processStart = Math.floor(Date.now() - process.uptime() * 1000);

function idProperty(kind: Kind): string {
  return `${kind}Id`;
}

function source(config: dynamic.Config | undefined): ConfigSource {
  return (key) => config?.get(`orange-cmdb:${key}`) ?? undefined;
}

/** How Pulumi writes a value that is a secret, on its way from a provider to the engine. */
const secretSignature = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** The record's fields as a resource's properties; `track` names fields, also of the record as it came. */
function snapshot(record: RecordResult, track: unknown, config: dynamic.Config | undefined): Properties {
  const names: readonly string[] = Array.isArray(track) ? track.map(String) : namedFields;
  const fields: Properties = {};
  const hide = isSensitive({}, source(config));
  for (const name of names) {
    const named = Object.hasOwn(record, name) ? record[name as keyof typeof record] : undefined;
    const value = named ?? record.attributes[name];
    if (value !== undefined) fields[name] = hide ? { ...secretSignature, value } : value;
  }
  return fields;
}

async function find(kind: Kind, id: string, config: dynamic.Config | undefined, notBefore = 0): Promise<RecordResult> {
  const inventory = await openInventory({ kinds: [kind], config: source(config), notBefore });
  try {
    return lookUpOne(inventory, kind, { id });
  } finally {
    inventory.close();
  }
}

/**
 * Reads the record and puts the tracked fields among the inputs: the engine compares inputs, so a preview and a
 * refresh show what changed in the CMDB.
 */
export async function check(
  kind: Kind,
  news: Properties,
  config: dynamic.Config | undefined,
): Promise<dynamic.CheckResult<Properties>> {
  const property = idProperty(kind);
  const id = news[property];
  if (id === unknownValue || news["track"] === unknownValue) return { inputs: news };
  if (typeof id !== "string" || id === "") {
    return { inputs: news, failures: [{ property, reason: `${property} must be the id of a record` }] };
  }
  const asked = { [property]: id, ...(news["track"] === undefined ? {} : { track: news["track"] }) };
  try {
    return { inputs: { ...asked, ...snapshot(await find(kind, id, config), news["track"], config) } };
  } catch (error) {
    if (!(error instanceof RecordLookupError)) throw withoutStack(error);
    return { inputs: asked, failures: [{ property, reason: error.message }] };
  }
}

/** A fault to be told to a user, not to be debugged. */
function withoutStack(error: unknown): unknown {
  if (error instanceof Error) error.stack = "";
  return error;
}

function comparable(properties: Properties): Properties {
  const { __provider: _provider, ...rest } = properties;
  return rest;
}

/** What differs between two sets of properties; another id is another resource. */
export function diff(kind: Kind, olds: Properties, news: Properties): dynamic.DiffResult {
  const property = idProperty(kind);
  return {
    changes: !isDeepStrictEqual(comparable(olds), comparable(news)),
    replaces: olds[property] === news[property] ? [] : [property],
  };
}

/** Nothing is made in the CMDB: the record that `check` read is remembered. */
export function create(kind: Kind, inputs: Properties): Promise<dynamic.CreateResult<Properties>> {
  return Promise.resolve({ id: String(inputs[idProperty(kind)]), outs: inputs });
}

/** The record as it is now; a record that is gone reads as a deleted resource. */
export async function read(
  kind: Kind,
  id: string,
  properties: Properties,
  config: dynamic.Config | undefined,
): Promise<dynamic.ReadResult<Properties>> {
  try {
    const record = await find(kind, id, config, processStart);
    const track = properties["track"];
    const asked = { [idProperty(kind)]: id, ...(track === undefined ? {} : { track }) };
    return { id, props: { ...asked, ...snapshot(record, track, config) } };
  } catch (error) {
    if (error instanceof RecordLookupError && error.code === "not-found") return { id: "" };
    throw withoutStack(error);
  }
}
