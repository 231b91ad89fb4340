import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { fits } from "../policy/rules/wildcard.js";
import { mistakesOf } from "../policy/rules/rules-file.js";
import { isThere } from "../provider/is-there.js";
import { DriftError, reasonOf } from "./errors.js";
import { reportRules, type IgnoreEntry, type Report, type ReportFinding } from "./report/schema.js";

/** The name of the file that is read where none is named. */
export const ignoreFileName = ".cmdbignore.yaml";

const pattern = z.string().min(1).default("*");

const entrySchema = z.strictObject({
  rule: pattern
    .refine((text) => reportRules.some((name) => fits(text, name)), {
      error: `fits no rule (${reportRules.join(", ")})`,
    })
    .describe("A rule, * as wildcard"),
  resource: pattern.describe("A resource's URN, * as wildcard"),
  record: pattern.describe("A record's id, or kind/id, * as wildcard"),
  reason: z.string().trim().min(1).describe("Why it is passed over"),
  until: z
    .union([z.iso.date(), z.iso.datetime()])
    .optional()
    .describe("The last day on which it is; then it is a finding itself"),
});

/** The ignore file; schemas/ignore.schema.json is made of it. */
export const ignoreFileSchema = z.strictObject({ ignore: z.array(entrySchema).default([]) });

/** An entry as it is written. */
export type Ignore = z.output<typeof entrySchema>;

/**
 * The entries of the ignore file; none where none is named and there is none here, or where it is empty: to pass nothing over
 * hides nothing. @throws DriftError
 */
export function readIgnoreFile(path: string | undefined): Ignore[] {
  const file = path ?? ignoreFileName;
  let value: unknown;
  try {
    if (path === undefined && !isThere(file)) return [];
    value = parse(readFileSync(file, "utf8"), { schema: "core" });
  } catch (error) {
    const why =
      error instanceof Error && "linePos" in error
        ? `is not YAML: ${error.message.slice(0, 1000)}`
        : `cannot be read: ${reasonOf(error)}`;
    throw new DriftError(`the ignore file ${file} ${why}`);
  }
  const result = ignoreFileSchema.safeParse(value ?? {});
  if (result.success) return result.data.ignore;
  throw new DriftError(`${file} is not an ignore file:\n${mistakesOf(result.error)}`);
}

/** Does this entry pass over the finding? */
export function isPassedOver(
  entry: Ignore,
  { rule, urn, kind, recordId }: Omit<ReportFinding, "fingerprint">,
): boolean {
  if (!fits(entry.rule, rule) || !fits(entry.resource, urn)) return false;
  if (entry.record === "*") return true;
  return recordId !== undefined && (fits(entry.record, recordId) || fits(entry.record, `${kind}/${recordId}`));
}

/** How long what --write-ignore accepts is passed over, in days. */
const accepted = 90;

/** What is true of one run is not accepted for the next ones. */
const ofThisRun: readonly ReportFinding["rule"][] = ["ignore-expired", "inventory-fresh"];

function asWritten({ rule, resource, record, reason, until }: Ignore | IgnoreEntry): Partial<Ignore> {
  return {
    rule,
    ...(resource === "*" ? {} : { resource }),
    ...(record === "*" ? {} : { record }),
    reason,
    ...(until === undefined ? {} : { until }),
  };
}

/** Writes the report's findings as entries to pass over, after those that are still used. */
export function writeIgnoreFile(report: Report, path = ignoreFileName): number {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const now = Date.parse(report.generatedAt);
  const reason = `accepted on ${day(now)}: say why`;
  const until = day(now + accepted * 86_400_000);
  // A star in a name would stand for anything.
  const found = report.findings
    .filter(({ rule }) => !ofThisRun.includes(rule))
    .map(({ rule, urn, kind, recordId }) => ({
      rule,
      resource: urn,
      record: recordId === undefined ? "*" : `${kind}/${recordId}`,
      reason,
      until,
    }));
  const kept = report.ignoreEntries.filter(({ used, expired }) => used > 0 && !expired);
  const text = stringify({ ignore: [...kept, ...found].map(asWritten) }, { lineWidth: 0 });
  try {
    writeFileSync(
      path,
      `# What the drift report passes over. Each entry needs a reason; its last day is until.\n${text}`,
    );
  } catch (error) {
    throw new DriftError(`the ignore file ${path} cannot be written: ${reasonOf(error)}`);
  }
  return found.length;
}
