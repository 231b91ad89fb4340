import { Lookup } from "../../../policy/rules/core/lookup.js";
import { resolveReferences } from "../../../policy/rules/core/references.js";
import { valueOf } from "../../../policy/rules/core/record-value.js";
import { fieldsOf } from "../../../policy/rules/file/fields.js";
import type { RulesFile } from "../../../policy/rules/file/rules-file.js";
import type { Resource } from "../../../policy/rules/resource/resource.js";
import type { InventoryReader } from "../../../provider/model/inventory-reader.js";
import type { Attributes, InventoryRecord, Kind } from "../../../provider/model/records.js";
import { withInventoryOf } from "../records.js";
import type { Trial } from "./trial.js";

/** Returns the records that a resource refers to, and their service points and locations, with the fields that the rules read. */
export function recordsOf(resource: Resource, inventory: InventoryReader, rules: RulesFile): Trial["records"] {
  const found = new Map<string, InventoryRecord>();
  const add = (kind: Kind, id: string | undefined): void => {
    const record = id === undefined ? undefined : inventory.get(kind, id);
    if (record === undefined || found.has(`${kind} ${record.id}`)) return;
    found.set(`${kind} ${record.id}`, record);
    add("servicePoint", record.servicePointId);
    add("location", record.locationId);
  };
  for (const { kind, ids, ambiguous } of resolveReferences(resource, rules, new Lookup(inventory)).references)
    for (const id of [...ids, ...ambiguous.flatMap((several) => several.ids)]) add(kind, id);
  const byKind: Partial<Record<Kind, Attributes[]>> = {};
  for (const record of found.values()) (byKind[record.kind] ??= []).push(readAttributes(record, rules));
  return byKind;
}

/** Returns the fields of the API's record without which a field that the rules read would have another value. */
function readAttributes({ kind, attributes, id }: InventoryRecord, rules: RulesFile): Attributes {
  const fields = fieldsOf(kind, rules);
  let kept: Attributes = { ...attributes };
  if (fields === undefined) return kept;
  const read = (given: Attributes): string =>
    withInventoryOf({ [kind]: [given] }, (inventory) => {
      const record = inventory.get(kind, id);
      return JSON.stringify(record && fields.map((field) => valueOf(record, field) ?? null));
    });
  const all = read(kept);
  for (const name of Object.keys(attributes)) {
    const { [name]: _removed, ...others } = kept;
    if (name !== "id" && read(others) === all) kept = others;
  }
  return kept;
}
