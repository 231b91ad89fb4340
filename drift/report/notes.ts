import { locationIdOf } from "../../policy/rules/location-of.js";
import type { Lookup } from "../../policy/rules/lookup.js";
import { describeMisspelt, type MisspeltStatus } from "../../policy/rules/misspelt-status.js";
import { missingMatches } from "../../policy/rules/match-field.js";
import type { Reference, RuleName, RulesFile } from "../../policy/rules/rules-file.js";
import { unusedEntries } from "../../policy/rules/unused-entries.js";
import { hintsFor, recordsWithout } from "../../provider/inventory/hints.js";
import { KindUnavailableError, type InventoryReader } from "../../provider/inventory/inventory.js";
import type { InventoryRecord, Kind, NamedFields } from "../../provider/inventory/records.js";
import type { ReportNote } from "./schema.js";

/** What the rules were used for. */
export interface Use {
  /** The entries that govern a resource. */
  readonly used: ReadonlySet<Reference>;
  /** The types of all resources. */
  readonly types: Iterable<string>;
  /** What each resource refers to. */
  readonly resources: Iterable<{
    readonly references: readonly { readonly kind: Kind; readonly ids: readonly string[] }[];
  }>;
  readonly inventory: InventoryReader;
  readonly lookup: Lookup;
  /** Rules that are not asked. */
  readonly disabled?: readonly RuleName[];
}

/**
 * What of a rules file comes to nothing: entries that govern no resource, and fields of a record that no record has. Each is
 * said in the same words whatever else there is, so that parts of a report agree.
 */
export function notesOf(rules: RulesFile, use: Use): ReportNote[] {
  const { used, inventory, disabled = [] } = use;
  const covers = rules.cover.flatMap(({ kind, where }, index) =>
    hintsOf(inventory, kind, where).map((hint) => field(`the rules' cover.${index}: ${hint}`, "inventory-covered")),
  );
  const unused = new Map(unusedEntries(rules, used, use.types).map((one) => [one.entry, one]));
  const references = rules.references.flatMap((entry): ReportNote[] => {
    const without = unused.get(entry);
    if (without) {
      const { message, nearest } = without;
      return [
        {
          about: "rules-entry",
          message,
          ...(entry.required ? { required: true } : {}),
          ...(nearest === undefined ? {} : { nearest }),
        },
      ];
    }
    return missingMatches(entry, rules, inventory).map((message) => field(message, "attributes-match"));
  });
  const isAsked = ({ unchecked = [] }: ReportNote): boolean => !unchecked.some((rule) => disabled.includes(rule));
  return [...references, ...covers, ...fieldsOfRules(rules, use)].filter(isAsked);
}

/** Statuses of the rules that are misspelt: one note each, and no finding for each resource. */
export function statusNotes(misspelt: readonly MisspeltStatus[]): ReportNote[] {
  return misspelt.map((status) => ({ about: "rules-field", message: describeMisspelt(status) }));
}

function field(message: string, rule: RuleName): ReportNote {
  return { about: "rules-field", message, unchecked: [rule] };
}

function hintsOf(inventory: InventoryReader, kind: Kind, where: string | undefined): string[] {
  if (where === undefined || inventory.info().counts[kind] === undefined) return [];
  return hintsFor(inventory, kind, { where }, 1);
}

/** Kinds that have a state and a place of their own: a location is a place, and an account has none. */
const standing: readonly Kind[] = ["servicePoint", "configurationItem"];

/** What rules look at themselves, and no record of a kind that is referred to has. */
function fieldsOfRules({ inService }: RulesFile, { resources, inventory, lookup }: Use): ReportNote[] {
  const named = new Set<Kind>();
  const besideLocation = new Set<Kind>();
  for (const { references } of resources) {
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
  const blind = (kind: Kind, what: string, rule: RuleName): ReportNote =>
    field(`no ${kind} has ${what}: ${rule} finds nothing; check the field map (orange-cmdb doctor)`, rule);
  return [
    // Where a status is demanded, that there is none is a finding.
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
    return recordsWithout(inventory, kind, has, fields) !== undefined;
  } catch (error) {
    if (error instanceof KindUnavailableError) return false;
    throw error;
  }
}
