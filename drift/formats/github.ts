import { printable } from "../../provider/platform/printable.js";
import type { Report } from "../report/schema.js";
import { findingsInWords, headline } from "./text/text.js";
import { limitations } from "./text/limitations.js";
import { visibleNotes } from "./text/visible-notes.js";
import { allShown, type ShownFinding } from "./text/refreshed.js";

/** Maximum number of annotations per severity that GitHub shows for one step. */
const MAX_FINDINGS = 10;

/** Maximum number of notices for notes. */
const MAX_NOTES = 3;

const commands = { error: "error", warning: "warning", info: "notice" } as const;

function data(text: string): string {
  return printable(text).replaceAll("%", "%25");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function annotation({ severity, rule, message, urn, position }: ShownFinding): string {
  const place = position ? [`file=${property(position.file)}`, `line=${position.line}`] : [];
  const properties = [...place, `title=${property(rule)}`].join(",");
  return `::${commands[severity]} ${properties}::${data(`${message} (${urn})`)}`;
}

/** Formats workflow commands, which GitHub Actions shows as annotations. */
export function formatGithub(report: Report): string {
  const all = allShown(report);
  const said = limitations(report);
  const notes = visibleNotes(report)
    .filter((message) => !said.includes(message))
    .slice(0, MAX_NOTES)
    .map((message) => `::notice title=note::${data(message)}`);
  const warned = said.map((message) => `::warning title=drift::${data(message)}`);
  const taken = { error: 0, warning: warned.length, info: notes.length };
  const lines = (["error", "warning", "info"] as const).flatMap((severity) => {
    const found = all.filter((finding) => finding.severity === severity);
    const room = MAX_FINDINGS - taken[severity];
    // The last annotation counts the ones that GitHub would hide.
    const fits = found.length <= room ? found : found.slice(0, room - 1);
    const rest = found.length - fits.length;
    const more = `${rest} more of this severity: see the report`;
    return [...fits.map(annotation), ...(rest > 0 ? [`::${commands[severity]} title=drift::${more}`] : [])];
  });
  return `${[...warned, ...lines, ...notes, printable(`${headline(report)}. ${findingsInWords(report.summary)}`)].join("\n")}\n`;
}
