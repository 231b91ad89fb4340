/** Filters and selection of the page. They are in the URL, so that a link restores them. */
export interface State {
  readonly tab: string;
  readonly query: string;
  readonly severity: string;
  readonly rule: string;
  readonly stack: string;
  readonly site: string;
  readonly sort: string;
  readonly coverage: string;
  /** Fingerprint of the selected finding. */
  readonly finding: string;
}

const start: State = {
  tab: "findings",
  query: "",
  severity: "",
  rule: "",
  stack: "",
  site: "",
  sort: "severity",
  coverage: "",
  finding: "",
};

/** Reads the state from the URL. */
export function readState(): State {
  const given = new URLSearchParams(location.hash.slice(1));
  const entries = Object.entries(start).map(([name, value]: [string, string]) => [name, given.get(name) ?? value]);
  return Object.fromEntries(entries) as unknown as State;
}

/** Writes the state to the URL, without default values. */
export function writeState(state: State): void {
  const said = Object.entries(state).filter(([name, value]) => value !== start[name as keyof State]);
  history.replaceState(null, "", `#${new URLSearchParams(said as [string, string][]).toString()}`);
}
