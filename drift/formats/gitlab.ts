import { printable } from "../../provider/inventory/printable.js";
import type { Report } from "../report/schema.js";
import { allShown } from "./refreshed.js";
import { safeJson } from "./safe-json.js";

const severities = { error: "critical", warning: "major", info: "info" } as const;

/** A code quality report, as GitLab shows it in a merge request. */
export function gitlab(report: Report): string {
  // GitLab takes no issue without a path: the repository itself is one.
  const unknown = { file: report.sourceFile ?? ".", line: 1 };
  const issues = allShown(report).map(({ rule, severity, message, urn, fingerprint, position = unknown }) => ({
    description: printable(`${message} (${urn})`),
    check_name: rule,
    fingerprint,
    severity: severities[severity],
    location: { path: position.file, lines: { begin: position.line } },
  }));
  return `${safeJson(issues, 2)}\n`;
}
