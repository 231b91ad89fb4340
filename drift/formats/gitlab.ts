import { printable } from "../../provider/inventory/printable.js";
import type { Report } from "../report/schema.js";
import { allShown } from "./refreshed.js";
import { safeJson } from "./safe-json.js";

const severities = { error: "critical", warning: "major", info: "info" } as const;

/** Where a finding is shown that the program's source does not tell. */
export function projectFile(urn: string): { file: string; line: number } {
  return { file: urn.startsWith("urn:terraform:") ? "main.tf" : "Pulumi.yaml", line: 1 };
}

/** A code quality report, as GitLab shows it in a merge request. */
export function gitlab(report: Report): string {
  const issues = allShown(report).map(({ rule, severity, message, urn, fingerprint, position = projectFile(urn) }) => ({
    description: printable(`${message} (${urn})`),
    check_name: rule,
    fingerprint,
    severity: severities[severity],
    location: { path: position.file, lines: { begin: position.line } },
  }));
  return `${safeJson(issues, 2)}\n`;
}
