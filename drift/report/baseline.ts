import { inventoryFresh } from "../../policy/rules/inventory-fresh.js";
import type { Report, ReportFinding } from "./schema.js";

/** A report to compare with: what it has is not new. */
export type Baseline = Pick<
  Report,
  "generatedAt" | "findings" | "ignored" | "known" | "coverage" | "rules" | "inventory"
>;

/** From the least to the worst. */
const worse = ["info", "warning", "error"] as const;

/** Which records an entry of cover wants and nobody refers to. */
function uncoveredBy({ rules, coverage }: Pick<Report, "rules" | "coverage">): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  rules.cover.forEach(({ kind, where }, index) => {
    const ids = coverage.filter((entry) => entry.expected?.includes(index) && entry.resources.length === 0);
    found.set(JSON.stringify([kind, where]), new Set(ids.map(({ recordId }) => recordId)));
  });
  return found;
}

/** One finding stands for all uncovered records: it is known as long as no record is uncovered that was not. */
function isNewlyUncovered(
  finding: ReportFinding,
  report: Pick<Report, "rules" | "coverage">,
  baseline: Baseline,
): boolean {
  if (finding.rule !== "inventory-covered") return false;
  const index = Number(/cover\.(\d+)$/.exec(finding.message)?.[1] ?? NaN);
  const entry = report.rules.cover[index];
  if (!entry) return false;
  const key = JSON.stringify([entry.kind, entry.where]);
  const before = uncoveredBy(baseline).get(key);
  return before === undefined || [...(uncoveredBy(report).get(key) ?? [])].some((id) => !before.has(id));
}

/** Splits findings into what is new and what the baseline has; `fixed` counts what it has and is gone. */
export function compareWithBaseline(
  findings: readonly ReportFinding[],
  ignored: Report["ignored"],
  report: Pick<Report, "rules" | "coverage" | "inventory">,
  baseline: Baseline | undefined,
): { findings: ReportFinding[]; known: ReportFinding[]; fixed: number } {
  if (!baseline) return { findings: [...findings], known: [], fixed: 0 };
  // That the API could not be had, then or now, is of that run alone.
  const isMissed = [report, baseline].some(({ inventory }) => inventory.stale !== undefined);
  const lasting = [...baseline.findings, ...baseline.known].filter(
    ({ rule }) => rule !== inventoryFresh.name || !isMissed,
  );
  const before = new Map(lasting.map((found) => [found.fingerprint, found.severity]));
  const now = new Set([...findings, ...ignored.map(({ finding }) => finding)].map(({ fingerprint }) => fingerprint));
  const isKnown = (finding: ReportFinding): boolean => {
    const severity = before.get(finding.fingerprint);
    // What has become worse is new.
    if (severity === undefined || worse.indexOf(finding.severity) > worse.indexOf(severity)) return false;
    return !isNewlyUncovered(finding, report, baseline);
  };
  return {
    findings: findings.filter((finding) => !isKnown(finding)),
    known: findings.filter(isKnown),
    fixed: [...before.keys()].filter((fingerprint) => !now.has(fingerprint)).length,
  };
}
