import { endOf } from "../../policy/rules/end-date.js";
import { passesOver, type Ignore } from "../ignore-file.js";
import { fingerprinted, sorted, type Found } from "./fingerprint.js";
import type { IgnoreEntry, Report, ReportFinding } from "./schema.js";
import { everything } from "./stack-findings.js";

/** An entry of the ignore file, or of the rules. */
type Entry = Ignore & Pick<IgnoreEntry, "from">;

/** What the rules ignore, as entries of the ignore file are written. */
export function ignoredByRules({ ignore }: Pick<Report["rules"], "ignore">): Entry[] {
  return ignore.map(({ rule, resource, reason, until }) => ({
    ...{ rule, resource, record: "*", reason },
    ...(until === undefined ? {} : { until }),
    from: "rules",
  }));
}

/** An entry whose last day is over: what it passed over counts again, and it should go. */
function expiredFinding(entry: Entry): Found {
  const { rule, resource, record, fingerprint, reason, until, from } = entry;
  const what = `rule ${rule}, resource ${resource}, record ${record}`;
  const message = `the ignore entry${from === undefined ? "" : " of the rules file"} for ${what} (${reason}) ended on ${until}: mend what it passed over, give it another end, or take it out`;
  const subject = { what: [message, ...(fingerprint === undefined ? [] : [fingerprint])] };
  return { rule: "ignore-expired", severity: "warning", ...everything, subject, message };
}

/** The entries that may pass a finding over: there may be one for each finding, and none is tried in vain. */
class Candidates<E extends Entry> {
  readonly #general: readonly E[];
  readonly #exact: ReadonlyMap<string, readonly E[]>;

  constructor(entries: readonly E[]) {
    this.#general = entries.filter(({ fingerprint }) => fingerprint === undefined);
    const exact = entries.filter(({ fingerprint }) => fingerprint !== undefined);
    this.#exact = Map.groupBy(exact, ({ fingerprint = "" }) => fingerprint);
  }

  of({ fingerprint }: ReportFinding): readonly E[] {
    const exact = this.#exact.get(fingerprint);
    return exact ? [...exact, ...this.#general] : this.#general;
  }
}

/** Splits findings by the entries of the rules and of the ignore file: those that still hold, the first that is of use for each. */
export function passOver(
  all: readonly Found[],
  entries: readonly Entry[],
  now: Date,
): Pick<Report, "findings" | "ignored"> & { entries: IgnoreEntry[] } {
  const states = entries.map((entry) => ({
    ...entry,
    used: 0,
    expired: entry.until !== undefined && now > endOf(entry.until),
  }));
  const indexes = new Map(states.map((entry, index) => [entry, index]));
  const holding = new Candidates(states.filter((entry) => !entry.expired));
  // The rules ignore what rules find; that an entry is over is none of it.
  const ofFile = new Candidates(states.filter(({ expired, from }) => !expired && from === undefined));
  const expired = entries.filter((_, index) => states[index]?.expired).map(expiredFinding);
  const findings: ReportFinding[] = [];
  const ignored: Report["ignored"] = [];
  for (const finding of fingerprinted(sorted([...all, ...expired]))) {
    const candidates = finding.rule === "ignore-expired" ? ofFile : holding;
    const by = passesOver(candidates.of(finding), finding);
    for (const entry of by) entry.used += 1;
    const [first] = by;
    if (first) ignored.push({ entry: indexes.get(first) ?? 0, finding });
    else findings.push(finding);
  }
  return { findings, ignored, entries: states };
}
