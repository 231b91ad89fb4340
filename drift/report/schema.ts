import { z } from "zod";
import { ruleNames, rulesFileSchema } from "../../policy/rules/file/rules-file.js";
import { kinds } from "../../provider/model/records.js";

const count = z.int().nonnegative();
const kind = z.enum(kinds);
const severity = z.enum(["error", "warning", "info"]);
const time = z.iso.datetime();
const urns = z.array(z.string());
const counts = z.strictObject({ error: count, warning: count, info: count });

/** The rules of the pack, and the one of the report. */
export const reportRules = [...ruleNames, "ignore-expired"] as const;

const finding = z.strictObject({
  fingerprint: z.string().describe("Identifies the finding; the same in every run"),
  rule: z.enum(reportRules),
  severity,
  stack: z.string().optional().describe("Absent for findings that belong to no single stack"),
  urn: z.string(),
  type: z.string(),
  kind: kind.optional(),
  recordId: z.string().optional(),
  affects: z
    .array(z.string())
    .optional()
    .describe(
      "Everything that the finding affects, such as all resources that refer to one record; the finding is new if the list grows",
    ),
  about: z
    .array(z.string())
    .optional()
    .describe("Part of the resource, such as the tag or property that differs; contains no values"),
  site: z.string().optional().describe("Id of the record's location"),
  message: z.string(),
  expected: z.unknown().optional(),
  actual: z.unknown().optional(),
  undecided: z.boolean().optional(),
  position: z
    .strictObject({ file: z.string(), line: count })
    .optional()
    .describe("Place in the program that creates the resource; relative to the root of the repository"),
});

const coverage = z.strictObject({
  kind,
  recordId: z.string(),
  name: z.string().optional(),
  site: z.string().optional(),
  expected: z.array(count).optional().describe("Indexes of the entries of `cover` that select the record"),
  resources: urns.describe("Resources that refer to the record; an uncovered record has none"),
});

const version = z.strictObject({ number: count, syncedAt: time });

const notComparable = z.array(kind);

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
  affects: z.array(z.string()).optional(),
  reason: z.string(),
  until: z.string().optional(),
  from: z.literal("rules").optional().describe("Present if the entry is in the rules file instead of the ignore file"),
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
  about: z.enum(["plan", "rules-disabled", "rules-entry", "rules-field", "rules-source", "state"]),
  message: z.string(),
  unchecked: z.array(z.enum(ruleNames)).optional().describe("Rules that could not check everything for this reason"),
  required: z.literal(true).optional().describe("Present if the entry of the rules requires a reference"),
  nearest: z
    .string()
    .optional()
    .describe("Existing type with the most similar name, for an entry with a probable typo"),
});

/** A run in the history. */
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
  baseline: z
    .strictObject({
      known: count.describe("Findings that the baseline has"),
      fixed: count.describe("Findings of the baseline that are gone"),
    })
    .describe("Compared with the report of --baseline; 0 and 0 without one"),
});

const emptyReason = z.string().optional().describe("Why nothing was compared; absent if something was");
const stack = z.strictObject({
  name: z.string().describe("`project/stack`, or `organization/project/stack` if the backend has organizations"),
  resources: count,
  referencing: count,
});
const failOn = z.enum(["error", "warning", "info", "never"]);

/** The version of the format of a report. */
export const reportVersion = 1;

/** A drift report; source of schemas/drift-report.schema.json. */
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
        .describe("Number and digest of the sources of all parts; the same in each part"),
    })
    .optional()
    .describe("Present in a part of a report; combine the parts with `drift merge`"),
  plan: z
    .strictObject({
      file: z.string(),
      partial: z.boolean().describe("Whether the plan omits resources, as with -target"),
    })
    .optional()
    .describe("The evaluated plan; such a report has no coverage"),
  failOn,
  failed: z.boolean().describe("Whether there are findings at or above failOn"),
  inventory: z.strictObject({
    endpoint: z.string(),
    syncedAt: time,
    staleReason: z.string().optional(),
    counts: z.partialRecord(kind, count),
    unavailable: z.partialRecord(kind, z.string()),
    sites: z.record(z.string(), z.string()).describe("The names of the locations, by id"),
  }),
  rules: rulesFileSchema.describe("The rules of the run"),
  ruleSources: z
    .array(z.string())
    .default([])
    .describe("Sources of the rules; several if the parts of a report found the same rules in several places"),
  sourceFile: z
    .string()
    .optional()
    .describe("File for findings without a position: the project file or the rules file"),
  summary,
  emptyReason,
  stacks: z.array(stack),
  findings: z.array(finding),
  ignored: z.array(z.strictObject({ entry: count, finding })).describe("Findings that an ignore entry matches"),
  knownFindings: z.array(finding).describe("Findings that the baseline has"),
  coverage: z.array(coverage),
  missingRecords: z
    .array(z.strictObject({ kind, recordId: z.string(), resources: urns }))
    .describe("Records that resources refer to and the inventory does not have"),
  notInCoverage: z
    .array(z.strictObject({ kind, recordId: z.string(), resources: urns }))
    .default([])
    .describe(
      "Referenced records that do not count in coverage: accounts outside `cover`, or kinds that cannot be read",
    ),
  undecidedResources: z
    .array(z.strictObject({ urn: z.string(), kinds: z.array(kind) }))
    .describe("Resources with unknown references"),
  external: urns
    .default([])
    .describe("Resources that their stack only reads; they refer to a record but do not claim it"),
  changes: z
    .strictObject({
      from: version,
      to: version,
      notComparable: notComparable.describe("Kinds that resources refer to and whose changes are unknown"),
      records: z.array(change),
    })
    .optional()
    .describe("Changes of records that deployed resources refer to"),
  refresh: z
    .strictObject({
      stacks: z.array(z.string()).describe("The refreshed stacks"),
      resources: z.array(refreshed),
    })
    .optional()
    .describe("Pulumi's own drift: differences between the providers and the state"),
  ignoreEntries: z.array(ignoreEntry),
  notes: z
    .array(note)
    .default([])
    .describe("Information that is not a finding, such as entries of the rules without resources"),
  baseline: z.strictObject({ generatedAt: time }).optional(),
  trend: z.array(trendPointSchema).optional(),
});

const line = <const Name extends string>(name: Name) => z.strictObject({ line: z.literal(name) });

/** A line of an NDJSON report. */
export const reportLineSchema = z.discriminatedUnion("line", [
  line("summary").extend({
    generatedAt: time,
    generator: z.string(),
    failed: z.boolean(),
    failOn,
    inventory: z.strictObject({ endpoint: z.string(), syncedAt: time, staleReason: z.string().optional() }),
    summary,
    emptyReason,
    ruleSources: z.array(z.string()),
    changes: z.strictObject({ from: version, to: version, notComparable }).optional(),
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
/** A record and the resources that refer to it. */
export type Coverage = z.output<typeof coverage>;
/** A changed record and the resources that refer to it. */
export type RecordChange = z.output<typeof change>;
/** A resource that differs according to `pulumi refresh`. */
export type Refreshed = z.output<typeof refreshed>;
/** An entry of the ignore file, with the number of findings that it matched. */
export type IgnoreEntry = z.output<typeof ignoreEntry>;
/** Information that is not a finding. */
export type ReportNote = z.output<typeof note>;
/** A run in the history. */
export type TrendPoint = z.output<typeof trendPointSchema>;
/** Numbers of findings by severity. */
export type Counts = z.output<typeof counts>;
/** Minimum severity that fails the run. */
export type FailOn = Report["failOn"];
