import { KindUnavailableError, type InventoryReader } from "../../provider/model/inventory-reader.js";
import { canonical } from "../../provider/platform/unicode.js";
import type { Change, History } from "../../provider/inventory/store/history.js";
import { fieldText } from "../../provider/model/field-map.js";
import { kinds, type Kind, type NamedFields } from "../../provider/model/records.js";
import { withPlaces } from "../../policy/rules/file/expression-places.js";
import type { Lookup } from "../../policy/rules/core/lookup.js";
import { serves } from "../../policy/rules/record-in-service.js";
import type { RulesFile } from "../../policy/rules/file/rules-file.js";
import { DriftError } from "../common/errors.js";
import type { ResourceReferences } from "./stack-evaluator.js";
import { distinctReferences } from "./reference-index.js";
import type { KnownRecord, Parts } from "./assemble.js";
import type { RecordChange, Report } from "../report/schema.js";

/** Kinds that a report reads in addition to those of the rules. */
export interface ReportInventory extends InventoryReader {
  readonly history: History;
}

/** Kinds that resources represent. */
const deployable: readonly Kind[] = kinds.filter((kind) => kind !== "account");

/** Returns the kinds that count in coverage: accounts only with an entry in `cover`. */
function coverable({ cover }: RulesFile): readonly Kind[] {
  return kinds.filter((kind) => deployable.includes(kind) || cover.some((entry) => entry.kind === kind));
}

/** Returns referenced records that coverage does not count. A record of an unreadable kind can exist. */
export function uncountedRecords(
  claims: readonly ResourceReferences[],
  inventory: InventoryReader,
  rules: RulesFile,
): NonNullable<Parts["notInCoverage"]> {
  const { counts } = inventory.info();
  const counted = coverable(rules).filter((kind) => counts[kind] !== undefined);
  const ids = new Map<Kind, Set<string>>(
    kinds.filter((kind) => !counted.includes(kind)).map((kind) => [kind, new Set()]),
  );
  for (const references of distinctReferences(claims))
    for (const { kind, ids: named } of references) for (const id of named) ids.get(kind)?.add(id);
  return [...ids].flatMap(([kind, named]) =>
    [...named]
      .filter((id) => counts[kind] === undefined || inventory.get(kind, id) !== undefined)
      .map((recordId) => ({ kind, recordId })),
  );
}

/** Returns the inventory section of the report. @throws DriftError if there are no records to compare with */
export function keptInventory(inventory: ReportInventory): Report["inventory"] {
  const { endpoint, syncedAt, counts, staleReason } = inventory.info();
  if (deployable.every((kind) => (counts[kind] ?? 0) === 0))
    throw new DriftError(
      `the inventory of ${endpoint} has no locations, service points or configuration items to compare with; check the permissions of the account with orange-cmdb sync`,
    );
  const lacking = deployable.flatMap((kind) => (counts[kind] === undefined ? [reasonWhy(inventory, kind)] : []));
  if (lacking.length > 0)
    throw new DriftError(
      `the inventory is incomplete: ${lacking.join("; ")}; fetch all kinds with orange-cmdb sync, or with sync --save for an inventory file`,
    );
  const unavailable = kinds.flatMap((kind) => {
    const why = counts[kind] === undefined ? reasonWhy(inventory, kind) : undefined;
    return why === undefined ? [] : [[kind, why]];
  });
  const sites = counts.location === undefined ? [] : inventory.list("location", { fields: ["name"] });
  return {
    endpoint,
    syncedAt,
    ...(staleReason === undefined ? {} : { staleReason }),
    counts,
    unavailable: Object.fromEntries(unavailable) as Report["inventory"]["unavailable"],
    sites: Object.fromEntries(sites.map(({ id, name }) => [id, name ?? id])),
  };
}

function reasonWhy(inventory: ReportInventory, kind: Kind): string | undefined {
  try {
    inventory.get(kind, "");
    return undefined;
  } catch (error) {
    if (error instanceof KindUnavailableError) return error.message;
    throw error;
  }
}

/**
 * Returns all records that count in coverage, with their site and the entries of `cover` that select them.
 * @param lookup shared with the rules, so that records are read once
 */
export function knownRecords(inventory: InventoryReader, lookup: Lookup, rules: RulesFile): KnownRecord[] {
  const { counts } = inventory.info();
  const siteOfPoint = new Map<string, string>();
  return coverable(rules)
    .filter((kind) => counts[kind] !== undefined)
    .flatMap((kind) => {
      const wanted = wantedBy(inventory, kind, rules);
      return Array.from(lookup.all(kind).values(), ({ id, name, locationId, servicePointId }): KnownRecord => {
        const site = kind === "location" ? id : (locationId ?? siteOfPoint.get(canonical(servicePointId ?? "")));
        if (kind === "servicePoint" && site !== undefined) siteOfPoint.set(canonical(id), site);
        const record: { -readonly [Name in keyof KnownRecord]: KnownRecord[Name] } = { kind, recordId: id };
        if (name !== undefined) record.name = name;
        if (site !== undefined) record.site = site;
        const expected = wanted.filter(({ has }) => has(id)).map(({ index }) => index);
        if (expected.length > 0) record.expected = expected;
        return record;
      });
    });
}

function wantedBy(
  inventory: InventoryReader,
  kind: Kind,
  rules: RulesFile,
): { index: number; has(id: string): boolean }[] {
  return rules.cover.flatMap((entry, index) => {
    if (entry.kind !== kind) return [];
    if (entry.where === undefined) return [{ index, has: () => true }];
    const records = withPlaces(rules, () => inventory.list(kind, { where: entry.where }));
    const ids = new Set(records.map(({ id }) => id));
    return [{ index, has: (id: string) => ids.has(id) }];
  });
}

/** Returns changes of referenced records since a version. @throws VersionError */
export function changesSince(
  since: { readonly number: number } | { readonly time: number },
  inventory: ReportInventory,
  rules: RulesFile,
  isUsed: (kind: Kind, id: string) => boolean,
): NonNullable<Parts["changes"]> {
  const { history } = inventory;
  const from = history.version(since);
  const to = history.versions().at(-1) ?? from;
  const records = [...history.changes(from, to)]
    .filter(({ change, kind, id }) => change !== "added" && isUsed(kind, id))
    .map((change) => describe(change, inventory, rules));
  return { from, to, notComparable: history.uncompared(from), records };
}

/** Classifies a change. A changed field is the status or location if its new value is that of the named field. */
function describe(
  { change, kind, id, name, fields = [] }: Change,
  inventory: ReportInventory,
  rules: RulesFile,
): Omit<RecordChange, "resources"> {
  const base = (effect: RecordChange["effect"]): Omit<RecordChange, "resources"> => ({
    kind,
    recordId: id,
    ...(name === undefined ? {} : { name }),
    effect,
    fields: fields.map(({ field }) => field),
  });
  if (change === "removed") return base("removed");
  const record = inventory.get(kind, id);
  const to = (value: unknown, names: readonly (keyof NamedFields)[]): boolean =>
    fieldText(value) !== undefined && names.some((field) => record?.[field] === fieldText(value));
  const status = fields.find(({ after }) => to(after, ["status"]));
  const left = status && record && !serves(record, rules);
  const moved = fields.find(({ after }) => to(after, ["locationId", "servicePointId", "address"]));
  const decisive = left ? status : moved;
  if (!decisive) return base("changed");
  const [before, after] = [fieldText(decisive.before), fieldText(decisive.after)];
  return {
    ...base(left ? "left-service" : "moved"),
    ...(before === undefined ? {} : { from: before }),
    ...(after === undefined ? {} : { to: after }),
  };
}
