import { setImmediate } from "node:timers/promises";
import pMap from "p-map";
import { fieldsOf, propertiesOf } from "../../policy/rules/file/fields.js";
import { Lookup } from "../../policy/rules/core/lookup.js";
import { correctStatuses } from "../../policy/rules/core/misspelt-status.js";
import { qualifyUrn } from "../../policy/rules/resource/organization-urn.js";
import { rulesFileSchema, type RulesFile } from "../../policy/rules/file/rules-file.js";
import type { PulumiCli } from "../sources/pulumi/pulumi-cli.js";
import { refreshStack } from "../sources/pulumi/refresh.js";
import type { StateSource } from "../sources/source.js";
import { assemble, type Parts, type ReportOptions } from "./assemble.js";
import { ReferenceIndex } from "./reference-index.js";
import { notesOf, statusNotes } from "./notes.js";
import { changesSince, keptInventory, knownRecords, uncountedRecords, type ReportInventory } from "./records.js";
import { originNotes, type RulesOrigin } from "../report/rules-origin.js";
import type { Refreshed, Report } from "../report/schema.js";
import { CONCURRENT_READS, evaluateSource } from "./evaluate-source.js";
import { EvaluationContext, type EvaluationInput, type StackPart } from "./stack-evaluator.js";
import { SplitPool } from "../sources/split-pool.js";

/** Inputs of a report. */
export interface ReportRequest {
  readonly sources: readonly StateSource[];
  readonly inventory: ReportInventory;
  readonly rules: RulesFile;
  /** Source of the rules. */
  readonly rulesOrigin?: RulesOrigin;
  /** Runs pulumi refresh for --refresh. */
  readonly refreshBy?: PulumiCli;
  /** Version or time for CMDB changes. */
  readonly since?: { readonly number: number } | { readonly time: number };
  /** Called after each source. */
  readonly onRead?: (source: StateSource) => void;
  /** Called with each resource before it is evaluated. */
  readonly onResource?: NonNullable<EvaluationInput["onResource"]>;
}

/**
 * Compares deployed resources with the inventory. Resources are streamed and not kept in memory.
 * @throws DriftError if an input cannot be read; there are no partial reports
 */
export async function makeReport(request: ReportRequest, options: ReportOptions): Promise<Report> {
  const pool = new SplitPool(request.sources);
  try {
    return await evaluate(request, options, pool);
  } finally {
    await pool.close();
  }
}

async function evaluate(request: ReportRequest, options: ReportOptions, pool: SplitPool): Promise<Report> {
  const { sources, inventory, rules, rulesOrigin, refreshBy, since, onRead, onResource } = request;
  const kept = keptInventory(inventory);
  const lookup = new Lookup(inventory, { fields: (kind) => fieldsOf(kind, rules, ["name"]) });
  const corrected = correctStatuses(rules, inventory);
  const by = new EvaluationContext({
    lookup,
    rules: corrected.rules,
    now: options.now,
    ...(onResource ? { onResource } : {}),
  });
  const properties = propertiesOf(by.rules);
  const evaluateOne = async (source: StateSource): Promise<{ part: StackPart; refreshed: Refreshed[] | undefined }> => {
    const part = await evaluateSource(source, by, pool, properties);
    onRead?.(source);
    const refreshed =
      refreshBy && source.pulumiStack !== undefined ? await refreshStack(source.pulumiStack, refreshBy) : undefined;
    const named = (entry: Omit<Refreshed, "stack">): Refreshed => {
      return { stack: part.name, ...entry, urn: qualifyUrn(entry.urn, source.organization) };
    };
    return { part, refreshed: refreshed?.map(named) };
  };
  const evaluated = pMap(sources, evaluateOne, { concurrency: CONCURRENT_READS });
  // Read the inventory while the states are being read.
  const [records, stacks] = await Promise.all([
    setImmediate().then(() => knownRecords(inventory, lookup, rules)),
    evaluated,
  ]);
  const claims = stacks.flatMap(({ part }) => part.claims);
  const users = new ReferenceIndex(since === undefined ? [] : claims);
  const parts: Parts = {
    stacks: stacks.map(({ part: { name, resources, referencing } }) => ({ name, resources, referencing })),
    claims,
    findings: stacks.flatMap(({ part: { name, findings } }) =>
      findings.map((finding) => ({ ...finding, stack: name })),
    ),
    inventory: kept,
    records,
    rules: rulesFileSchema.parse(rules),
    ...(rulesOrigin ? { ruleSources: [rulesOrigin.source] } : {}),
    notInCoverage: uncountedRecords(claims, inventory, rules),
    notes: [
      ...originNotes(rulesOrigin),
      ...sources.flatMap(({ note }) => (note === undefined ? [] : { about: "state" as const, message: note })),
      ...statusNotes(corrected.misspelt, rules),
      ...notesOf(rules, {
        used: by.used,
        types: by.types,
        resources: claims,
        inventory,
        lookup,
      }),
    ],
    ...(since === undefined
      ? {}
      : {
          changes: changesSince(
            since,
            inventory,
            corrected.rules,
            (kind, id) => users.resourcesOf(kind, id).length > 0,
          ),
        }),
    ...(refreshBy === undefined
      ? {}
      : {
          refresh: {
            stacks: stacks.flatMap(({ part, refreshed }) => (refreshed ? [part.name] : [])),
            resources: stacks.flatMap(({ refreshed }) => refreshed ?? []),
          },
        }),
  };
  return assemble(parts, options);
}
