import { printable } from "../../provider/inventory/printable.js";
import type { Report } from "../report/schema.js";
import { findingsInWords, headline } from "./numbers.js";
import { notLookedAt } from "./not-looked-at.js";
import { toldNotes } from "./told-notes.js";
import { allShown, type ShownFinding } from "./refreshed.js";

/** GitHub shows so many annotations of each severity that one step makes. */
const shown = 10;

/** So many of its notices are notes. */
const mostNotes = 3;

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

/** Workflow commands that GitHub Actions turns into annotations. */
export function github(report: Report): string {
  const all = allShown(report);
  const said = notLookedAt(report);
  const notes = toldNotes(report)
    .filter((message) => !said.includes(message))
    .slice(0, mostNotes)
    .map((message) => `::notice title=note::${data(message)}`);
  const warned = said.map((message) => `::warning title=drift::${data(message)}`);
  const taken = { error: 0, warning: warned.length, info: notes.length };
  const lines = (["error", "warning", "info"] as const).flatMap((severity) => {
    const found = all.filter((finding) => finding.severity === severity);
    const room = shown - taken[severity];
    // The last of those that are shown says how many more there are.
    const fits = found.length <= room ? found : found.slice(0, room - 1);
    const rest = found.length - fits.length;
    const more = `${rest} more of this severity: see the report`;
    return [...fits.map(annotation), ...(rest > 0 ? [`::${commands[severity]} title=drift::${more}`] : [])];
  });
  return `${[...warned, ...lines, ...notes, printable(`${headline(report)}. ${findingsInWords(report.summary)}`)].join("\n")}\n`;
}
