import type { InventoryReader } from "../provider/inventory/inventory.js";
import { kinds, type Kind } from "../provider/inventory/records.js";
import { evaluate } from "../policy/rules/index.js";
import type { RulesFile } from "../policy/rules/rules-file.js";
import type { Finding, Referring, Resource, Severity } from "../policy/rules/types.js";

/** A record, and the resources that refer to it. */
export interface Coverage {
  readonly kind: Kind;
  readonly recordId: string;
  readonly name?: string;
  /** None: the record is uncovered. */
  readonly resources: readonly string[];
}

/** Deployed resources against the inventory; schemas/drift-report.schema.json describes it. */
export interface Report {
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly generatedAt: string;
  readonly inventory: { readonly endpoint: string; readonly syncedAt: string };
  readonly summary: {
    readonly resources: number;
    /** Resources that refer to a record. */
    readonly referencing: number;
    readonly records: Readonly<Partial<Record<Kind, number>>>;
    readonly covered: number;
    readonly uncovered: number;
    readonly findings: Readonly<Record<Severity, number>>;
  };
  readonly coverage: readonly Coverage[];
  readonly findings: readonly Finding[];
}

/** Compares; the kinds that the inventory does not hold are not counted. */
export function makeReport(
  resources: readonly Resource[],
  inventory: InventoryReader,
  rules: RulesFile,
  now = new Date(),
): Report {
  const info = inventory.info();
  const { findings, resources: referring } = evaluate(resources, inventory, rules, now);
  const users = usersOf(referring);
  const held = kinds.filter((kind) => info.counts[kind] !== undefined && kind !== "account");
  const coverage = held.flatMap((kind) =>
    inventory.list(kind).map((record): Coverage => {
      const { id: recordId, name } = record;
      return {
        kind,
        recordId,
        ...(name === undefined ? {} : { name }),
        resources: users.byRecord.get(key(kind, recordId)) ?? [],
      };
    }),
  );
  const covered = coverage.filter((entry) => entry.resources.length > 0).length;
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return {
    version: 1,
    generatedAt: now.toISOString(),
    inventory: { endpoint: info.endpoint, syncedAt: info.syncedAt },
    summary: {
      resources: resources.length,
      referencing: users.referencing,
      records: info.counts,
      covered,
      uncovered: coverage.length - covered,
      findings: { error: count("error"), warning: count("warning"), info: count("info") },
    },
    coverage,
    findings,
  };
}

function key(kind: Kind, id: string): string {
  return `${kind}/${id}`;
}

function usersOf(resources: readonly Referring[]): { byRecord: ReadonlyMap<string, string[]>; referencing: number } {
  const byRecord = new Map<string, string[]>();
  let referencing = 0;
  for (const { resource, references } of resources) {
    const keys = references.flatMap(({ kind, ids }) => ids.map((id) => key(kind, id)));
    if (keys.length > 0) referencing += 1;
    for (const name of new Set(keys)) {
      const urns = byRecord.get(name);
      if (urns) urns.push(resource.urn);
      else byRecord.set(name, [resource.urn]);
    }
  }
  return { byRecord, referencing };
}
