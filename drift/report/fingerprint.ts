import { hash } from "node:crypto";
import type { ReportFinding } from "./schema.js";

/** What a finding is known by: what it is about, and not the values of the day. */
function subjectOf({
  rule,
  urn,
  kind,
  recordId,
  message,
  expected,
  actual,
}: Omit<ReportFinding, "fingerprint">): string {
  const key = [rule, urn, kind ?? "", recordId ?? ""];
  // Several comparisons of one resource with one record, or several entries of cover, are told apart by their words.
  if (rule === "attributes-match")
    key.push(
      [expected, actual]
        .map((value) => JSON.stringify(value))
        .filter((text) => text !== undefined && text !== '""')
        .reduce((words: string, text) => words.replaceAll(text as string, "…"), message.replace(/ is ".*/, "")),
    );
  if (rule === "inventory-covered") key.push(/cover\.\d+$/.exec(message)?.[0] ?? "");
  if (rule === "ignore-expired") key.push(message);
  return JSON.stringify(key);
}

/** A finding is written the same however it came; what it does not have is left out. */
function inOrder(finding: ReportFinding): ReportFinding {
  const { rule, severity, stack, urn, type, kind, recordId, site, message } = finding;
  const { fingerprint, expected, actual, decidedAtUpdate, position } = finding;
  const all = { fingerprint, rule, severity, stack, urn, type, kind, recordId, site, message };
  const ordered: Record<string, unknown> = { ...all, expected, actual, decidedAtUpdate, position };
  for (const name of Object.keys(ordered)) if (ordered[name] === undefined) delete ordered[name];
  return ordered as ReportFinding;
}

/** Gives each finding its fingerprint; those that are about the same are numbered. */
export function fingerprinted(findings: readonly Omit<ReportFinding, "fingerprint">[]): ReportFinding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const subject = subjectOf(finding);
    const number = (seen.get(subject) ?? 0) + 1;
    seen.set(subject, number);
    return inOrder({ ...finding, fingerprint: hash("sha256", `${subject}#${number}`).slice(0, 32) });
  });
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
