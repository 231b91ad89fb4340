import { hash } from "node:crypto";
import type { Refreshed, Report, ReportFinding } from "../report/schema.js";

/** What formats of a flat list show: a finding, or Pulumi's own drift in the shape of one. */
export type ShownFinding = Omit<ReportFinding, "rule"> & { readonly rule: ReportFinding["rule"] | typeof pulumiDrift };

/** The rule that stands for what `--refresh` tells: it is none of the inventory's, and has a name of its own. */
export const pulumiDrift = "pulumi-drift";

const happened = {
  changed: "was changed outside Pulumi",
  deleted: "was deleted outside Pulumi",
  added: "was made outside Pulumi",
} as const;

function shown({ stack, urn, type, change, properties }: Refreshed): ShownFinding {
  const which = properties.length > 0 ? `: ${properties.join(", ")}` : "";
  const message = `${urn.slice(urn.lastIndexOf("::") + 2)} ${happened[change]}${which}; run pulumi refresh, or pulumi up to set it right`;
  const fingerprint = hash("sha256", JSON.stringify([pulumiDrift, stack, urn, change])).slice(0, 32);
  return { fingerprint, rule: pulumiDrift, severity: "warning", stack, urn, type, message };
}

/** Pulumi's own drift, for formats that know findings only; it counts as a warning. */
export function refreshedAsFindings({ refresh }: Report): ShownFinding[] {
  return (refresh?.resources ?? []).map(shown);
}

/** The findings of a report, and after them Pulumi's own drift. */
export function allShown(report: Report): ShownFinding[] {
  return [...report.findings, ...refreshedAsFindings(report)];
}
