import { existsSync } from "node:fs";
import { Document, isMap, isSeq, parseDocument, YAMLSeq } from "yaml";
import { z } from "zod";
import { parseYaml, YamlError, yamlOptions, type ParsedYaml } from "../policy/exact-yaml.js";
import { fitsResource } from "../policy/rules/organization-urn.js";
import { fits } from "../policy/rules/wildcard.js";
import { endDate, endOf } from "../policy/rules/end-date.js";
import { writeOutput } from "../provider/files/write-output.js";
import { listMistakes, notAmong, validate } from "../policy/rules/mistakes.js";
import { isThere } from "../provider/is-there.js";
import { readInput } from "../provider/read-input.js";
import { isSpecialFile } from "../provider/special-file.js";
import { DriftError, reasonOf } from "./errors.js";
import { isAmong } from "./report/fingerprint.js";
import { reportRules, type IgnoreEntry, type Report, type ReportFinding } from "./report/schema.js";

/** The name of the file that is read where none is named. */
export const ignoreFileName = ".cmdbignore.yaml";

const pattern = z.string().min(1).default("*");

const entrySchema = z.strictObject({
  rule: pattern
    .refine((text) => reportRules.some((name) => fits(text, name)), {
      error: ({ input }) => notAmong(input, reportRules, ", * as wildcard"),
    })
    .describe("A rule, * as wildcard"),
  resource: pattern.describe(
    "A resource's URN, * as wildcard; without an organisation it fits the stacks of all of them",
  ),
  record: pattern.describe("A record's id, or kind/id, * as wildcard"),
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{32}$/, { error: "is no fingerprint: 32 digits 0-9 and a-f, as -o json tells it" })
    .optional()
    .describe("The fingerprint of the one finding that it passes over"),
  only: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("All that the finding may stand for (standsFor in a report): with anything else it is not passed over"),
  reason: z.string().trim().min(1).describe("Why it is passed over"),
  until: endDate.optional().describe("The last day on which it is; then it is a finding itself"),
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
  let parsed: ParsedYaml;
  try {
    if (path === undefined && !isThere(file)) return [];
    parsed = parseYaml(readInput(file));
  } catch (error) {
    const why = error instanceof YamlError ? error.describe(file) : `${file} cannot be read: ${reasonOf(error)}`;
    throw new DriftError(`the ignore file ${why}`);
  }
  const result = validate(ignoreFileSchema, parsed.value ?? {});
  if ("data" in result) return result.data.ignore;
  const mistakes = listMistakes(result.mistakes, { path: file, placeOf: parsed.placeOf });
  throw new DriftError(`${file} is not an ignore file:\n${mistakes}`);
}

/** Is the finding one that this entry speaks of, whatever the resource? */
function speaksOf(entry: Ignore, { rule, kind, recordId, fingerprint, standsFor }: ReportFinding): boolean {
  if (entry.fingerprint !== undefined && entry.fingerprint !== fingerprint) return false;
  // What was accepted of one finding is what it stood for then.
  const isLimited = entry.fingerprint !== undefined || entry.only !== undefined;
  if (isLimited && !isAmong(standsFor, entry.only)) return false;
  if (!fits(entry.rule, rule)) return false;
  if (entry.record === "*") return true;
  return recordId !== undefined && (fits(entry.record, recordId) || fits(entry.record, `${kind}/${recordId}`));
}

/** The entries by which a finding is passed over; none where it is not. */
export function passesOver<Entry extends Ignore>(entries: readonly Entry[], finding: ReportFinding): Entry[] {
  if (finding.rule === "reference-unique" && !finding.decidedAtUpdate) return leavingFew(entries, finding);
  const first = entries.find((entry) => fitsResource(entry.resource, finding.urn) && speaksOf(entry, finding));
  return first ? [first] : [];
}

/** Claims that are passed over do not count; the others may still be too many for a record. */
function leavingFew<Entry extends Ignore>(entries: readonly Entry[], finding: ReportFinding): Entry[] {
  const most = typeof finding.expected === "number" ? finding.expected : 0;
  // Where it is a secret who they are, only an entry for any resource is for all of them.
  let left = finding.standsFor ?? ["", finding.urn];
  const used: Entry[] = [];
  for (const entry of entries) {
    if (!speaksOf(entry, finding)) continue;
    const others = left.filter((urn) => !fitsResource(entry.resource, urn));
    if (others.length === left.length) continue;
    used.push(entry);
    left = others;
    if (left.length <= most) return used;
  }
  return [];
}

/** How long what --write-ignore accepts is passed over, in days. */
const accepted = 90;

/** What is true of one run is not accepted for the next ones. */
const ofThisRun: readonly ReportFinding["rule"][] = ["ignore-expired", "inventory-fresh"];

function asWritten({
  rule,
  resource,
  record,
  fingerprint,
  only,
  reason,
  until,
}: Ignore | IgnoreEntry): Partial<Ignore> {
  return {
    rule,
    ...(resource === "*" ? {} : { resource }),
    ...(record === "*" ? {} : { record }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(only === undefined ? {} : { only }),
    reason,
    ...(until === undefined ? {} : { until }),
  };
}

/** An entry for this finding and no other: a star in its names stands for nothing else, nor do its names for what comes. */
function accepting({ rule, urn, kind, recordId, fingerprint, standsFor }: ReportFinding): Omit<Ignore, "reason"> {
  return {
    rule,
    // It is about all of the claimants.
    resource: rule === "reference-unique" ? "*" : urn,
    record: recordId === undefined ? "*" : `${kind}/${recordId}`,
    fingerprint,
    ...(standsFor === undefined ? {} : { only: standsFor }),
  };
}

/** Returns whether an entry no longer holds. */
function hasEnded({ until }: { readonly until?: string | undefined }, now: number): boolean {
  return until !== undefined && now > endOf(until).getTime();
}

const keyOf = (entry: Ignore | IgnoreEntry): string => JSON.stringify(asWritten(entry));

/**
 * The ignore file as it will be: comments and order stay, entries that have ended go, and those of `added` that are not in it come
 * last.
 */
function extended(path: string, added: readonly Partial<Ignore>[], now: number): string {
  const isOld = existsSync(path) && !isSpecialFile(path);
  const entries = isOld ? readIgnoreFile(path) : [];
  const document = isOld ? parseDocument(readInput(path), yamlOptions) : new Document({});
  if (!isMap(document.contents)) document.contents = document.createNode({}) as typeof document.contents;
  const found = document.get("ignore");
  const list = isSeq(found) ? found : new YAMLSeq(document.schema);
  if (list !== found) document.set("ignore", list);
  list.items = list.items.filter((_item, index) => !hasEnded(entries[index] as Ignore, now));
  const known = new Set(entries.map(keyOf));
  const more = [...new Set(added.map((entry) => JSON.stringify(entry)))].filter((key) => !known.has(key));
  if (list.items.length === 0) list.flow = false;
  list.items.push(...more.map((key) => document.createNode(JSON.parse(key))));
  if (!isOld) document.commentBefore = header;
  const kept = entries.filter((entry) => !hasEnded(entry, now)).map(keyOf);
  return checked(path, document, [...kept, ...more]);
}

/** Returns the text of the document; a file with aliases may not hold the entries where only an alias stands. */
function checked(path: string, document: Document, keys: readonly string[]): string {
  try {
    const text = document.toString({ lineWidth: 0 });
    const found = ignoreFileSchema.parse(parseYaml(text).value).ignore.map(keyOf);
    if (JSON.stringify(found) === JSON.stringify(keys)) return text;
  } catch {
    // An alias whose anchor was in an entry that has ended.
  }
  throw new DriftError(`entries cannot be added to the ignore file ${path}: write it without aliases`);
}

const header = " What the drift report passes over. Each entry needs a reason; its last day is until.";

/**
 * Writes the report's findings as entries to pass over, after those that hold, also those that are of no use to this report: they
 * may be to that of another stack. @throws DriftError, OutputError
 */
export async function writeIgnoreFile(report: Report, path = ignoreFileName): Promise<number> {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const now = Date.parse(report.generatedAt);
  const reason = `accepted on ${day(now)}: say why`;
  const until = day(now + accepted * 86_400_000);
  const found = report.findings
    .filter(({ rule }) => !ofThisRun.includes(rule))
    .map((finding) => asWritten({ ...accepting(finding), reason, until }));
  const before = report.ignoreEntries
    .filter((entry) => entry.from === undefined && !hasEnded(entry, now))
    .map(asWritten);
  await writeOutput(path, extended(path, [...before, ...found], now));
  return found.length;
}
