import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Document } from "yaml";
import { z } from "zod";
import { parseYaml, YamlError, type ParsedYaml } from "../../policy/config/exact-yaml.js";
import { fitsResource } from "../../policy/rules/resource/organization-urn.js";
import { matchesWildcard } from "../../provider/platform/wildcard.js";
import { endDate, expiryDate } from "../../policy/rules/resource/expiry-date.js";
import { writeOutput } from "../../provider/files/write-output.js";
import { listMistakes, notAmong, validate } from "../../policy/rules/file/mistakes.js";
import { pathExists } from "../../provider/files/path-exists.js";
import { readInput } from "../../provider/files/read-input.js";
import { isSpecialFile } from "../../provider/files/special-file.js";
import { DriftError, reasonOf } from "../common/errors.js";
import { schemaComment } from "../common/schema-line.js";
import { parseListDocument } from "../common/yaml-list.js";
import { isAmong } from "../report/fingerprint.js";
import { reportRules, type IgnoreEntry, type Report, type ReportFinding } from "../report/schema.js";

/** The default file name. */
export const ignoreFileName = ".cmdbignore.yaml";

const pattern = z.string().min(1).default("*");

const entrySchema = z.strictObject({
  rule: pattern
    .refine((text) => reportRules.some((name) => matchesWildcard(text, name)), {
      error: ({ input }) => notAmong(input, reportRules, ", * as wildcard"),
    })
    .describe("Rule; * is a wildcard"),
  resource: pattern.describe(
    "URN of a resource; * is a wildcard; without an organisation it matches every organisation",
  ),
  record: pattern.describe("Id of a record, or kind/id; * is a wildcard"),
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{32}$/, { error: "is not a fingerprint: use the 32 hexadecimal digits of -o json" })
    .optional()
    .describe("Fingerprint of the only finding to ignore"),
  affects: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Allowed values of `affects`; a finding that affects anything else is reported"),
  reason: z.string().trim().min(1).describe("Reason for ignoring the finding"),
  until: endDate.optional().describe("Last day of the entry; an expired entry is a finding"),
});

/** The ignore file; source of schemas/ignore.schema.json. */
export const ignoreFileSchema = z.strictObject({ ignore: z.array(entrySchema).default([]) });

/** An entry of the ignore file. */
export type Ignore = z.output<typeof entrySchema>;

/**
 * Reads the entries of the ignore file. Returns none if the file is empty, or if the default file does not exist.
 * @throws DriftError
 */
export function readIgnoreFile(path: string | undefined): Ignore[] {
  const file = path ?? ignoreFileName;
  let parsed: ParsedYaml;
  try {
    if (path === undefined && !pathExists(file)) return [];
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

/** Returns whether an entry matches a finding apart from the resource. */
function entryMatches(entry: Ignore, { rule, kind, recordId, fingerprint, affects }: ReportFinding): boolean {
  if (entry.fingerprint !== undefined && entry.fingerprint !== fingerprint) return false;
  // An accepted finding that affects more than it did is reported again.
  const isLimited = entry.fingerprint !== undefined || entry.affects !== undefined;
  if (isLimited && !isAmong(affects, entry.affects)) return false;
  if (!matchesWildcard(entry.rule, rule)) return false;
  if (entry.record === "*") return true;
  return (
    recordId !== undefined &&
    (matchesWildcard(entry.record, recordId) || matchesWildcard(entry.record, `${kind}/${recordId}`))
  );
}

/** Returns the entries that ignore a finding; empty if it is reported. */
export function matchingEntries<Entry extends Ignore>(entries: readonly Entry[], finding: ReportFinding): Entry[] {
  if (finding.rule === "reference-unique" && !finding.undecided) return leavingFew(entries, finding);
  const first = entries.find((entry) => fitsResource(entry.resource, finding.urn) && entryMatches(entry, finding));
  return first ? [first] : [];
}

/** Returns the entries if they leave no more claims than allowed. Ignored claims do not count towards `unique`. */
function leavingFew<Entry extends Ignore>(entries: readonly Entry[], finding: ReportFinding): Entry[] {
  const most = typeof finding.expected === "number" ? finding.expected : 0;
  // If the claimants are secret, only an entry for any resource matches all of them.
  let left = finding.affects ?? ["", finding.urn];
  const used: Entry[] = [];
  for (const entry of entries) {
    if (!entryMatches(entry, finding)) continue;
    const others = left.filter((urn) => !fitsResource(entry.resource, urn));
    if (others.length === left.length) continue;
    used.push(entry);
    left = others;
    if (left.length <= most) return used;
  }
  return [];
}

/** Validity of entries from --write-ignore, in days. */
const accepted = 90;

/** Rules about a single run, which --write-ignore must not accept for later runs. */
const NEVER_ACCEPTED: readonly ReportFinding["rule"][] = ["ignore-expired", "inventory-fresh"];

function asWritten({
  rule,
  resource,
  record,
  fingerprint,
  affects,
  reason,
  until,
}: Ignore | IgnoreEntry): Partial<Ignore> {
  return {
    rule,
    ...(resource === "*" ? {} : { resource }),
    ...(record === "*" ? {} : { record }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(affects === undefined ? {} : { affects }),
    reason,
    ...(until === undefined ? {} : { until }),
  };
}

/** Returns an entry that matches only this finding. */
function toIgnoreEntry({ rule, urn, kind, recordId, fingerprint, affects }: ReportFinding): Omit<Ignore, "reason"> {
  return {
    rule,
    // The finding is about all claimants.
    resource: rule === "reference-unique" ? "*" : urn,
    record: recordId === undefined ? "*" : `${kind}/${recordId}`,
    fingerprint,
    ...(affects === undefined ? {} : { affects }),
  };
}

/** Returns whether an entry has expired. */
function hasEnded({ until }: { readonly until?: string | undefined }, now: number): boolean {
  return until !== undefined && now > expiryDate(until).getTime();
}

const keyOf = (entry: Ignore | IgnoreEntry): string => JSON.stringify(asWritten(entry));

/**
 * Returns the new ignore file: keeps comments and order, removes expired entries, and appends the entries of `added` that it
 * lacks.
 */
function extended(path: string, added: readonly Partial<Ignore>[], now: number): string {
  const isOld = existsSync(path) && !isSpecialFile(path);
  const entries = isOld ? readIgnoreFile(path) : [];
  const comment = `${schemaComment("ignore", dirname(path))}\n${header}`;
  const { document, list } = parseListDocument(isOld ? readInput(path) : undefined, "ignore", comment);
  list.items = list.items.filter((_item, index) => !hasEnded(entries[index] as Ignore, now));
  const known = new Set(entries.map(keyOf));
  const more = [...new Set(added.map((entry) => JSON.stringify(entry)))].filter((key) => !known.has(key));
  if (list.items.length === 0) list.flow = false;
  list.items.push(...more.map((key) => document.createNode(JSON.parse(key))));
  const kept = entries.filter((entry) => !hasEnded(entry, now)).map(keyOf);
  return checked(path, document, [...kept, ...more]);
}

/** Returns the text of the document. @throws DriftError if the entries are an alias */
function checked(path: string, document: Document, keys: readonly string[]): string {
  try {
    const text = document.toString({ lineWidth: 0 });
    const found = ignoreFileSchema.parse(parseYaml(text).value).ignore.map(keyOf);
    if (JSON.stringify(found) === JSON.stringify(keys)) return text;
  } catch {
    // The anchor of an alias was in a removed entry.
  }
  throw new DriftError(`cannot add entries to the ignore file ${path}: remove its aliases`);
}

const header = " Findings that the drift report ignores. Each entry needs a reason; until is its last day.";

/**
 * Adds the report's findings to the ignore file. Unused entries stay, because another stack can need them.
 * @throws DriftError, OutputError
 */
export async function writeIgnoreFile(report: Report, path = ignoreFileName): Promise<number> {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const now = Date.parse(report.generatedAt);
  const reason = `accepted on ${day(now)}: add the reason`;
  const until = day(now + accepted * 86_400_000);
  const found = report.findings
    .filter(({ rule }) => !NEVER_ACCEPTED.includes(rule))
    .map((finding) => asWritten({ ...toIgnoreEntry(finding), reason, until }));
  const before = report.ignoreEntries
    .filter((entry) => entry.from === undefined && !hasEnded(entry, now))
    .map(asWritten);
  await writeOutput(path, extended(path, [...before, ...found], now));
  return found.length;
}
