import { printable } from "../../provider/inventory/printable.js";
import type { Report } from "../report/schema.js";
import { notLookedAt } from "./not-looked-at.js";
import { refreshedAsFindings, type ShownFinding } from "./refreshed.js";
import { ruleTexts, type RuleText } from "./rule-texts.js";
import { safeJson } from "./safe-json.js";

const levels = { error: "error", warning: "warning", info: "note" } as const;

function ruleOf({ name, title, cure, severity }: RuleText): object {
  return {
    id: name,
    shortDescription: { text: title },
    fullDescription: { text: `${title}.` },
    help: { text: cure, markdown: `**${title}.** ${cure}` },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ["cmdb", "drift"] },
  };
}

/** A message's braces and brackets would be read as placeholders and links. */
function text(message: string): string {
  return printable(message)
    .replace(/[[\]\\]/g, "\\$&")
    .replaceAll("{", "{{")
    .replaceAll("}", "}}");
}

/** A file's path as a relative address. */
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

/** A finding as a result of SARIF. @param more properties beside */
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
    // GitHub takes no other than primaryLocationLineHash: one alert for each rule, file and hash.
    partialFingerprints: { "orange-cmdb/v1": fingerprint, primaryLocationLineHash: fingerprint },
    properties: { stack, type, kind, recordId, site },
    ...more,
  };
}

/** SARIF 2.1.0, for code scanning; what is ignored is in it as suppressed, what the baseline has as unchanged. */
export function sarif(report: Report): string {
  const state = report.baseline ? { baselineState: "new" } : {};
  const results = [
    ...report.findings.map((finding) => resultOf(finding, report, state)),
    ...report.known.map((finding) => resultOf(finding, report, { baselineState: "unchanged" })),
    ...report.ignored.map(({ entry, finding }) =>
      resultOf(finding, report, {
        suppressions: [{ kind: "external", justification: printable(report.ignoreEntries[entry]?.reason ?? "") }],
      }),
    ),
    ...refreshedAsFindings(report).map((finding) => resultOf(finding, report)),
  ];
  return sarifOf(report, results);
}

/** The log that holds these results. @param more notifications and properties of the run beside */
export function sarifOf(
  report: Report,
  results: readonly object[],
  { notes = [], properties }: { readonly notes?: readonly string[]; readonly properties?: object } = {},
): string {
  const notifications = [...notes, ...notLookedAt(report)].map((said) => ({
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
