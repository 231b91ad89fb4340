import { printable } from "../../provider/platform/printable.js";
import type { Report } from "../report/schema.js";
import { allShown } from "./text/refreshed.js";
import { safeJson } from "./text/safe-json.js";

const severities = { error: "critical", warning: "major", info: "info" } as const;

/** Formats a GitLab code quality report. */
export function formatGitlab(report: Report): string {
  // GitLab rejects an issue without a path; "." is the repository.
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
