import { stackRules } from "../../policy/rules/index.js";
import { inventoryFresh } from "../../policy/rules/inventory-fresh.js";
import { judgeStack, stackOf } from "../../policy/rules/judge.js";
import { Lookup } from "../../policy/rules/lookup.js";
import { withoutIgnore, type RulesFile } from "../../policy/rules/rules-file.js";
import type { Finding } from "../../policy/rules/types.js";
import { KindUnavailableError, type InventoryReader } from "../../provider/inventory/inventory.js";
import type { AttributesOf, InventoryRecord, Kind } from "../../provider/inventory/records.js";
import type { Claim } from "../gather.js";
import { stackNameOf } from "../stack-name.js";
import { toReferring } from "./claims.js";
import type { Coverage, Report } from "./schema.js";

/** What the report keeps of the inventory, as far as the rules of a whole stack ask for it. */
class KeptInventory implements InventoryReader {
  readonly #inventory: Report["inventory"];
  readonly #coverage: readonly Coverage[];
  readonly #rules: RulesFile;

  constructor(inventory: Report["inventory"], coverage: readonly Coverage[], rules: RulesFile) {
    this.#inventory = inventory;
    this.#coverage = coverage;
    this.#rules = rules;
  }

  info(): ReturnType<InventoryReader["info"]> {
    const { endpoint, syncedAt, counts, stale } = this.#inventory;
    return { endpoint, syncedAt, counts, ...(stale === undefined ? {} : { stale }) };
  }

  get(kind: Kind): undefined {
    this.#mustHold(kind);
  }

  list<K extends Kind>(kind: K, { where }: { where?: string | undefined } = {}): InventoryRecord<K>[] {
    this.#mustHold(kind);
    const entry = this.#rules.cover.findIndex((cover) => cover.kind === kind && cover.where === where);
    return this.#coverage
      .filter((record) => record.kind === kind && (where === undefined || record.expected?.includes(entry)))
      .map(({ recordId }) => ({ kind, id: recordId, attributes: {} as AttributesOf[K] }));
  }

  nearest(): string[] {
    return [];
  }

  #mustHold(kind: Kind): void {
    const why = this.#inventory.unavailable[kind];
    if (why !== undefined) throw new KindUnavailableError(why);
  }
}

/** What a finding belongs to that is no resource's and no single stack's. */
export const everything = { urn: "urn:orange-cmdb:inventory", type: "inventory" } as const;

/**
 * What the rules of a whole stack find, over all stacks taken together. They look only at what a report keeps: so the
 * parts of a report give the same as the whole.
 * @param isPart some of the stacks: what concerns all of them cannot be told, but how old the inventory is
 */
export function stackFindings(
  claims: readonly Claim[],
  { inventory, coverage, rules: given, stacks }: Pick<Report, "inventory" | "coverage" | "rules" | "stacks">,
  now: Date,
  isPart = false,
): (Finding & { stack?: string })[] {
  const rules = withoutIgnore(given);
  const lookup = new Lookup(new KeptInventory(inventory, coverage, rules));
  const resources = toReferring(claims, stacks.length > 1);
  const only = stacks.length === 1 ? stacks[0] : undefined;
  const root = stackOf(resources[0]?.resource.urn ?? "");
  const isStack = only !== undefined && root !== "";
  return (isPart ? [inventoryFresh] : stackRules).flatMap((rule) =>
    judgeStack(rule, { resources, lookup, rules, now }, isStack ? root : everything.urn).map((finding) =>
      finding.urn === everything.urn
        ? { ...finding, type: everything.type, ...(only ? { stack: only.name } : {}) }
        : { ...finding, ...stackOfFinding(finding, only?.name) },
    ),
  );
}

function stackOfFinding({ urn }: Finding, only: string | undefined): { stack?: string } {
  const stack = only ?? stackNameOf(urn);
  return stack === undefined ? {} : { stack };
}
