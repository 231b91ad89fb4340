import { isDeepStrictEqual } from "node:util";
import { missingTopField } from "../inventory/query/suggestions.js";
import { suggestName } from "../platform/similar-strings.js";
import { lookUpOne } from "../functions/look-up.js";
import { idByKey, type RecordKey } from "../functions/look-up-by-key.js";
import { assertSafeForPulumi, unknownValue, withSecrets } from "../functions/pulumi-sentinels.js";
import { RecordLookupError, type RecordResult } from "../functions/results.js";
import type { InventoryReader } from "../model/inventory-reader.js";
import { keyComparators } from "../model/keys/index.js";
import { isNamedField, namedFields, type Kind } from "../model/records.js";

/** A resource's inputs or outputs. */
export type Properties = Record<string, unknown>;

/** An invalid property, for the user. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** Reads an inventory that has a kind. */
export type Use = <T>(kinds: readonly Kind[], read: (reader: InventoryReader) => T) => Promise<T>;

/** Start time of this process. A refresh needs current records, so it uses none that were fetched before. */
export const processStart = Math.floor(Date.now() - process.uptime() * 1000);

/** Returns `track` as a list. */
function listOfNames(track: unknown): unknown {
  return typeof track === "string" && track !== unknownValue ? [track] : track;
}

/** Returns whether a resource has this property: an argument, a field that the record gives, or one of Pulumi's own. */
function isProperty(kind: Kind, name: string): boolean {
  return [...argumentNames(kind), "attributes"].includes(name) || isNamedField(name) || name.startsWith("__");
}

/** The property with the record's id. */
export function idProperty(kind: Kind): string {
  return `${kind}Id`;
}

/** The arguments that name the record by a field, in place of its id. */
const keyArguments = ["by", "value", "as"] as const;

/** The arguments of a tracked record. */
export function argumentNames(kind: Kind): string[] {
  return [idProperty(kind), ...keyArguments, "track"];
}

/** The fields that are tracked by default: all except the time of the last change, which differs after every change. */
const trackedByDefault: readonly string[] = namedFields.filter((field) => field !== "updatedAt");

/** Returns the arguments of a resource with the id of its record, without the fields of the record. */
function asked(kind: Kind, { by, value, as, track }: Properties, id: unknown): Properties {
  const all = Object.entries({ [idProperty(kind)]: id, by, value, as, track: listOfNames(track) });
  return Object.fromEntries(all.filter(([, argument]) => argument !== undefined));
}

/**
 * Returns the record's fields as a resource's properties. `track` can have named fields and fields of the API's record.
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
 * Returns a hint for a tracked field that no record of the kind has.
 * @param before the fields tracked so far. If one of them is missing now, that is a change and not a typo
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

/** Returns whether one of the arguments is unknown in this preview. */
export function isDecidedLater(kind: Kind, properties: Properties): boolean {
  return argumentNames(kind).some((name) => isUnknown(properties[name]));
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Returns whether the arguments name the record by a field. */
const isByKey = (properties: Properties): boolean => keyArguments.some((name) => properties[name] !== undefined);

/** Returns the first argument that is wrong, whatever the inventory has. */
function wrongArgument(kind: Kind, properties: Properties): Failure | undefined {
  const [property, { by, value, as, track }] = [idProperty(kind), properties];
  const id = properties[property];
  if (!isByKey(properties)) {
    if (id === undefined) return { property, reason: `${property} is missing: pass it, or by and value` };
    if (!isText(id)) return { property, reason: `${property} must be the id of a record` };
  } else if (id !== undefined)
    return { property, reason: `${property} and by both name the record: remove ${property}, or by, value and as` };
  else if (!isText(by)) return { property: "by", reason: "by must be the field of the record that has the value" };
  else if (!isText(value)) return { property: "value", reason: `value must be the text in the record's ${by}` };
  else if (as !== undefined && !isUnknown(as) && !keyComparators.some((name) => name === as))
    return { property: "as", reason: `as must be one of ${keyComparators.join(", ")}` };
  const names = listOfNames(track);
  if (names === undefined || isUnknown(names)) return undefined;
  if (Array.isArray(names) && names.every((name) => typeof name === "string")) return undefined;
  return { property: "track", reason: "track must be a list of field names" };
}

/**
 * Returns the id of the record that valid arguments name.
 * @throws RecordLookupError if they name it by a field, and not exactly one record has the value
 */
export function recordId(kind: Kind, properties: Properties, reader: InventoryReader, hide: boolean): string {
  const { by, value, as = "equals" } = properties;
  if (!isByKey(properties)) return String(properties[idProperty(kind)]);
  return idByKey(reader, kind, { by, value, as } as RecordKey, hide);
}

/**
 * Reads the record and adds the tracked fields to the inputs. The engine compares inputs, so a preview and a
 * refresh show what changed in the CMDB.
 * @param hide marks the fields as secrets
 * @param olds the previous inputs
 */
export async function check(
  kind: Kind,
  news: Properties,
  use: Use,
  hide: boolean,
  olds: Properties = {},
): Promise<{ inputs: Properties; failures?: Failure[] }> {
  const unknown = Object.keys(news).filter((name) => news[name] !== undefined && !isProperty(kind, name));
  if (unknown.length > 0) {
    const failures = unknown.map((name) => ({
      property: name,
      reason: `unknown argument ${name}${suggestName(name, argumentNames(kind))}`,
    }));
    return { inputs: news, failures };
  }
  const wrong = wrongArgument(kind, news);
  if (wrong) return { inputs: news, failures: [wrong] };
  const property = idProperty(kind);
  const given = news[property];
  // The record of an unknown value is unknown, too.
  if (isDecidedLater(kind, news)) return { inputs: asked(kind, news, given ?? unknownValue) };
  try {
    const { id, record, slip } = await use([kind], (reader) => {
      const found = recordId(kind, news, reader, hide);
      return {
        id: found,
        record: assertSafeForPulumi(kind, lookUpOne(reader, kind, { id: found }, hide)),
        slip: slipIn(listOfNames(news["track"]), reader, kind, olds),
      };
    });
    if (slip !== undefined) return { inputs: asked(kind, news, id), failures: [{ property: "track", reason: slip }] };
    return { inputs: { ...asked(kind, news, id), ...snapshot(record, listOfNames(news["track"]), hide) } };
  } catch (error) {
    if (!(error instanceof RecordLookupError)) throw error;
    const before = isByKey(news) && isText(olds[property]) ? `; the stack has ${kind} ${olds[property]} so far` : "";
    const failure = { property: isByKey(news) ? "value" : property, reason: error.message + before };
    return { inputs: asked(kind, news, given), failures: [failure] };
  }
}

/** Returns the names of the properties that differ. */
export function changedNames(olds: Properties, news: Properties): string[] {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  return names.filter((name) => !isDeepStrictEqual(olds[name], news[name]));
}

/** Returns the properties that differ. Another id replaces the resource. */
export function diff(kind: Kind, olds: Properties, news: Properties): { changed: string[]; replaces: string[] } {
  const changed = changedNames(olds, news).filter((name) => name !== "__provider");
  const property = idProperty(kind);
  return { changed, replaces: changed.includes(property) ? [property] : [] };
}

/** Returns the current record. @throws RecordLookupError if it does not exist: `too-old` if the inventory is too old to know */
export async function read(
  kind: Kind,
  id: string,
  properties: Properties,
  use: Use,
  hide: boolean,
): Promise<Properties> {
  const record = await use([kind], (reader) => {
    try {
      return assertSafeForPulumi(kind, lookUpOne(reader, kind, { id }, hide));
    } catch (error) {
      throw tooOld(error, reader, kind) ?? error;
    }
  });
  return { ...asked(kind, properties, id), ...snapshot(record, properties["track"], hide) };
}

/** Returns an error if the inventory is older than this process, because a missing record may have been added since. */
function tooOld(error: unknown, reader: InventoryReader, kind: Kind): RecordLookupError | undefined {
  if (!(error instanceof RecordLookupError) || error.code !== "not-found") return undefined;
  const { staleReason, syncedAt } = reader.info();
  if (staleReason === undefined && Date.parse(syncedAt) >= processStart) return undefined;
  const why = staleReason === undefined ? "was fetched before this run" : `is stale (${staleReason})`;
  const message = `${error.message}; whether it was deleted is unknown, because the inventory of ${syncedAt} ${why}; run the refresh when the API is available, or remove the record from the program`;
  return new RecordLookupError("too-old", kind, message);
}
