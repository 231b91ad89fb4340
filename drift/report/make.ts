import { setImmediate } from "node:timers/promises";
import pLimit from "p-limit";
import { fieldsOf } from "../../policy/rules/fields.js";
import { Lookup } from "../../policy/rules/lookup.js";
import { correctStatuses } from "../../policy/rules/misspelt-status.js";
import { qualifyUrn } from "../../policy/rules/organization-urn.js";
import { rulesFileSchema, type RulesFile } from "../../policy/rules/rules-file.js";
import { judge } from "../judge.js";
import type { PulumiCli } from "../sources/pulumi-cli.js";
import { refreshStack } from "../sources/refresh.js";
import type { Source } from "../sources/source.js";
import { assemble, type Parts, type ReportOptions } from "./assemble.js";
import { Users } from "./claims.js";
import { notesOf, statusNotes } from "./notes.js";
import { changesSince, keptInventory, knownRecords, uncountedRecords, type ReportInventory } from "./records.js";
import { originNotes, type RulesOrigin } from "./rules-origin.js";
import type { Refreshed, Report } from "./schema.js";

/** What is to be reported. */
export interface ReportRequest {
  readonly sources: readonly Source[];
  readonly inventory: ReportInventory;
  readonly rules: RulesFile;
  /** Where they come from. */
  readonly rulesFrom?: RulesOrigin;
  /** Asked for Pulumi's own drift too, where it is given. */
  readonly refreshBy?: PulumiCli;
  /** Changes of the CMDB since this version or time. */
  readonly since?: { readonly number: number } | { readonly time: number };
}

/** How many stacks are exported at a time. */
const atOnce = 4;

/**
 * Compares what is deployed with the inventory. The resources stream by: none of them is kept.
 * @throws DriftError where it cannot be established; there is no half report
 */
export async function makeReport(request: ReportRequest, options: ReportOptions): Promise<Report> {
  const { sources, inventory, rules, rulesFrom, refreshBy, since } = request;
  const kept = keptInventory(inventory);
  const lookup = new Lookup(inventory, { fields: (kind) => fieldsOf(kind, rules, ["name"]) });
  const corrected = correctStatuses(rules, inventory);
  const by = { lookup, rules: corrected.rules, now: options.now };
  const limit = pLimit(atOnce);
  const judged = limit.map(sources, async (source) => {
    const part = await judge(source, by);
    const refreshed =
      refreshBy && source.pulumiStack !== undefined ? await refreshStack(source.pulumiStack, refreshBy) : undefined;
    const named = (entry: Omit<Refreshed, "stack">): Refreshed => {
      return { stack: part.name, ...entry, urn: qualifyUrn(entry.urn, source.organization) };
    };
    return { part, refreshed: refreshed?.map(named) };
  });
  // The states are being read: the inventory is read meanwhile.
  const [records, stacks] = await Promise.all([
    setImmediate().then(() => knownRecords(inventory, lookup, rules)),
    judged,
  ]);
  const claims = stacks.flatMap(({ part }) => part.claims);
  const users = new Users(since === undefined ? [] : claims);
  const parts: Parts = {
    stacks: stacks.map(({ part: { name, resources, referencing } }) => ({ name, resources, referencing })),
    claims,
    findings: stacks.flatMap(({ part: { name, findings } }) =>
      findings.map((finding) => ({ ...finding, stack: name })),
    ),
    inventory: kept,
    records,
    rules: rulesFileSchema.parse(rules),
    ...(rulesFrom ? { rulesFrom: [rulesFrom.source] } : {}),
    uncounted: uncountedRecords(claims, inventory, rules),
    notes: [
      ...originNotes(rulesFrom),
      ...statusNotes(corrected.misspelt),
      ...notesOf(rules, {
        used: new Set(stacks.flatMap(({ part }) => [...part.used])),
        types: new Set(stacks.flatMap(({ part }) => [...part.types])),
        resources: claims,
        inventory,
        lookup,
      }),
    ],
    ...(since === undefined
      ? {}
      : { changes: changesSince(since, inventory, corrected.rules, (kind, id) => users.of(kind, id).length > 0) }),
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
