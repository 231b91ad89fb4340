import { hash } from "node:crypto";
import type { Subject } from "../../policy/rules/types.js";
import type { ReportFinding } from "./schema.js";

/** A finding as a rule gives it; one that a report had keeps its fingerprint. */
export type Found = Omit<ReportFinding, "fingerprint"> & {
  readonly fingerprint?: string;
  readonly subject?: Subject;
};

/** What a finding is known by: what it is about, and neither the values of the day nor its words. */
function keyOf({ rule, urn, kind, recordId, subject }: Found): string {
  // Which of the claimants of a record it is told at depends on who else claims it.
  const of = rule === "reference-unique" ? "" : urn;
  return JSON.stringify([rule, of, kind ?? "", recordId ?? "", ...(subject?.what ?? [])]);
}

/** A finding is written the same however it came; what it does not have is left out. */
function inOrder(finding: Found, fingerprint: string): ReportFinding {
  const { rule, severity, stack, urn, type, kind, recordId, site, message } = finding;
  const { expected, actual, decidedAtUpdate, position } = finding;
  const { standsFor = finding.subject?.all, about = finding.subject?.what } = finding;
  const all = { fingerprint, rule, severity, stack, urn, type, kind, recordId, standsFor, about, site, message };
  const ordered: Record<string, unknown> = { ...all, expected, actual, decidedAtUpdate, position };
  for (const name of Object.keys(ordered)) if (ordered[name] === undefined) delete ordered[name];
  return ordered as ReportFinding;
}

/** Gives each finding its fingerprint; those that are about the same are numbered. */
export function fingerprinted(findings: readonly Found[]): ReportFinding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    if (finding.fingerprint !== undefined) return inOrder(finding, finding.fingerprint);
    const key = keyOf(finding);
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return inOrder(finding, hash("sha256", `${key}#${number}`).slice(0, 32));
  });
}

/**
 * Is all that a finding stands for among these? One that stands for nothing but itself is; what is not known is not: who
 * made the list may not have known what it stood for.
 */
export function isAmong(standsFor: readonly string[] | undefined, known: readonly string[] | undefined): boolean {
  if (standsFor === undefined || known === undefined) return standsFor === known;
  const all = new Set(known);
  return standsFor.every((name) => all.has(name));
}

const ranks = { error: 0, warning: 1, info: 2 } as const;

function compare(a: string | undefined, b: string | undefined): number {
  return (a ?? "") < (b ?? "") ? -1 : (a ?? "") > (b ?? "") ? 1 : 0;
}

type Sortable = Pick<ReportFinding, "severity" | "rule" | "stack" | "urn" | "kind" | "recordId" | "message">;

/** The worst first; the same order however the findings came. */
export function sorted<T extends Sortable>(findings: readonly T[]): T[] {
  return [...findings].sort(
    (a, b) =>
      ranks[a.severity] - ranks[b.severity] ||
      compare(a.rule, b.rule) ||
      compare(a.stack, b.stack) ||
      compare(a.urn, b.urn) ||
      compare(a.kind, b.kind) ||
      compare(a.recordId, b.recordId) ||
      compare(a.message, b.message),
  );
}
