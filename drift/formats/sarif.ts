import { printable } from "../../provider/platform/printable.js";
import type { Report } from "../report/schema.js";
import { limitations } from "./text/limitations.js";
import { refreshedAsFindings, type ShownFinding } from "./text/refreshed.js";
import { ruleTexts, type RuleText } from "./text/rule-texts.js";
import { safeJson } from "./text/safe-json.js";

const levels = { error: "error", warning: "warning", info: "note" } as const;

function ruleOf({ name, title, remediation, severity }: RuleText): object {
  return {
    id: name,
    shortDescription: { text: title },
    fullDescription: { text: `${title}.` },
    help: { text: remediation, markdown: `**${title}.** ${remediation}` },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ["cmdb", "drift"] },
  };
}

/** Escapes a message: SARIF reads braces as placeholders and brackets as links. */
function text(message: string): string {
  return printable(message)
    .replace(/[[\]\\]/g, "\\$&")
    .replaceAll("{", "{{")
    .replaceAll("}", "}}");
}

/** Returns the path of a file as a relative URI. */
function uriOf(file: string): string {
  return file
    .replace(/\p{Cs}/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
}

/** Returns the file to name if the position of a finding is unknown; undefined if the report has no such file. */
function sourceOf({ sourceFile }: Report): { file: string; line: number } | undefined {
  return sourceFile === undefined ? undefined : { file: sourceFile, line: 1 };
}

/** Returns a finding as a SARIF result. @param more further properties */
export function resultOf(finding: ShownFinding, report: Report, more: object = {}): object {
  const {
    rule,
    severity,
    urn,
    type,
    message,
    fingerprint,
    position = sourceOf(report),
    kind,
    recordId,
    site,
    stack,
  } = finding;
  return {
    ruleId: rule,
    ruleIndex: ruleTexts.findIndex(({ name }) => name === rule),
    level: levels[severity],
    message: { text: text(message) },
    locations: [
      {
        ...(position
          ? {
              physicalLocation: {
                artifactLocation: { uri: uriOf(position.file), uriBaseId: "%SRCROOT%" },
                region: { startLine: Math.max(1, position.line) },
              },
            }
          : {}),
        logicalLocations: [{ fullyQualifiedName: printable(urn), kind: "resource" }],
      },
    ],
    // GitHub reads only primaryLocationLineHash: one alert per rule, file and hash.
    partialFingerprints: { "orange-cmdb/v1": fingerprint, primaryLocationLineHash: fingerprint },
    properties: { stack, type, kind, recordId, site },
    ...more,
  };
}

/** Formats SARIF 2.1.0. Ignored findings are suppressed, findings of the baseline are unchanged. */
export function formatSarif(report: Report): string {
  const state = report.baseline ? { baselineState: "new" } : {};
  const results = [
    ...report.findings.map((finding) => resultOf(finding, report, state)),
    ...report.knownFindings.map((finding) => resultOf(finding, report, { baselineState: "unchanged" })),
    ...report.ignored.map(({ entry, finding }) =>
      resultOf(finding, report, {
        suppressions: [{ kind: "external", justification: printable(report.ignoreEntries[entry]?.reason ?? "") }],
      }),
    ),
    ...refreshedAsFindings(report).map((finding) => resultOf(finding, report)),
  ];
  return sarifOf(report, results);
}

/** Returns the SARIF log with these results, notifications and properties. */
export function sarifOf(
  report: Report,
  results: readonly object[],
  { notes = [], properties }: { readonly notes?: readonly string[]; readonly properties?: object } = {},
): string {
  const notifications = [...notes, ...limitations(report)].map((said) => ({
    level: "warning",
    message: { text: text(said) },
  }));
  const invocations = [{ executionSuccessful: true, toolExecutionNotifications: notifications }];
  const [name = "orange-cmdb", version] = report.generator.split(" ");
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name, semanticVersion: version, rules: ruleTexts.map(ruleOf) } },
        automationDetails: { id: `orange-cmdb/${report.plan ? "check" : "drift"}/` },
        ...(notifications.length > 0 ? { invocations } : {}),
        columnKind: "utf16CodeUnits",
        results,
        ...(properties ? { properties } : {}),
      },
    ],
  };
  return `${safeJson(log, 2)}\n`;
}
