import { kinds, type Kind } from "../../provider/inventory/records.js";
import type { Claim, PlacedFinding } from "../gather.js";
import type { Ignore } from "../ignore-file.js";
import { compareWithBaseline, type Baseline } from "./baseline.js";
import { onePerResource, Users } from "./claims.js";
import { nothingCompared } from "./compared.js";
import { mustBeDifferent } from "./different-stacks.js";
import type { Found } from "./fingerprint.js";
import { ignoredByRules, passOver } from "./passed-over.js";
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
} from "./schema.js";
import { stackFindings } from "./stack-findings.js";

/** A record of the inventory, before it is known who refers to it. */
export type KnownRecord = Omit<Coverage, "resources">;

/** What a report is made of, gathered here or read from its parts. */
export interface Parts {
  readonly stacks: Report["stacks"];
  readonly claims: readonly Claim[];
  /** Those that a report had keep their fingerprints, and what they are about. */
  readonly findings: readonly (PlacedFinding &
    Pick<Found, "fingerprint" | "standsFor" | "about"> & { readonly stack?: string | undefined })[];
  readonly inventory: Report["inventory"];
  readonly records: readonly KnownRecord[];
  readonly rules: Report["rules"];
  readonly rulesFrom?: Report["rulesFrom"];
  /** Records that are referred to, and not among `records`. */
  readonly uncounted?: readonly { readonly kind: Kind; readonly recordId: string }[];
  readonly changes?: {
    readonly from: NonNullable<Report["changes"]>["from"];
    readonly to: NonNullable<Report["changes"]>["to"];
    readonly uncompared: readonly Kind[];
    readonly records: readonly Omit<RecordChange, "resources">[];
  };
  /** What the rules of a whole stack found, where it was judged already: a plan is. */
  readonly whole?: readonly (PlacedFinding & { readonly stack?: string })[];
  readonly plan?: Report["plan"];
  readonly notes: readonly ReportNote[];
  readonly refresh?: { readonly stacks: readonly string[]; readonly resources: readonly Refreshed[] };
}

/** How it is reported. */
export interface ReportOptions {
  readonly generator: string;
  readonly now: Date;
  readonly failOn: FailOn;
  readonly ignore: readonly Ignore[];
  readonly baseline?: Baseline;
  readonly trend?: readonly TrendPoint[];
  readonly shard?: NonNullable<Report["shard"]>;
}

/** Findings at this severity or a worse one fail. */
const levels: Readonly<Record<FailOn, readonly (keyof Counts)[]>> = {
  error: ["error"],
  warning: ["error", "warning"],
  info: ["error", "warning", "info"],
  never: [],
};

/** `references.2` comes before `references.10`. */
const byWords = new Intl.Collator("en", { numeric: true });

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Makes the report: the same one from the whole and from its parts. @throws DriftError */
export function assemble(parts: Parts, options: ReportOptions): Report {
  const { inventory, rules } = parts;
  const stacks = [...parts.stacks].sort(byName);
  mustBeDifferent(
    stacks,
    [...parts.claims, ...parts.findings].map(({ urn }) => urn),
  );
  const claims = onePerResource(parts.claims);
  const users = new Users(claims);
  const coverage = parts.records.map((record) => ({
    ...record,
    resources: users.ofKnown(record.kind, record.recordId),
  }));
  const uncounted = uncountedOf(parts, users);
  const isPart = options.shard !== undefined;
  const whole = parts.whole ?? stackFindings(claims, { inventory, coverage, rules, stacks }, options.now, isPart);
  const both = [...parts.findings, ...whole];
  const sites = siteOf(both, coverage);
  const all = both.map((finding) => withSite(finding, sites));
  const entries = [...ignoredByRules(rules), ...options.ignore];
  const { findings: found, ignored, entries: ignoreEntries } = passOver(all, entries, options.now);
  const { findings, known, fixed } = compareWithBaseline(found, ignored, { inventory }, options.baseline);
  const counts = count(findings);
  const refreshed = parts.refresh ? sortedRefresh(parts.refresh) : undefined;
  const covered = coverage.filter(({ resources }) => resources.length > 0).length;
  const resources = sum(stacks.map((stack) => stack.resources));
  const referencing = sum(stacks.map((stack) => stack.referencing));
  const nothing = nothingCompared({ resources, referencing }, parts.plan);
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
    rulesFrom: [...(parts.rulesFrom ?? [])].sort(),
    summary: {
      stacks: stacks.length,
      resources,
      referencing,
      records: coverage.length,
      covered,
      uncovered: coverage.length - covered,
      findings: counts,
      ignored: ignored.length,
      known: known.length,
      fixed,
    },
    ...(nothing === undefined ? {} : { notCompared: nothing }),
    stacks,
    findings,
    ignored,
    known,
    coverage,
    unresolved: unresolved(users),
    uncounted,
    open: users.open(),
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

/** Pulumi's own drift counts as a warning: it is told apart, and not let through where warnings fail. */
export function fails(counts: Counts, refreshed: number, failOn: FailOn): boolean {
  const all = { ...counts, warning: counts.warning + refreshed };
  return levels[failOn].some((severity) => all[severity] > 0);
}

/** The sites of the records that something was found about. */
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

function unresolved(users: Users): Report["unresolved"] {
  return kinds.flatMap((kind) =>
    users.ofNone(kind).map((recordId) => ({ kind, recordId, resources: users.of(kind, recordId) })),
  );
}

function uncountedOf({ uncounted = [] }: Parts, users: Users): Report["uncounted"] {
  const byKey = new Map(uncounted.map(({ kind, recordId }) => [`${kind}/${recordId}`, { kind, recordId }]));
  return [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, record]) => ({ ...record, resources: users.ofKnown(record.kind, record.recordId) }));
}

function withUsers(changes: NonNullable<Parts["changes"]>, users: Users): NonNullable<Report["changes"]> {
  const records = changes.records
    .map((change) => ({ ...change, resources: users.of(change.kind, change.recordId) }))
    .filter(({ resources }) => resources.length > 0)
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.recordId < b.recordId ? -1 : 1));
  const uncompared = kinds.filter((kind) => changes.uncompared.includes(kind) && users.refersTo(kind));
  return { ...changes, uncompared, records };
}

function sortedRefresh({ stacks, resources }: NonNullable<Parts["refresh"]>): NonNullable<Report["refresh"]> {
  const key = ({ stack, urn, change }: Refreshed): string => `${stack}\n${urn}\n${change}`;
  return { stacks: [...stacks].sort(), resources: [...resources].sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
}
