import { kinds, type Kind } from "../../provider/model/records.js";
import type { ResourceReferences } from "./stack-evaluator.js";
import type { Ignore } from "../ignore/ignore-file.js";
import { compareWithBaseline, type Baseline } from "../report/baseline.js";
import { mergeByUrn, ReferenceIndex } from "./reference-index.js";
import { emptyComparisonReason } from "../report/empty-comparison.js";
import { mustBeDifferent } from "../report/different-stacks.js";
import type { FindingDraft } from "../report/fingerprint.js";
import { ignoredByRules, applyIgnores } from "../ignore/apply-ignores.js";
import {
  reportVersion,
  type Counts,
  type Coverage,
  type FailOn,
  type RecordChange,
  type Refreshed,
  type Report,
  type ReportFinding,
  type ReportNote,
  type TrendPoint,
} from "../report/schema.js";
import { stackFindings } from "./stack-findings.js";

/** A record of the inventory, without the resources that refer to it. */
export type KnownRecord = Omit<Coverage, "resources">;

/** The contents of a report, evaluated here or read from its parts. */
export interface Parts {
  readonly stacks: Report["stacks"];
  readonly claims: readonly ResourceReferences[];
  readonly findings: readonly FindingDraft[];
  readonly inventory: Report["inventory"];
  readonly records: readonly KnownRecord[];
  readonly rules: Report["rules"];
  readonly ruleSources?: Report["ruleSources"];
  /** Records that resources refer to and that are not in `records`. */
  readonly notInCoverage?: readonly { readonly kind: Kind; readonly recordId: string }[];
  readonly changes?: {
    readonly from: NonNullable<Report["changes"]>["from"];
    readonly to: NonNullable<Report["changes"]>["to"];
    readonly notComparable: readonly Kind[];
    readonly records: readonly Omit<RecordChange, "resources">[];
  };
  /** Findings of stack rules, if they were evaluated already, as for a plan. */
  readonly whole?: readonly FindingDraft[];
  readonly plan?: Report["plan"];
  readonly notes: readonly ReportNote[];
  readonly refresh?: { readonly stacks: readonly string[]; readonly resources: readonly Refreshed[] };
}

/** Options of a report. */
export interface ReportOptions {
  readonly generator: string;
  readonly now: Date;
  readonly failOn: FailOn;
  readonly ignore: readonly Ignore[];
  readonly baseline?: Baseline;
  readonly trend?: readonly TrendPoint[];
  readonly shard?: NonNullable<Report["shard"]>;
}

/** Severities that fail, by --fail-on. */
const levels: Readonly<Record<FailOn, readonly (keyof Counts)[]>> = {
  error: ["error"],
  warning: ["error", "warning"],
  info: ["error", "warning", "info"],
  never: [],
};

/** Sorts `references.2` before `references.10`. */
const byWords = new Intl.Collator("en", { numeric: true });

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Creates the report. Merged parts give the same report as one run. @throws DriftError */
export function assemble(parts: Parts, options: ReportOptions): Report {
  const { inventory, rules } = parts;
  const stacks = [...parts.stacks].sort(byName);
  mustBeDifferent(stacks, () => [...parts.claims, ...parts.findings].map(({ urn }) => urn));
  const claims = mergeByUrn(parts.claims);
  const users = new ReferenceIndex(claims);
  const coverage = parts.records.map((record) => ({
    ...record,
    resources: users.resourcesOfKnown(record.kind, record.recordId),
  }));
  const notInCoverage = uncountedOf(parts, users);
  const isPart = options.shard !== undefined;
  const whole = parts.whole ?? stackFindings(claims, { inventory, coverage, rules, stacks }, options.now, isPart);
  const both = [...parts.findings, ...whole];
  const sites = siteOf(both, coverage);
  const all = both.map((finding) => withSite(finding, sites));
  const entries = [...ignoredByRules(rules), ...options.ignore];
  const { findings: found, ignored, entries: ignoreEntries } = applyIgnores(all, entries, options.now);
  const { findings, known, fixed } = compareWithBaseline(found, ignored, { inventory }, options.baseline);
  const counts = count(findings);
  const refreshed = parts.refresh ? sortedRefresh(parts.refresh) : undefined;
  const covered = coverage.filter(({ resources }) => resources.length > 0).length;
  const resources = sum(stacks.map((stack) => stack.resources));
  const referencing = sum(stacks.map((stack) => stack.referencing));
  const nothing = emptyComparisonReason({ resources, referencing }, parts.plan);
  return {
    version: reportVersion,
    generator: options.generator,
    generatedAt: options.now.toISOString(),
    ...(options.shard ? { shard: options.shard } : {}),
    ...(parts.plan ? { plan: parts.plan } : {}),
    failOn: options.failOn,
    failed: fails(counts, refreshed?.resources.length ?? 0, options.failOn),
    inventory,
    rules,
    ruleSources: [...(parts.ruleSources ?? [])].sort(),
    summary: {
      stacks: stacks.length,
      resources,
      referencing,
      records: coverage.length,
      covered,
      uncovered: coverage.length - covered,
      findings: counts,
      ignored: ignored.length,
      baseline: { known: known.length, fixed },
    },
    ...(nothing === undefined ? {} : { emptyReason: nothing }),
    stacks,
    findings,
    ignored,
    knownFindings: known,
    coverage,
    missingRecords: missingRecords(users),
    notInCoverage,
    undecidedResources: users.open(),
    external: claims.flatMap(({ urn, external }) => (external ? [urn] : [])).sort(),
    ...(parts.changes ? { changes: withUsers(parts.changes, users) } : {}),
    ...(refreshed ? { refresh: refreshed } : {}),
    ignoreEntries,
    notes: [...parts.notes].sort((a, b) => byWords.compare(a.message, b.message)),
    ...(options.baseline ? { baseline: { generatedAt: options.baseline.generatedAt } } : {}),
    ...(options.trend ? { trend: [...options.trend] } : {}),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Counts findings by severity. */
export function count(findings: readonly ReportFinding[]): Counts {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** Returns whether Pulumi's own drift fails the run; it counts as a warning. */
export function fails(counts: Counts, refreshed: number, failOn: FailOn): boolean {
  const all = { ...counts, warning: counts.warning + refreshed };
  return levels[failOn].some((severity) => all[severity] > 0);
}

/** Returns the sites of records with findings. */
function siteOf(
  findings: readonly { kind?: unknown; recordId?: string | undefined }[],
  coverage: readonly Coverage[],
): ReadonlyMap<string, string> {
  const wanted = new Set(findings.map(({ recordId }) => recordId));
  const sites = new Map<string, string>();
  for (const { kind, recordId, site } of coverage)
    if (site !== undefined && wanted.has(recordId)) sites.set(`${kind}/${recordId}`, site);
  return sites;
}

function withSite<T extends { kind?: unknown; recordId?: string | undefined }>(
  finding: T,
  sites: ReadonlyMap<string, string>,
): T & { site?: string } {
  const site = finding.recordId === undefined ? undefined : sites.get(`${String(finding.kind)}/${finding.recordId}`);
  return site === undefined ? finding : { ...finding, site };
}

function missingRecords(users: ReferenceIndex): Report["missingRecords"] {
  return kinds.flatMap((kind) =>
    users.unresolvedIds(kind).map((recordId) => ({ kind, recordId, resources: users.resourcesOf(kind, recordId) })),
  );
}

function uncountedOf({ notInCoverage = [] }: Parts, users: ReferenceIndex): Report["notInCoverage"] {
  const byKey = new Map(notInCoverage.map(({ kind, recordId }) => [`${kind}/${recordId}`, { kind, recordId }]));
  return [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, record]) => ({ ...record, resources: users.resourcesOfKnown(record.kind, record.recordId) }));
}

function withUsers(changes: NonNullable<Parts["changes"]>, users: ReferenceIndex): NonNullable<Report["changes"]> {
  const records = changes.records
    .map((change) => ({ ...change, resources: users.resourcesOf(change.kind, change.recordId) }))
    .filter(({ resources }) => resources.length > 0)
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.recordId < b.recordId ? -1 : 1));
  const notComparable = kinds.filter((kind) => changes.notComparable.includes(kind) && users.refersTo(kind));
  return { ...changes, notComparable, records };
}

function sortedRefresh({ stacks, resources }: NonNullable<Parts["refresh"]>): NonNullable<Report["refresh"]> {
  const key = ({ stack, urn, change }: Refreshed): string => `${stack}\n${urn}\n${change}`;
  return { stacks: [...stacks].sort(), resources: [...resources].sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
}
