import type { PageData } from "../page-data.js";
import { h } from "./dom.js";
import type { State } from "./state.js";

type Change = (change: Partial<State>) => void;

interface Choice {
  readonly value: string;
  readonly label: string;
}

function select(
  label: string,
  name: keyof State,
  all: string,
  choices: readonly Choice[],
  state: State,
  change: Change,
): HTMLElement {
  const options = [{ value: "", label: all }, ...choices].map(({ value, label: text }) =>
    h("option", { value, selected: state[name] === value }, text),
  );
  const element = h("select", { "aria-label": label }, ...options);
  element.addEventListener("change", () => change({ [name]: element.value, finding: "" }));
  return element;
}

const same = (texts: readonly string[]): Choice[] => texts.map((text) => ({ value: text, label: text }));

/** Creates the filters for findings or records. */
export function filters(data: PageData, state: State, change: Change): HTMLElement[] {
  const sites = data.sites.map(({ id, name }) => ({ value: id, label: name }));
  const site = select("Site", "site", "All sites", sites, state, change);
  if (state.tab === "records")
    return [select("Coverage", "coverage", "All records", same(["covered", "uncovered"]), state, change), site];
  const sorts = ["rule", "stack", "resource", "record"].map((value) => ({ value, label: `Sort by ${value}` }));
  return [
    select("Severity", "severity", "All severities", same(data.severities), state, change),
    select("Rule", "rule", "All rules", same(data.rules.map(({ name }) => name)), state, change),
    select("Stack", "stack", "All stacks", same(data.stacks), state, change),
    site,
    select("Order", "sort", "Sort by severity", sorts, state, change),
  ];
}

/** Creates the search field. It is not re-created on changes, so that it keeps the focus. */
export function searchField(state: State, change: Change): HTMLInputElement {
  const field = h("input", {
    type: "search",
    class: "search",
    placeholder: "Search   (press /)",
    "aria-label": "Search",
    value: state.query,
  });
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => change({ query: field.value, finding: "" }), 120);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement)
      return;
    event.preventDefault();
    field.focus();
  });
  return field;
}
