import { expiryDate } from "../../policy/rules/resource/expiry-date.js";
import { matchingEntries, type Ignore } from "./ignore-file.js";
import { fingerprinted, sorted, type FindingDraft, inventorySubject } from "../report/fingerprint.js";
import type { IgnoreEntry, Report, ReportFinding } from "../report/schema.js";

/** An entry of the ignore file or the rules. */
type Entry = Ignore & Pick<IgnoreEntry, "from">;

/** Returns the ignore entries of the rules in the form of the ignore file. */
export function ignoredByRules({ ignore }: Pick<Report["rules"], "ignore">): Entry[] {
  return ignore.map(({ rule, resource, reason, until }) => ({
    ...{ rule, resource, record: "*", reason },
    ...(until === undefined ? {} : { until }),
    from: "rules",
  }));
}

/** Returns the finding for an expired entry. */
function expiredFinding(entry: Entry): FindingDraft {
  const { rule, resource, record, fingerprint, reason, until, from } = entry;
  const what = `rule ${rule}, resource ${resource}, record ${record}`;
  const message = `the ignore entry${from === undefined ? "" : " of the rules file"} for ${what} (${reason}) expired on ${until}; correct the finding, extend the entry, or remove it`;
  const about = [message, ...(fingerprint === undefined ? [] : [fingerprint])];
  return { rule: "ignore-expired", severity: "warning", ...inventorySubject, about, message };
}

/** Index of ignore entries by fingerprint, so that matching stays linear. */
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

/** Splits findings into reported and ignored ones. The first matching entry that has not expired counts. */
export function applyIgnores(
  all: readonly FindingDraft[],
  entries: readonly Entry[],
  now: Date,
): Pick<Report, "findings" | "ignored"> & { entries: IgnoreEntry[] } {
  const states = entries.map((entry) => ({
    ...entry,
    used: 0,
    expired: entry.until !== undefined && now > expiryDate(entry.until),
  }));
  const indexes = new Map(states.map((entry, index) => [entry, index]));
  const holding = new Candidates(states.filter((entry) => !entry.expired));
  // Entries of the rules match findings of rules, not ignore-expired.
  const ofFile = new Candidates(states.filter(({ expired, from }) => !expired && from === undefined));
  const expired = entries.filter((_, index) => states[index]?.expired).map(expiredFinding);
  const findings: ReportFinding[] = [];
  const ignored: Report["ignored"] = [];
  for (const finding of fingerprinted(sorted([...all, ...expired]))) {
    const candidates = finding.rule === "ignore-expired" ? ofFile : holding;
    const by = matchingEntries(candidates.of(finding), finding);
    for (const entry of by) entry.used += 1;
    const [first] = by;
    if (first) ignored.push({ entry: indexes.get(first) ?? 0, finding });
    else findings.push(finding);
  }
  return { findings, ignored, entries: states };
}
