import { locationIdOf } from "../../policy/rules/core/location-of.js";
import { unavailable, type Lookup } from "../../policy/rules/core/lookup.js";
import { canHaveRecord, findIds, placeOf } from "../../policy/rules/core/references.js";
import type { FoundReference, ResourceContext } from "../../policy/rules/core/types.js";
import { isUnmet } from "../../policy/rules/reference-required.js";
import { nearestType } from "../../policy/rules/core/unused-entries.js";
import { keyOf } from "../../policy/rules/file/reference-key.js";
import type { Reference, RulesFile } from "../../policy/rules/file/rules-file.js";
import type { Resource } from "../../policy/rules/resource/resource.js";
import type { InventoryRecord } from "../../provider/model/records.js";
import type { ExplainedRecord, ExplainedReference, UnresolvedValue } from "./explanation.js";

/** Returns the name of an entry in messages. */
function entryName(entry: Reference, { references }: RulesFile): string {
  const index = references.indexOf(entry);
  return index < 0 ? "tracked records" : `references.${index}`;
}

/** Returns why no entry of the rules applies to a resource; undefined if one does. */
export function whyNoEntry({ resource, references, rules }: ResourceContext): string | undefined {
  const { type, component } = resource;
  if (references.length > 0) return undefined;
  if (!canHaveRecord(type))
    return "stacks and providers refer to no record; only rules about the stack can report them";
  if (rules.references.length === 0) return `the rules have no references, so no entry names the type ${type}`;
  const patterns = [...new Set(rules.references.flatMap(({ types }) => types))];
  if (component === true && patterns.some((pattern) => /^\*+$/.test(pattern)))
    return `no entry names the type ${type}; "*" does not apply to components`;
  const near = nearestType(type, patterns);
  const entry = rules.references.find(({ types }) => near !== undefined && types.includes(near));
  const hint = entry === undefined ? "" : `; nearest: ${entryName(entry, rules)} (${near})`;
  return `no entry names the type ${type}${hint}`;
}

/** Returns how one entry refers to records, from the expression to the records or the step that stopped. */
export function explainReference(reference: FoundReference, context: ResourceContext): ExplainedReference {
  const { entry, kind, records, secret } = reference;
  const { resource, rules, lookup } = context;
  const key = keyOf(entry);
  const unresolved = unresolvedOf(reference, lookup);
  const stopped = records.length > 0 ? undefined : whyStopped(reference, context, unresolved);
  return {
    entry: entryName(entry, rules),
    types: entry.types,
    kind,
    required: entry.required,
    ...(resource.external !== true && isUnmet(reference) ? { unmet: true } : {}),
    expression: placeOf(entry),
    by: key?.by ?? "id",
    ...(key ? { as: key.as } : {}),
    ...valueOf(reference, resource),
    records: records.map((record) => explainRecord(record, secret, lookup)),
    unresolved,
    ...(stopped === undefined ? {} : { stopped }),
  };
}

function valueOf(
  { entry, secret, undecided }: FoundReference,
  resource: Resource,
): Pick<ExplainedReference, "value" | "valueIs"> {
  if (secret) return { valueIs: "secret" };
  const { value } = findIds(entry, resource);
  if (value === undefined) return { valueIs: undecided ? "unknown" : "missing" };
  return { value, valueIs: undecided ? "partly unknown" : "known" };
}

/** Returns the first step without a result. */
function whyStopped(
  reference: FoundReference,
  { resource, propertiesOmitted }: ResourceContext,
  [first]: readonly UnresolvedValue[],
): string {
  const { entry, kind, undecided } = reference;
  const place = placeOf(entry);
  if (propertiesOmitted) return "the properties of the resource are unknown";
  if (reference.unavailable !== undefined) return reference.unavailable;
  if (undecided) return `${place} ${resource.unknownReason ?? "is unknown at preview"}`;
  if (first !== undefined) return first.reason;
  return `${place} is not set, so the resource refers to no ${kind}`;
}

/** Returns the values without exactly one record. Neither a secret nor a suggestion for it is shown. */
function unresolvedOf(reference: FoundReference, lookup: Lookup): UnresolvedValue[] {
  const { entry, kind, missing, unmatched = [], invalidIds = [], ambiguous, secret } = reference;
  if (reference.unavailable !== undefined) return [];
  const key = keyOf(entry);
  const field = key?.by ?? "id";
  const toUnresolved = (value: unknown, reason: string, nearest: () => readonly string[]): UnresolvedValue =>
    secret ? { reason, nearest: [] } : { value, reason, nearest: nearest() };
  return [
    ...missing.map((id) =>
      toUnresolved(id, `the inventory has no ${kind} with this id`, () => lookup.nearest(kind, id)),
    ),
    ...unmatched.map(({ text, reason }) =>
      toUnresolved(
        text,
        secret || reason === undefined
          ? `the inventory has no ${kind} with this ${field}`
          : `the value cannot be looked up: ${reason}`,
        () =>
          key === undefined || reason !== undefined
            ? []
            : lookup
                .keyed(kind, key)
                .nearest(text)
                .map((near) => `${near.text} (${near.ids.join(", ")})`),
      ),
    ),
    ...ambiguous.map(({ text, ids }) =>
      toUnresolved(text, `several records of kind ${kind} have this ${key ? field : "label"}`, () => ids),
    ),
    ...invalidIds.map((value) => toUnresolved(value, `the value is not the ${field} of a ${kind}`, () => [])),
  ];
}

function explainRecord(record: InventoryRecord, secret: boolean | undefined, lookup: Lookup): ExplainedRecord {
  const { kind, id, name, status } = record;
  if (secret) return { kind, secret, ...(status === undefined ? {} : { status }) };
  return {
    kind,
    id,
    ...(name === undefined ? {} : { name }),
    ...(status === undefined ? {} : { status }),
    ...locationOf(record, lookup),
    ...(record.country === undefined ? {} : { country: record.country }),
  };
}

function locationOf(record: InventoryRecord, lookup: Lookup): Pick<ExplainedRecord, "locationId" | "locationFrom"> {
  const { kind, locationId: own, servicePointId: point } = record;
  if (kind === "location") return {};
  try {
    const locationId = locationIdOf(record, lookup);
    if (locationId === undefined) return {};
    return { locationId, locationFrom: own === undefined ? `servicePoint ${point}` : "locationId" };
  } catch (error) {
    return { locationFrom: unavailable(error) };
  }
}
