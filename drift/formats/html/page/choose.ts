import type { FindingRow, PageData, RecordRow } from "../page-data.js";
import type { State } from "./state.js";

/** Returns the indexes of the texts in the state; -2 for a text that does not exist. */
function place(text: string, texts: readonly string[]): number | undefined {
  if (text === "") return undefined;
  const found = texts.indexOf(text);
  return found < 0 ? -2 : found;
}

function words(query: string): string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}

/** Returns the filtered and sorted findings; `all` are sorted by severity. */
export function chooseFindings(data: PageData, state: State): FindingRow[] {
  const severity = place(state.severity, data.severities);
  const rule = place(
    state.rule,
    data.rules.map(({ name }) => name),
  );
  const stack = place(state.stack, data.stacks);
  const site = place(
    state.site,
    data.sites.map(({ id }) => id),
  );
  const wanted = words(state.query);
  const found = data.findings.filter(
    (row) =>
      (severity === undefined || row[0] === severity) &&
      (rule === undefined || row[1] === rule) &&
      (stack === undefined || row[2] === stack) &&
      (site === undefined || row[3] === site) &&
      (wanted.length === 0 || holds(`${row[8]} ${row[6]} ${row[5]} ${data.sites[row[3]]?.name ?? ""}`, wanted)),
  );
  const by: Readonly<Record<string, number>> = { rule: 1, stack: 2, resource: 6, record: 5 };
  const column = by[state.sort];
  if (column === undefined) return found;
  return found.sort((a, b) => compare(a[column] ?? "", b[column] ?? ""));
}

/** Returns the filtered records. */
export function chooseRecords(data: PageData, state: State): RecordRow[] {
  const site = place(
    state.site,
    data.sites.map(({ id }) => id),
  );
  const wanted = words(state.query);
  return data.records.filter(
    (row) =>
      (site === undefined || row[3] === site) &&
      (state.coverage === "" || (state.coverage === "covered") === row[4] > 0) &&
      (wanted.length === 0 || holds(`${row[1]} ${row[2]} ${data.sites[row[3]]?.name ?? ""}`, wanted)),
  );
}

function holds(text: string, wanted: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return wanted.every((word) => lower.includes(word));
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
