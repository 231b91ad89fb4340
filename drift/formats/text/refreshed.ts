import { hash } from "node:crypto";
import type { Refreshed, Report, ReportFinding } from "../../report/schema.js";

/** An entry of a flat list: a finding, or Pulumi's own drift as a finding. */
export type ShownFinding = Omit<ReportFinding, "rule"> & { readonly rule: ReportFinding["rule"] | typeof pulumiDrift };

/** Rule name of entries from `--refresh`. */
export const pulumiDrift = "pulumi-drift";

const happened = {
  changed: "was changed outside Pulumi",
  deleted: "was deleted outside Pulumi",
  added: "was created outside Pulumi",
} as const;

function shown({ stack, urn, type, change, properties }: Refreshed): ShownFinding {
  const which = properties.length > 0 ? `: ${properties.join(", ")}` : "";
  const message = `${urn.slice(urn.lastIndexOf("::") + 2)} ${happened[change]}${which}; run pulumi refresh to accept it, or pulumi up to undo it`;
  const fingerprint = hash("sha256", JSON.stringify([pulumiDrift, stack, urn, change])).slice(0, 32);
  return { fingerprint, rule: pulumiDrift, severity: "warning", stack, urn, type, message };
}

/** Returns Pulumi's own drift as warnings, for formats that have only findings. */
export function refreshedAsFindings({ refresh }: Report): ShownFinding[] {
  return (refresh?.resources ?? []).map(shown);
}

/** Returns the findings of a report, then Pulumi's own drift. */
export function allShown(report: Report): ShownFinding[] {
  return [...report.findings, ...refreshedAsFindings(report)];
}
