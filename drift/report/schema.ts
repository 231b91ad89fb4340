import { z } from "zod";
import { ruleNames, rulesFileSchema } from "../../policy/rules/rules-file.js";
import { kinds } from "../../provider/inventory/records.js";

const count = z.int().nonnegative();
const kind = z.enum(kinds);
const severity = z.enum(["error", "warning", "info"]);
const time = z.iso.datetime();
const urns = z.array(z.string());
const counts = z.strictObject({ error: count, warning: count, info: count });

/** The rules, and what the report itself finds. */
export const reportRules = [...ruleNames, "ignore-expired"] as const;

const finding = z.strictObject({
  fingerprint: z.string().describe("The same for the same finding in every run"),
  rule: z.enum(reportRules),
  severity,
  stack: z.string().optional().describe("Absent where it is no single stack's"),
  urn: z.string(),
  type: z.string(),
  kind: kind.optional(),
  recordId: z.string().optional(),
  standsFor: z
    .array(z.string())
    .optional()
    .describe(
      "All that it is about at once, as the resources that claim a record or the records that nobody refers to: with another one it is new",
    ),
  about: z
    .array(z.string())
    .optional()
    .describe("What of the resource it is about, such as the tag or the property that differs; holds no value"),
  site: z.string().optional().describe("The location where the record stands"),
  message: z.string(),
  expected: z.unknown().optional(),
  actual: z.unknown().optional(),
  decidedAtUpdate: z.boolean().optional(),
  position: z
    .strictObject({ file: z.string(), line: count })
    .optional()
    .describe("Where the program makes the resource; relative to the root of the repository"),
});

const coverage = z.strictObject({
  kind,
  recordId: z.string(),
  name: z.string().optional(),
  site: z.string().optional(),
  expected: z.array(count).optional().describe("The entries of the rules' cover that want it to be referred to"),
  resources: urns.describe("The resources that refer to it; none: it is uncovered"),
});

const version = z.strictObject({ number: count, syncedAt: time });

const uncompared = z.array(kind);

const change = z.strictObject({
  kind,
  recordId: z.string(),
  name: z.string().optional(),
  effect: z.enum(["removed", "left-service", "moved", "changed"]),
  fields: z.array(z.string()),
  from: z.string().optional(),
  to: z.string().optional(),
  resources: urns,
});

const ignoreEntry = z.strictObject({
  rule: z.string(),
  resource: z.string(),
  record: z.string(),
  fingerprint: z.string().optional(),
  only: z.array(z.string()).optional(),
  reason: z.string(),
  until: z.string().optional(),
  from: z.literal("rules").optional().describe("It stands in the rules, and not in the ignore file"),
  used: count,
  expired: z.boolean(),
});

const refreshed = z.strictObject({
  stack: z.string(),
  urn: z.string(),
  type: z.string(),
  change: z.enum(["changed", "deleted", "added"]),
  properties: z.array(z.string()),
});

const note = z.strictObject({
  about: z.enum(["plan", "rules-disabled", "rules-entry", "rules-field", "rules-source"]),
  message: z.string(),
  unchecked: z
    .array(z.enum(ruleNames))
    .optional()
    .describe("Rules that, because of it, found nothing that they may have had to find"),
  required: z.literal(true).optional().describe("The entry of the rules that it is about makes a reference required"),
  nearest: z.string().optional().describe("The type of a resource that the types of the entry may be meant as"),
});

/** One run, as the history keeps it. */
export const trendPointSchema = z.strictObject({
  at: time,
  resources: count,
  records: count,
  covered: count,
  findings: counts,
  ignored: count.optional().describe("Findings that an ignore entry covers; absent in runs of earlier versions"),
  known: count.optional().describe("Findings that the baseline has; absent in runs of earlier versions"),
  failed: z.boolean(),
});

const summary = z.strictObject({
  stacks: count,
  resources: count,
  referencing: count.describe("Resources that refer to a record"),
  records: count,
  covered: count,
  uncovered: count,
  findings: counts,
  ignored: count,
  known: count.describe("Findings that the baseline has"),
  fixed: count.describe("Findings of the baseline that are gone"),
});

const notCompared = z.string().optional().describe("Why nothing was compared; absent where something was");
const stack = z.strictObject({
  name: z.string().describe("`project/stack`, or `organization/project/stack` where the backend has organizations"),
  resources: count,
  referencing: count,
});
const failOn = z.enum(["error", "warning", "info", "never"]);

/** The version of the format of a report. */
export const reportVersion = 1;

/** A drift report; schemas/drift-report.schema.json is made of it. */
export const reportSchema = z.strictObject({
  version: z.literal(reportVersion),
  generator: z.string(),
  generatedAt: time,
  shard: z
    .strictObject({
      index: count,
      count,
      selection: z
        .strictObject({ count, digest: z.string() })
        .optional()
        .describe("How many sources all parts have together, and which: the same in each of them"),
    })
    .optional()
    .describe("A part of a report: drift merge makes the whole"),
  plan: z
    .strictObject({
      file: z.string(),
      partial: z.boolean().describe("Whether it leaves resources out, as with -target"),
    })
    .optional()
    .describe("The plan that was judged: then nothing is told of coverage"),
  failOn,
  failed: z.boolean().describe("Whether there is anything at or above failOn"),
  inventory: z.strictObject({
    endpoint: z.string(),
    syncedAt: time,
    stale: z.string().optional(),
    counts: z.partialRecord(kind, count),
    unavailable: z.partialRecord(kind, z.string()),
    sites: z.record(z.string(), z.string()).describe("The names of the locations, by id"),
  }),
  rules: rulesFileSchema.describe("The rules that it was judged by"),
  rulesFrom: z
    .array(z.string())
    .default([])
    .describe("Where the rules come from; several where the parts of a report found the same rules in several places"),
  sourceFile: z
    .string()
    .optional()
    .describe("A file of the repository for findings whose place is not known: the project's or the rules file"),
  summary,
  notCompared,
  stacks: z.array(stack),
  findings: z.array(finding),
  ignored: z.array(z.strictObject({ entry: count, finding })).describe("Findings that an ignore entry passes over"),
  known: z.array(finding).describe("Findings that the baseline has"),
  coverage: z.array(coverage),
  unresolved: z
    .array(z.strictObject({ kind, recordId: z.string(), resources: urns }))
    .describe("Records that are referred to and are not there"),
  uncounted: z
    .array(z.strictObject({ kind, recordId: z.string(), resources: urns }))
    .default([])
    .describe(
      "Records that are referred to and not counted in coverage: accounts that nothing has to cover, or cannot be read",
    ),
  open: z
    .array(z.strictObject({ urn: z.string(), kinds: z.array(kind) }))
    .describe("Resources whose records are not known"),
  external: urns
    .default([])
    .describe("Resources that refer to a record and that their stack only reads, and does not own: they claim none"),
  changes: z
    .strictObject({
      from: version,
      to: version,
      uncompared: uncompared.describe("Kinds that resources refer to and of which it is not known what changed"),
      records: z.array(change),
    })
    .optional()
    .describe("What changed in the CMDB that deployed resources refer to"),
  refresh: z
    .strictObject({
      stacks: z.array(z.string()).describe("The stacks of which it was asked"),
      resources: z.array(refreshed),
    })
    .optional()
    .describe("Pulumi's own drift: what the providers say against the state"),
  ignoreEntries: z.array(ignoreEntry),
  notes: z
    .array(note)
    .default([])
    .describe("What is worth knowing and no finding: entries of the rules that govern nothing, and the like"),
  baseline: z.strictObject({ generatedAt: time }).optional(),
  trend: z.array(trendPointSchema).optional(),
});

const line = <const Name extends string>(name: Name) => z.strictObject({ line: z.literal(name) });

/** A line of a report as NDJSON. */
export const reportLineSchema = z.discriminatedUnion("line", [
  line("summary").extend({
    generatedAt: time,
    generator: z.string(),
    failed: z.boolean(),
    failOn,
    inventory: z.strictObject({ endpoint: z.string(), syncedAt: time, stale: z.string().optional() }),
    summary,
    notCompared,
    rulesFrom: z.array(z.string()),
    changes: z.strictObject({ from: version, to: version, uncompared }).optional(),
    refresh: z.strictObject({ stacks: z.array(z.string()) }).optional(),
  }),
  line("stack").extend(stack.shape),
  line("finding").extend(finding.shape),
  line("record").extend(coverage.shape),
  line("change").extend(change.shape),
  line("refresh").extend(refreshed.shape),
  line("note").extend(note.shape),
]);

/** A drift report. */
export type Report = z.output<typeof reportSchema>;
/** A finding of the report. */
export type ReportFinding = z.output<typeof finding>;
/** A record, and the resources that refer to it. */
export type Coverage = z.output<typeof coverage>;
/** A record that changed, and the resources that refer to it. */
export type RecordChange = z.output<typeof change>;
/** What Pulumi's refresh says of a resource. */
export type Refreshed = z.output<typeof refreshed>;
/** An entry of the ignore file, and how often it was used. */
export type IgnoreEntry = z.output<typeof ignoreEntry>;
/** What is worth knowing and no finding. */
export type ReportNote = z.output<typeof note>;
/** One run, as the history keeps it. */
export type TrendPoint = z.output<typeof trendPointSchema>;
/** Findings by severity. */
export type Counts = z.output<typeof counts>;
/** From which severity on the command fails. */
export type FailOn = Report["failOn"];
