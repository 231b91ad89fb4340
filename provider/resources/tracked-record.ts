import { isDeepStrictEqual } from "node:util";
import { hintFor } from "../arguments.js";
import { lookUpOne } from "../functions/look-up.js";
import { forPulumi, unknownValue, withSecrets } from "../functions/pulumi-marks.js";
import { RecordLookupError, type RecordResult } from "../functions/results.js";
import { missingTopField } from "../inventory/hints.js";
import type { InventoryReader } from "../inventory/inventory.js";
import { isNamedField, namedFields, type Kind } from "../inventory/records.js";

/** A resource's inputs or outputs. */
export type Properties = Record<string, unknown>;

/** Something wrong with a property, to be told to the user. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** Reads in an inventory that holds a kind. */
export type Use = <T>(kinds: readonly Kind[], read: (reader: InventoryReader) => T) => Promise<T>;

/** When this process began: a refresh asks what is there now, and takes nothing that was fetched before. */
export const processStart = Math.floor(Date.now() - process.uptime() * 1000);

/** Returns what `track` is: one name is a list of one. */
function listOfNames(track: unknown): unknown {
  return typeof track === "string" && track !== unknownValue ? [track] : track;
}

/** Returns whether a resource has this property: an argument, a field that the record gives, or one of Pulumi's own. */
function isProperty(kind: Kind, name: string): boolean {
  return [idProperty(kind), "track", "attributes"].includes(name) || isNamedField(name) || name.startsWith("__");
}

/** The property that names the record. */
export function idProperty(kind: Kind): string {
  return `${kind}Id`;
}

/** The fields that are tracked by default: all but the time of the last change, which differs whatever field has changed. */
const trackedByDefault: readonly string[] = namedFields.filter((field) => field !== "updatedAt");

/** What the program says of a resource, without what was read. */
function asked(kind: Kind, id: unknown, track: unknown): Properties {
  return { [idProperty(kind)]: id, ...(track === undefined ? {} : { track }) };
}

/**
 * The record's fields as a resource's properties; `track` names fields, also of the record as it came.
 * @param hide marks each as a secret
 */
function snapshot(record: RecordResult, track: unknown, hide: boolean): Properties {
  const names: readonly string[] = Array.isArray(track) ? track.map(String) : trackedByDefault;
  const fields: Properties = {};
  const attributes: Properties = {};
  for (const name of names) {
    if (isNamedField(name)) {
      const value = record[name];
      if (value !== undefined) fields[name] = value;
    } else if (Object.hasOwn(record.attributes, name)) attributes[name] = record.attributes[name];
  }
  const all = Object.keys(attributes).length === 0 ? fields : { ...fields, attributes };
  return hide ? withSecrets(all) : all;
}

/**
 * A field that no record of the kind has: it would be tracked in vain.
 * @param before what was tracked: a field that is gone from the last record that had it is a change, then and later, and no slip
 */
function slipIn(track: unknown, reader: InventoryReader, kind: Kind, before: Properties): string | undefined {
  const tracked = new Set(namesIn(before["track"]));
  for (const name of namesIn(track)) {
    const hint = tracked.has(name) ? undefined : missingTopField(reader, kind, name);
    if (hint !== undefined) return `no ${kind} has ${name}${hint}`;
  }
  return undefined;
}

function namesIn(track: unknown): string[] {
  return Array.isArray(track) ? track.map(String) : [];
}

function isUnknown(value: unknown): boolean {
  return value === unknownValue || (Array.isArray(value) && value.includes(unknownValue));
}

/** Does a preview not know yet which record it is, or which fields of it? */
export function isDecidedLater(kind: Kind, properties: Properties): boolean {
  return isUnknown(properties[idProperty(kind)]) || isUnknown(properties["track"]);
}

/**
 * Reads the record and puts the tracked fields among the inputs: the engine compares inputs, so a preview and a
 * refresh show what changed in the CMDB.
 * @param hide marks what is read as secret
 * @param olds what the resource had before
 */
export async function check(
  kind: Kind,
  news: Properties,
  use: Use,
  hide: boolean,
  olds: Properties = {},
): Promise<{ inputs: Properties; failures?: Failure[] }> {
  const property = idProperty(kind);
  const { [property]: id } = news;
  const track = listOfNames(news["track"]);
  const unknown = Object.keys(news).filter((name) => news[name] !== undefined && !isProperty(kind, name));
  if (unknown.length > 0) {
    const known = [property, "track"];
    const failures = unknown.map((name) => ({
      property: name,
      reason: `there is no argument ${name}${hintFor(name, known)}`,
    }));
    return { inputs: news, failures };
  }
  if (isDecidedLater(kind, news)) return { inputs: asked(kind, id, track) };
  if (typeof id !== "string" || id === "") {
    return { inputs: news, failures: [{ property, reason: `${property} must be the id of a record` }] };
  }
  if (track !== undefined && !(Array.isArray(track) && track.every((name) => typeof name === "string"))) {
    return { inputs: news, failures: [{ property: "track", reason: "track must be a list of names of fields" }] };
  }
  try {
    const { record, slip } = await use([kind], (reader) => ({
      record: forPulumi(kind, lookUpOne(reader, kind, { id }, hide)),
      slip: slipIn(track, reader, kind, olds),
    }));
    if (slip !== undefined) return { inputs: asked(kind, id, track), failures: [{ property: "track", reason: slip }] };
    return { inputs: { ...asked(kind, id, track), ...snapshot(record, track, hide) } };
  } catch (error) {
    if (!(error instanceof RecordLookupError)) throw error;
    return { inputs: asked(kind, id, track), failures: [{ property, reason: error.message }] };
  }
}

/** The names of the properties that differ. */
export function changedNames(olds: Properties, news: Properties): string[] {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  return names.filter((name) => !isDeepStrictEqual(olds[name], news[name]));
}

/** The properties that differ; another id is another resource. */
export function diff(kind: Kind, olds: Properties, news: Properties): { changed: string[]; replaces: string[] } {
  const changed = changedNames(olds, news).filter((name) => name !== "__provider");
  const property = idProperty(kind);
  return { changed, replaces: changed.includes(property) ? [property] : [] };
}

/** The record as it is now. @throws RecordLookupError where it is gone: `too-old` where that cannot be told */
export async function read(
  kind: Kind,
  id: string,
  { track }: Properties,
  use: Use,
  hide: boolean,
): Promise<Properties> {
  const record = await use([kind], (reader) => {
    try {
      return forPulumi(kind, lookUpOne(reader, kind, { id }, hide));
    } catch (error) {
      throw tooOld(error, reader, kind) ?? error;
    }
  });
  return { ...asked(kind, id, track), ...snapshot(record, track, hide) };
}

/** What an inventory from before this process lacks may have come since: it is not gone. */
function tooOld(error: unknown, reader: InventoryReader, kind: Kind): RecordLookupError | undefined {
  if (!(error instanceof RecordLookupError) || error.code !== "not-found") return undefined;
  const { stale, syncedAt } = reader.info();
  if (stale === undefined && Date.parse(syncedAt) >= processStart) return undefined;
  const why = stale === undefined ? "which was fetched before" : `as a newer one could not be had: ${stale}`;
  const message = `${error.message}; whether it is gone cannot be told by the inventory of ${syncedAt}, ${why}; refresh where the API can be reached, or take the record out of the program`;
  return new RecordLookupError("too-old", kind, message);
}
