import type { FindingRow, Note, PageData, RecordRow } from "../page-data.js";
import { chooseFindings, chooseRecords } from "./choose.js";
import { h, number, time } from "./dom.js";
import { VirtualList } from "./list.js";
import { overview } from "./overview.js";
import { detail, findingRow, noteRow, recordRow } from "./rows.js";
import { readState, writeState, type State } from "./state.js";
import { themeButton } from "./theme.js";
import { filters, searchField } from "./toolbar.js";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "") as PageData;
let state = readState();

const notes = { changes: data.changes, refresh: data.refresh, ignored: data.ignored, notes: data.notes };
const tabs: [name: string, label: string, count: number][] = [
  ["findings", "Findings", data.findings.length],
  ["records", "Records", data.records.length],
  ...(notes.changes ? [["changes", "CMDB changes", notes.changes.notes.length] as [string, string, number]] : []),
  ...(notes.refresh ? [["refresh", "Outside Pulumi", notes.refresh.notes.length] as [string, string, number]] : []),
  ...(notes.ignored ? [["ignored", "Ignored", notes.ignored.notes.length] as [string, string, number]] : []),
  ...(notes.notes ? [["notes", "Notes", notes.notes.notes.length] as [string, string, number]] : []),
];

const findings = new VirtualList<FindingRow>({
  label: "Findings",
  height: 60,
  row: (row) => findingRow(data, row),
  key: (row) => row[9],
  choose: (row) => look(row[9]),
});
const records = new VirtualList<RecordRow>({
  label: "Records",
  height: 60,
  row: (row) => recordRow(data, row),
  key: (row) => `${row[0]}/${row[1]}`,
});
const lines = new VirtualList<Note>({ label: "Entries", height: 60, row: noteRow, key: ({ title }) => title });

const search = searchField(state, change);
const top = h("div", { class: "top" });
const tabList = h("div", { class: "tabs", role: "tablist", "aria-label": "Lists" });
const filterBar = h("div", { class: "filters" });
const count = h("p", { class: "count", role: "status" });
const side = h("div", { class: "side" });
const body = h("div", { class: "list-place" });
const panel = h(
  "section",
  { class: "card panel", id: "panel", role: "tabpanel" },
  h("div", { class: "toolbar" }, search, filterBar),
  count,
  h("div", { class: "split" }, body, side),
);

function change(changes: Partial<State>): void {
  state = { ...state, ...changes };
  writeState(state);
  render();
}

/** Selects a finding without scrolling the list. */
function look(fingerprint: string): void {
  state = { ...state, finding: fingerprint };
  writeState(state);
  showDetail();
}

function showDetail(): void {
  const row = state.tab === "findings" ? data.findings.find((entry) => entry[9] === state.finding) : undefined;
  side.replaceChildren(...(row ? [detail(data, row, () => change({ finding: "" }))] : []));
}

function renderTabs(): void {
  const buttons = tabs.map(([name, label, size]) => {
    const chosen = state.tab === name;
    const button = h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${name}`,
        "aria-selected": String(chosen),
        "aria-controls": "panel",
        tabindex: chosen ? 0 : -1,
      },
      label,
      h("span", { class: "tab-count" }, number(size)),
    );
    button.addEventListener("click", () => change({ tab: name, finding: "" }));
    return button;
  });
  const had = tabList.contains(document.activeElement);
  tabList.replaceChildren(...buttons);
  if (had) buttons.find((button) => button.tabIndex === 0)?.focus();
  panel.setAttribute("aria-labelledby", `tab-${state.tab}`);
}

tabList.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  const at = tabs.findIndex(([name]) => name === state.tab);
  const [name = state.tab] = tabs[(at + step + tabs.length) % tabs.length] ?? [];
  change({ tab: name, finding: "" });
});

function renderList(): void {
  const listed = notes[state.tab as keyof typeof notes];
  search.hidden = filterBar.hidden = Boolean(listed);
  filterBar.replaceChildren(...(listed ? [] : filters(data, state, change)));
  if (listed) {
    show(lines, listed.notes, listed.headline);
  } else if (state.tab === "records") {
    const found = chooseRecords(data, state);
    show(records, found, `${number(found.length)} of ${number(data.records.length)} records`);
  } else {
    const found = chooseFindings(data, state);
    const none = data.findings.length === 0 ? data.verdict : undefined;
    show(findings, found, none ?? `${number(found.length)} of ${number(data.findings.length)} findings`);
  }
}

function show<T>(list: VirtualList<T>, entries: readonly T[], said: string): void {
  count.textContent = said;
  if (body.firstChild !== list.element) body.replaceChildren(list.element);
  list.show(entries, state.finding);
}

function render(): void {
  if (!tabs.some(([name]) => name === state.tab)) state = { ...state, tab: "findings" };
  if (document.activeElement !== search) search.value = state.query;
  // The bars are created again: restore the focus.
  const chosen = top.contains(document.activeElement) ? document.activeElement?.getAttribute("aria-label") : null;
  top.replaceChildren(overview(data, state, change));
  if (chosen) top.querySelector<HTMLElement>(`[aria-label="${CSS.escape(chosen)}"]`)?.focus();
  renderTabs();
  renderList();
  showDetail();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && state.finding !== "") change({ finding: "" });
});
addEventListener("hashchange", () => {
  state = readState();
  render();
});

const verdict = h(
  "span",
  { class: `verdict ${data.failed ? "error" : data.nothing ? "warning" : "good"}` },
  data.failed ? `fails on ${data.failOn}` : data.nothing ? "nothing was compared" : "passes",
);
document
  .getElementById("page")
  ?.replaceChildren(
    h(
      "header",
      { class: "head" },
      h("h1", {}, "CMDB drift report"),
      verdict,
      data.shard !== "" && h("span", { class: "verdict warning" }, data.shard),
      h(
        "p",
        { class: "quiet" },
        `${time(data.generatedAt)} · inventory of ${time(data.syncedAt)} from ${data.endpoint}${data.ruleSources} · ${data.generator}`,
      ),
      themeButton(),
    ),
    top,
    tabList,
    panel,
  );
render();
