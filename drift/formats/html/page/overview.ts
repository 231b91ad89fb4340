import type { PageData } from "../page-data.js";
import { bars, ring, trend, type Bar } from "./charts.js";
import { h, number } from "./dom.js";
import type { State } from "./state.js";

/** Maximum number of bars in a chart. */
const most = 8;

const percentOf = (covered: number, all: number): number | undefined =>
  all === 0 ? undefined : covered === all ? 100 : Math.min(99, Math.round((100 * covered) / all));

/** Returns findings by severity for each index of a column, most findings first. */
function tally(data: PageData, column: 1 | 2 | 3): [place: number, counts: number[]][] {
  const found = new Map<number, number[]>();
  for (const row of data.findings) {
    if (row[column] < 0) continue;
    const counts = found.get(row[column]) ?? [0, 0, 0];
    counts[row[0]] = (counts[row[0]] ?? 0) + 1;
    found.set(row[column], counts);
  }
  const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
  return [...found].sort((a, b) => total(b[1]) - total(a[1])).slice(0, most);
}

type Change = (change: Partial<State>) => void;

function findingBars(
  title: string,
  data: PageData,
  column: 1 | 2 | 3,
  name: "rule" | "stack" | "site",
  labels: readonly { readonly id: string; readonly label: string }[],
  state: State,
  change: Change,
): HTMLElement {
  const all = tally(data, column).map(([place, counts]): Bar => {
    const { id, label } = labels[place] ?? { id: "", label: "?" };
    const pressed = state[name] === id;
    return {
      label,
      hint: id,
      value: number(counts.reduce((sum, count) => sum + count, 0)),
      parts: data.severities.map((severity, index) => ({
        value: counts[index] ?? 0,
        className: severity,
        name: severity,
      })),
      pressed,
      choose: () => change({ tab: "findings", [name]: pressed ? "" : id }),
    };
  });
  return bars(title, all);
}

function coverageByKind(data: PageData): HTMLElement {
  const all = data.kinds.map((kind, index) => {
    const records = data.records.filter((row) => row[0] === index);
    return { kind, records: records.length, covered: records.filter((row) => row[4] > 0).length };
  });
  return bars(
    "Coverage by kind",
    all
      .filter(({ records }) => records > 0)
      .map(({ kind, records, covered }): Bar => ({
        label: kind,
        hint: `${covered} of ${records}`,
        value: `${number(covered)} of ${number(records)}`,
        parts: [
          { value: covered, className: "covered", name: "covered" },
          { value: records - covered, className: "rest", name: "uncovered" },
        ],
      })),
    true,
  );
}

function tile(value: string, label: string, className = "", choose?: () => void): HTMLElement {
  const inner = [h("strong", {}, value), h("span", {}, label)];
  if (!choose) return h("div", { class: `tile ${className}` }, ...inner);
  const button = h("button", { type: "button", class: `tile ${className}` }, ...inner);
  button.addEventListener("click", choose);
  return button;
}

/** Returns the overview: coverage, findings, their distribution, and the trend. */
export function overview(data: PageData, state: State, change: Change): HTMLElement {
  const { summary } = data;
  const share = percentOf(summary.covered, summary.records);
  const label = `${number(summary.covered)} of ${number(summary.records)} records are referred to by a deployed resource`;
  const severity = (name: "error" | "warning" | "info", text: string): HTMLElement =>
    tile(number(summary.findings[name]), text, name, () => change({ tab: "findings", severity: name }));
  const counts = [
    severity("error", "errors"),
    severity("warning", "warnings"),
    severity("info", "infos"),
    tile(number(summary.uncovered), "uncovered records", "", () => change({ tab: "records", coverage: "uncovered" })),
    tile(number(summary.resources), `resources in ${number(summary.stacks)} stack${summary.stacks === 1 ? "" : "s"}`),
    ...(summary.baseline.known > 0 ? [tile(number(summary.baseline.known), "known from the baseline")] : []),
    ...(summary.baseline.fixed > 0 ? [tile(number(summary.baseline.fixed), "fixed since the baseline")] : []),
  ];
  const rules = data.rules.map(({ name }) => ({ id: name, label: name }));
  const stacks = data.stacks.map((name) => ({ id: name, label: name }));
  const sites = data.sites.map(({ id, name }) => ({ id, label: name }));
  const over = trend(data.trend);
  return h(
    "div",
    { class: "overview" },
    h(
      "section",
      { class: "card glance", "aria-label": "At a glance" },
      h("div", { class: "coverage" }, ring(share, `Coverage ${share ?? 0} per cent`), h("p", {}, label)),
      h("div", { class: "tiles" }, ...counts),
    ),
    coverageByKind(data),
    findingBars("Findings by rule", data, 1, "rule", rules, state, change),
    findingBars("Findings by stack", data, 2, "stack", stacks, state, change),
    findingBars("Findings by site", data, 3, "site", sites, state, change),
    ...(over ? [over] : []),
  );
}
