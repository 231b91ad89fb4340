import pMap from "p-map";
import { Lookup } from "../../policy/rules/core/lookup.js";
import { qualifyUrn } from "../../policy/rules/resource/organization-urn.js";
import type { Resource } from "../../policy/rules/resource/resource.js";
import { fieldsOf } from "../../policy/rules/file/fields.js";
import type { RulesFile } from "../../policy/rules/file/rules-file.js";
import type { InventoryReader } from "../../provider/model/inventory-reader.js";
import type { Kind } from "../../provider/model/records.js";
import { DriftError } from "../common/errors.js";
import { stackNameOf } from "../common/stack-name.js";
import { CONCURRENT_READS } from "../evaluate/evaluate-source.js";
import { mustBeDifferent } from "../report/different-stacks.js";
import type { StateSource } from "../sources/source.js";
import { SplitPool } from "../sources/split-pool.js";
import { StateReader } from "../sources/state-reader.js";
import { attributesRead, namedFieldsRead } from "./match/fields.js";
import { adoptable } from "./match/adoptable.js";
import { Collector, type CollectorInput } from "./match/collect.js";
import { comparedFields } from "./match/compared.js";
import type { EarlierDecisions } from "./match/decide.js";
import type { RecordOf } from "./match/patterns.js";
import { propose } from "./match/propose.js";
import { RecordIndex } from "./match/record-index.js";
import type { Adoption } from "./report/schema.js";

/** Inputs of a proposal. */
export interface AdoptRequest {
  readonly sources: readonly StateSource[];
  /** Resources of a plan, with the name of their stack. They replace those of the state before the plan. */
  readonly planned?: { readonly stack: string; readonly resources: readonly Resource[] };
  readonly inventory: InventoryReader;
  readonly rules: RulesFile;
  readonly ruleSource: string;
  /** Decisions of earlier runs. Default: no decisions. */
  readonly earlier?: EarlierDecisions;
  readonly generator: string;
  readonly now: Date;
  /** Called after each source. */
  readonly onRead?: (source: StateSource) => void;
  readonly onResource?: CollectorInput["onResource"];
}

/**
 * Compares resources without a reference with records, and proposes references. The time grows with the number of resources plus
 * the number of records.
 * @throws DriftError, KindUnavailableError if an input cannot be read; there are no partial proposals
 */
export async function adopt(request: AdoptRequest): Promise<Adoption> {
  const { sources, planned, inventory, rules, earlier, onRead, onResource } = request;
  const lookup = new Lookup(inventory, { fields: (kind) => fieldsRead(kind, rules) });
  const index = new RecordIndex();
  for (const kind of adoptable) for (const record of lookup.all(kind).values()) index.add(record);
  if ([...index.candidates.values()].every((records) => records.size === 0))
    throw new DriftError(
      `the inventory of ${inventory.info().endpoint} has no locations, service points or configuration items; check the permissions of the account with orange-cmdb sync`,
    );
  const collector = new Collector({ rules, lookup, index, accepted: earlier?.accepted, onResource });
  const inPlan = new Set(planned?.resources.map(deployedIdentity));
  const take = (resource: Resource, stack: string): void => {
    const identity = deployedIdentity(resource);
    if (identity === undefined || !inPlan.has(identity)) collector.add(resource, stack);
  };
  if (planned) for (const resource of planned.resources) collector.add(resource, planned.stack);
  const pool = new SplitPool(sources);
  try {
    const readOne = async (source: StateSource): Promise<{ name: string; urn: string | undefined }> => {
      const urn = await readSource(source, take, pool);
      onRead?.(source);
      return { name: stackOf(urn, source), urn };
    };
    const read = await pMap(sources, readOne, { concurrency: CONCURRENT_READS });
    mustBeDifferent(read, () => read.flatMap(({ urn }) => urn ?? []));
  } finally {
    await pool.close();
  }
  const notes = [...sources.flatMap(({ note }) => note ?? []), ...lostRecords(earlier, index)].sort();
  const recordOf: RecordOf = ({ kind, id }) => lookup.all(kind).get(id);
  return propose({ ...request, kinds: adoptable, collector, index, recordOf, notes });
}

/**
 * Returns the identity of a deployed resource of Terraform, which its state and a plan share: they have different stacks.
 * Undefined if the resource has no id yet.
 */
function deployedIdentity({ type, name, properties: { id } }: Resource): string | undefined {
  return type.includes(":") || typeof id !== "string" ? undefined : JSON.stringify([type, name, id]);
}

/** Returns a note for each accepted match whose record the inventory does not have. */
function lostRecords(earlier: EarlierDecisions | undefined, index: RecordIndex): string[] {
  return [...(earlier?.accepted ?? [])].flatMap(([urn, records]) =>
    [...records]
      .filter(([kind, id]) => index.candidates.get(kind)?.get(id) === undefined)
      .map(
        ([kind, id]) =>
          `the accepted ${kind} ${id} of ${urn} is not in the inventory, so the decision has no effect; correct its record in the decisions file, or delete the entry`,
      ),
  );
}

/** Returns the fields of a kind that matching and the rules read; undefined for all. */
function fieldsRead(kind: Kind, rules: RulesFile): readonly string[] | undefined {
  const fields = fieldsOf(kind, rules, [...namedFieldsRead, ...comparedFields]);
  return fields && [...fields, ...(attributesRead[kind] ?? [])];
}

/**
 * Reads the resources of a source as a stream.
 * @returns the URN of its first resource; undefined without resources
 * @throws DriftError
 */
async function readSource(
  source: StateSource,
  take: (resource: Resource, stack: string) => void,
  pool: SplitPool,
): Promise<string | undefined> {
  const reader = new StateReader(source.name, source.stack);
  let first: string | undefined;
  for await (const piece of pool.split(source))
    for (const { resource } of reader.read(piece)) {
      const urn = qualifyUrn(resource.urn, source.organization);
      first ??= urn;
      take({ ...resource, urn }, stackOf(urn, source));
    }
  return first;
}

/** Returns the name of the stack of a resource, or of its source if the URN has none. */
function stackOf(urn: string | undefined, { stack }: StateSource): string {
  return (urn === undefined ? undefined : stackNameOf(urn)) ?? stack;
}
