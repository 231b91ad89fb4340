import { hash } from "node:crypto";
import type { ReportFinding } from "./schema.js";

/** A finding before it has its fingerprint, as rules report it or as another report has it. */
export type FindingDraft = Omit<ReportFinding, "fingerprint" | "about" | "affects"> & {
  /** Kept if the finding comes from another report. */
  readonly fingerprint?: string;
  readonly about?: readonly string[] | undefined;
  readonly affects?: readonly string[] | undefined;
};

/** Returns the key of a finding. It contains no values and no message, so that it is the same in every run. */
function keyOf({ rule, urn, kind, recordId, about = [] }: FindingDraft): string {
  // The reported resource depends on the other resources that claim the record.
  const of = rule === "reference-unique" ? "" : urn;
  return JSON.stringify([rule, of, kind ?? "", recordId ?? "", ...about]);
}

/** Returns the finding with its members in a fixed order and without undefined ones. */
function inOrder(finding: FindingDraft, fingerprint: string): ReportFinding {
  const { rule, severity, stack, urn, type, kind, recordId, affects, about, site, message } = finding;
  const { expected, actual, undecided, position } = finding;
  const all = { fingerprint, rule, severity, stack, urn, type, kind, recordId, affects, about, site, message };
  const ordered: Record<string, unknown> = { ...all, expected, actual, undecided, position };
  for (const name of Object.keys(ordered)) if (ordered[name] === undefined) delete ordered[name];
  return ordered as ReportFinding;
}

/** Adds a fingerprint to each finding; findings with the same key are numbered. */
export function fingerprinted(findings: readonly FindingDraft[]): ReportFinding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    if (finding.fingerprint !== undefined) return inOrder(finding, finding.fingerprint);
    const key = keyOf(finding);
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return inOrder(finding, hash("sha256", `${key}#${number}`).slice(0, 32));
  });
}

/** Returns whether a list has all that a finding affects. Two absent lists agree; an absent list and a present one do not. */
export function isAmong(affects: readonly string[] | undefined, known: readonly string[] | undefined): boolean {
  if (affects === undefined || known === undefined) return affects === known;
  const all = new Set(known);
  return affects.every((name) => all.has(name));
}

const ranks = { error: 0, warning: 1, info: 2 } as const;

function compare(a: string | undefined, b: string | undefined): number {
  return (a ?? "") < (b ?? "") ? -1 : (a ?? "") > (b ?? "") ? 1 : 0;
}

/** Sorts by severity, most severe first; the result does not depend on the input order. */
export function sorted(findings: readonly FindingDraft[]): FindingDraft[] {
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

/** The resource of findings about the whole inventory. */
export const inventorySubject = { urn: "urn:orange-cmdb:inventory", type: "inventory" } as const;
