import { inventoryFresh } from "../../policy/rules/inventory-fresh.js";
import { isAmong } from "./fingerprint.js";
import type { Report, ReportFinding } from "./schema.js";

/** A report to compare with: what it has is not new. */
export type Baseline = Pick<Report, "generatedAt" | "findings" | "ignored" | "known" | "inventory">;

/** From the least to the worst. */
const worse = ["info", "warning", "error"] as const;

/** What has become worse is new, and so is what stands for more than it did. */
function isAsBefore(finding: ReportFinding, before: ReportFinding | undefined): boolean {
  if (!before || worse.indexOf(finding.severity) > worse.indexOf(before.severity)) return false;
  return isAmong(finding.standsFor, before.standsFor);
}

/** Splits findings into what is new and what the baseline has; `fixed` counts what it has and is gone. */
export function compareWithBaseline(
  findings: readonly ReportFinding[],
  ignored: Report["ignored"],
  report: Pick<Report, "inventory">,
  baseline: Baseline | undefined,
): { findings: ReportFinding[]; known: ReportFinding[]; fixed: number } {
  if (!baseline) return { findings: [...findings], known: [], fixed: 0 };
  // That the API could not be had, then or now, is of that run alone.
  const isMissed = [report, baseline].some(({ inventory }) => inventory.stale !== undefined);
  const lasting = [...baseline.findings, ...baseline.known].filter(
    ({ rule }) => rule !== inventoryFresh.name || !isMissed,
  );
  const before = new Map(lasting.map((found) => [found.fingerprint, found]));
  const now = new Set([...findings, ...ignored.map(({ finding }) => finding)].map(({ fingerprint }) => fingerprint));
  const isKnown = (finding: ReportFinding): boolean => isAsBefore(finding, before.get(finding.fingerprint));
  return {
    findings: findings.filter((finding) => !isKnown(finding)),
    known: findings.filter(isKnown),
    fixed: [...before.keys()].filter((fingerprint) => !now.has(fingerprint)).length,
  };
}
