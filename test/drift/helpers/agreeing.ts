import type { Report } from "../../../drift/report/schema";

/** Returns the report with the numbers that its lists give, so that `drift merge` accepts it; it fails on errors. */
export function agreeing(report: Report): Report {
  const { coverage, missingRecords, notInCoverage, findings, inventory, summary } = report;
  const users = [...coverage, ...missingRecords, ...notInCoverage].flatMap(({ resources }) => resources);
  const referring = new Set(users).size;
  const stacks = report.stacks.map((stack, index) => {
    const referencing = index === 0 ? referring : 0;
    return { ...stack, referencing, resources: Math.max(stack.resources, referencing) };
  });
  const resources = stacks.reduce((total, stack) => total + stack.resources, 0);
  const covered = coverage.filter((record) => record.resources.length > 0).length;
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  const kinds = [...new Set(coverage.map(({ kind }) => kind))];
  const held = kinds.map((kind) => [kind, coverage.filter((record) => record.kind === kind).length]);
  const { emptyReason: _notCompared, ...rest } = report;
  const nothing = resources === 0 ? { emptyReason: "Nothing was compared: there are no deployed resources" } : {};
  return {
    ...rest,
    ...nothing,
    failed: counts.error > 0,
    inventory: { ...inventory, counts: { ...inventory.counts, ...Object.fromEntries(held) } },
    stacks,
    summary: {
      ...{ stacks: stacks.length, resources, referencing: referring },
      ...{ records: coverage.length, covered, uncovered: coverage.length - covered },
      ...{ findings: counts, ignored: report.ignored.length },
      baseline: { known: report.knownFindings.length, fixed: summary.baseline.fixed },
    },
  };
}
