import pLimit from "p-limit";
import { Lookup } from "../../policy/rules/lookup.js";
import { rulesFileSchema, type RulesFile } from "../../policy/rules/rules-file.js";
import { judge } from "../judge.js";
import type { PulumiCli } from "../sources/pulumi-cli.js";
import { refreshStack } from "../sources/refresh.js";
import type { Source } from "../sources/source.js";
import { assemble, type Parts, type ReportOptions } from "./assemble.js";
import { Users } from "./claims.js";
import { changesSince, keptInventory, knownRecords, type ReportInventory } from "./records.js";
import type { Refreshed, Report } from "./schema.js";

/** What is to be reported. */
export interface ReportRequest {
  readonly sources: readonly Source[];
  readonly inventory: ReportInventory;
  readonly rules: RulesFile;
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
  const { sources, inventory, rules, refreshBy, since } = request;
  const kept = keptInventory(inventory);
  const by = { lookup: new Lookup(inventory, { rules }), rules, now: options.now };
  const limit = pLimit(atOnce);
  const stacks = await limit.map(sources, async (source) => {
    const part = await judge(source, by);
    const refreshed =
      refreshBy && source.pulumiStack !== undefined ? await refreshStack(source.pulumiStack, refreshBy) : [];
    return { part, refreshed: refreshed.map((entry): Refreshed => ({ stack: part.name, ...entry })) };
  });
  const claims = stacks.flatMap(({ part }) => part.claims);
  const users = new Users(since === undefined ? [] : claims);
  const parts: Parts = {
    stacks: stacks.map(({ part: { name, resources, referencing } }) => ({ name, resources, referencing })),
    claims,
    findings: stacks.flatMap(({ part: { name, findings } }) =>
      findings.map((finding) => ({ ...finding, stack: name })),
    ),
    inventory: kept,
    records: knownRecords(inventory, rules),
    rules: rulesFileSchema.parse(rules),
    ...(since === undefined
      ? {}
      : { changes: changesSince(since, inventory, rules, (kind, id) => users.of(kind, id).length > 0) }),
    ...(refreshBy === undefined
      ? {}
      : {
          refresh: {
            stacks: stacks.map(({ part }) => part.name),
            resources: stacks.flatMap(({ refreshed }) => refreshed),
          },
        }),
  };
  return assemble(parts, options);
}
