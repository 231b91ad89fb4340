import { inventoryFresh } from "../../policy/rules/inventory-fresh.js";
import { isAmong } from "./fingerprint.js";
import type { Report, ReportFinding } from "./schema.js";

/** The report of --baseline. Its findings are not new. */
export type Baseline = Pick<Report, "generatedAt" | "findings" | "ignored" | "knownFindings" | "inventory">;

/** Severities in ascending order. */
const worse = ["info", "warning", "error"] as const;

/** Returns whether a finding is known. It is new if its severity rose or it affects more than before. */
function isAsBefore(finding: ReportFinding, before: ReportFinding | undefined): boolean {
  if (!before || worse.indexOf(finding.severity) > worse.indexOf(before.severity)) return false;
  return isAmong(finding.affects, before.affects);
}

/** Splits findings into new and known ones; `fixed` counts findings of the baseline that are gone. */
export function compareWithBaseline(
  findings: readonly ReportFinding[],
  ignored: Report["ignored"],
  report: Pick<Report, "inventory">,
  baseline: Baseline | undefined,
): { findings: ReportFinding[]; known: ReportFinding[]; fixed: number } {
  if (!baseline) return { findings: [...findings], known: [], fixed: 0 };
  // An inventory-fresh finding because the API was unavailable concerns only its own run.
  const isMissed = [report, baseline].some(({ inventory }) => inventory.staleReason !== undefined);
  const lasting = [...baseline.findings, ...baseline.knownFindings].filter(
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
