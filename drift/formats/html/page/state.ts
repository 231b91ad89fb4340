/** What the page shows of all there is; it stands in the address, so that it can be handed on as a link. */
export interface State {
  readonly tab: string;
  readonly query: string;
  readonly severity: string;
  readonly rule: string;
  readonly stack: string;
  readonly site: string;
  readonly sort: string;
  readonly coverage: string;
  /** The fingerprint of the finding that is looked at. */
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

/** Reads the address. */
export function readState(): State {
  const given = new URLSearchParams(location.hash.slice(1));
  const entries = Object.entries(start).map(([name, value]: [string, string]) => [name, given.get(name) ?? value]);
  return Object.fromEntries(entries) as unknown as State;
}

/** Writes the address; what is as at the start is left out. */
export function writeState(state: State): void {
  const said = Object.entries(state).filter(([name, value]) => value !== start[name as keyof State]);
  history.replaceState(null, "", `#${new URLSearchParams(said as [string, string][]).toString()}`);
}
