import { locationIdOf } from "../../policy/rules/core/location-of.js";
import type { Lookup } from "../../policy/rules/core/lookup.js";
import { describeMisspelt, type MisspeltStatus } from "../../policy/rules/core/misspelt-status.js";
import { missingKey, missingMatches } from "../../policy/rules/core/match-field.js";
import type { Mistake } from "../../policy/rules/file/mistakes.js";
import { withPlace } from "../../policy/rules/file/rule-places.js";
import type { Reference, RuleName, RulesFile } from "../../policy/rules/file/rules-file.js";
import { unusedEntries } from "../../policy/rules/core/unused-entries.js";
import { suggestFixes, sampleLacking } from "../../provider/inventory/query/suggestions.js";
import { KindUnavailableError, type InventoryReader } from "../../provider/model/inventory-reader.js";
import type { InventoryRecord, Kind, NamedFields } from "../../provider/model/records.js";
import { distinctReferences } from "./reference-index.js";
import type { ReportNote } from "../report/schema.js";

/** Resources and records that the rules were evaluated with. */
export interface Use {
  /** Entries with at least one resource. */
  readonly used: ReadonlySet<Reference>;
  /** The types of all resources. */
  readonly types: Iterable<string>;
  /** References of each resource. */
  readonly resources: Iterable<{
    readonly references: readonly { readonly kind: Kind; readonly ids: readonly string[] }[];
  }>;
  readonly inventory: InventoryReader;
  readonly lookup: Lookup;
  /** Disabled rules. */
  readonly disabled?: readonly RuleName[];
}

/** A note, and the part of the rules that it is about. */
export interface PlacedNote extends ReportNote {
  readonly path: Mistake["path"];
}

/**
 * Returns notes about rules with no effect: entries that match no resource, fields that no record has. Messages are
 * deterministic so that merged shards deduplicate.
 */
export function notesOf(rules: RulesFile, use: Use): ReportNote[] {
  return placedNotesOf(rules, use).map(({ path: _path, ...note }) => note);
}

/** Returns the notes of {@link notesOf}, each with its part of the rules. */
export function placedNotesOf(rules: RulesFile, use: Use): PlacedNote[] {
  const { used, inventory, disabled = [] } = use;
  const covers = rules.cover.flatMap(({ kind, where }, index) =>
    hintsOf(inventory, kind, where).map((hint) => {
      const path = ["cover", index, "where"];
      return field(
        { path, message: withPlace(rules, path, `the rules' cover.${index}: ${hint}`) },
        "inventory-covered",
      );
    }),
  );
  const unused = new Map(unusedEntries(rules, used, use.types).map((one) => [one.entry, one]));
  const references = rules.references.flatMap((entry, index): PlacedNote[] => {
    const without = unused.get(entry);
    if (without) {
      const { message, nearest } = without;
      return [
        {
          about: "rules-entry",
          path: ["references", index, "types"],
          message,
          ...(entry.required ? { required: true } : {}),
          ...(nearest === undefined ? {} : { nearest }),
        },
      ];
    }
    const key = missingKey(entry, rules, inventory);
    return [
      ...(key === undefined ? [] : [field(key, "record-exists")]),
      ...missingMatches(entry, rules, inventory).map((mistake) => field(mistake, "attributes-match")),
    ];
  });
  const isAsked = ({ unchecked = [] }: ReportNote): boolean => !unchecked.some((rule) => disabled.includes(rule));
  return [...references, ...covers, ...fieldsOfRules(rules, use)].filter(isAsked);
}

/** Returns one note per misspelt status, instead of one finding per resource. @param rules the rules with these statuses */
export function statusNotes(misspelt: readonly MisspeltStatus[], rules: RulesFile): ReportNote[] {
  return misspelt.map((status) => ({ about: "rules-field", message: describeMisspelt(status, rules) }));
}

function field({ path, message }: Mistake, rule: RuleName): PlacedNote {
  return { about: "rules-field", path, message, unchecked: [rule] };
}

function hintsOf(inventory: InventoryReader, kind: Kind, where: string | undefined): string[] {
  if (where === undefined || inventory.info().counts[kind] === undefined) return [];
  return suggestFixes(inventory, kind, { where }, 1);
}

/** Kinds with a status and a location. */
const standing: readonly Kind[] = ["servicePoint", "configurationItem"];

/** Returns notes about fields that rules need and no record of a referenced kind has. */
function fieldsOfRules(
  { inService, references: entries }: RulesFile,
  { resources, inventory, lookup }: Use,
): PlacedNote[] {
  const named = new Set<Kind>();
  const besideLocation = new Set<Kind>();
  for (const references of distinctReferences(resources)) {
    const kinds = references.filter(({ ids }) => ids.length > 0).map(({ kind }) => kind);
    for (const kind of kinds) {
      named.add(kind);
      if (kinds.includes("location")) besideLocation.add(kind);
    }
  }
  const none = (
    kind: Kind,
    has: (record: InventoryRecord) => boolean,
    fields: readonly (keyof NamedFields)[],
  ): boolean => standing.includes(kind) && lacks(inventory, kind, has, fields);
  const blind = (kind: Kind, what: string, rule: RuleName): PlacedNote => {
    const index = entries.findIndex((entry) => entry.kind === kind);
    const message = `no ${kind} has ${what}, so ${rule} cannot find anything; check the field map with orange-cmdb doctor`;
    // Only a tracked record can refer to a kind that no entry names.
    return field({ path: index < 0 ? ["references"] : ["references", index, "kind"], message }, rule);
  };
  return [
    // With inService, a missing status is a finding instead.
    ...[...named]
      .filter((kind) => inService[kind] === undefined && none(kind, ({ status }) => status !== undefined, ["status"]))
      .map((kind) => blind(kind, "a status", "record-in-service")),
    ...[...besideLocation]
      .filter((kind) =>
        none(kind, (record) => locationIdOf(record, lookup) !== undefined, ["locationId", "servicePointId"]),
      )
      .map((kind) => blind(kind, "a location (locationId, servicePointId)", "location-consistent")),
  ];
}

function lacks(
  inventory: InventoryReader,
  kind: Kind,
  has: (record: InventoryRecord) => boolean,
  fields: readonly (keyof NamedFields)[],
): boolean {
  try {
    return sampleLacking(inventory, kind, has, fields) !== undefined;
  } catch (error) {
    if (error instanceof KindUnavailableError) return false;
    throw error;
  }
}
