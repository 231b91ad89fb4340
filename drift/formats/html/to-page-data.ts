import { kinds } from "../../../provider/model/records.js";
import { printable } from "../../../provider/platform/printable.js";
import { emptyComparisonReason } from "../../report/empty-comparison.js";
import type { Report, ReportFinding } from "../../report/schema.js";
import { changesInWords, counted, effectInWords, rulesInWords, verdict } from "../text/text.js";
import { notRefreshed } from "../text/limitations.js";
import { ruleTexts } from "../text/rule-texts.js";
import { visibleNotes } from "../text/visible-notes.js";
import type { FindingRow, Note, PageData, RecordRow } from "./page-data.js";

const severities = ["error", "warning", "info"] as const;

/** Assigns an index to each distinct text. */
class Places {
  readonly texts: string[] = [];
  readonly #places = new Map<string, number>();

  of(text: string | undefined): number {
    if (text === undefined) return -1;
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.texts.push(text) - 1;
      this.#places.set(text, place);
    }
    return place;
  }
}

function shown(value: unknown): string {
  return value === undefined ? "" : printable(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
}

function findingRow(finding: ReportFinding, stacks: Places, sites: Places): FindingRow {
  const { severity, rule, stack, site, kind, recordId, urn, type, message, fingerprint, expected, actual, position } =
    finding;
  return [
    severities.indexOf(severity),
    ruleTexts.findIndex(({ name }) => name === rule),
    stacks.of(stack),
    sites.of(site),
    kind === undefined ? -1 : kinds.indexOf(kind),
    printable(recordId ?? ""),
    printable(urn),
    printable(type),
    printable(message),
    fingerprint,
    shown(expected),
    shown(actual),
    position ? printable(`${position.file}:${position.line}`) : "",
  ];
}

const noted = (title: string, detail: string): Note => ({ title: printable(title), detail: printable(detail) });

function changesOf({ changes }: Report): PageData["changes"] {
  if (!changes) return null;
  const notes = changes.records.map((record) =>
    noted(`${record.kind} ${record.recordId} ${effectInWords(record)}`, record.resources.join(", ")),
  );
  return { headline: changesInWords(changes), notes };
}

function refreshOf(report: Report): PageData["refresh"] {
  const { refresh } = report;
  if (!refresh) return null;
  const left = notRefreshed(report);
  const notes = refresh.resources.map(({ urn, change, properties, stack }) =>
    noted(`${change}: ${urn}`, [stack, ...properties].join(" · ")),
  );
  const said = `${counted(notes.length, "resource")} changed outside Pulumi`;
  return { headline: left === undefined ? said : printable(`${said}. ${left}`), notes };
}

function ignoredOf({ ignored, ignoreEntries }: Report): PageData["ignored"] {
  if (ignoreEntries.every(({ from, used }) => from !== undefined && used === 0)) return null;
  const passed = ignored.map(({ entry, finding }) =>
    noted(`${finding.rule}: ${finding.message}`, `ignored: ${ignoreEntries[entry]?.reason ?? ""}`),
  );
  const unused = ignoreEntries
    .filter(({ used, expired, from }) => used === 0 && !expired && from === undefined)
    .map(({ rule, resource, record, reason }) =>
      noted("Unused ignore entry", `rule ${rule}, resource ${resource}, record ${record} (${reason})`),
    );
  return {
    headline: `${counted(passed.length, "finding")} ignored, ${unused.length} unused ignore ${unused.length === 1 ? "entry" : "entries"}`,
    notes: [...passed, ...unused],
  };
}

function notesOf(report: Report): PageData["notes"] {
  const notes = visibleNotes(report, true).map((message) => noted(message, ""));
  return notes.length === 0 ? null : { headline: counted(notes.length, "note"), notes };
}

/** Converts a report to the data of the page. */
export function toPageData(report: Report): PageData {
  const stacks = new Places();
  const sites = new Places();
  for (const { name } of report.stacks) stacks.of(name);
  const findings = report.findings.map((finding) => findingRow(finding, stacks, sites));
  const records = report.coverage.map(({ kind, recordId, name, site, resources }): RecordRow => [
    kinds.indexOf(kind),
    printable(recordId),
    printable(name ?? ""),
    sites.of(site),
    resources.length,
  ]);
  const { generatedAt, generator, failed, failOn, inventory, shard, summary, trend } = report;
  return {
    generatedAt,
    generator,
    failed,
    failOn,
    endpoint: printable(inventory.endpoint),
    syncedAt: inventory.syncedAt,
    ruleSources: printable(rulesInWords(report)),
    shard: shard ? `Part ${shard.index} of ${shard.count}` : "",
    summary,
    verdict: verdict(report).text,
    nothing: emptyComparisonReason(summary, report.plan) !== undefined,
    severities,
    kinds,
    stacks: stacks.texts.map(printable),
    sites: sites.texts.map((id) => ({ id: printable(id), name: printable(inventory.sites[id] ?? id) })),
    rules: ruleTexts.map(({ name, title, remediation }) => ({ name, title, remediation })),
    findings,
    records,
    changes: changesOf(report),
    refresh: refreshOf(report),
    ignored: ignoredOf(report),
    notes: notesOf(report),
    trend: trend ?? [],
  };
}
