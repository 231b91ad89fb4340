import { endOf } from "../../policy/rules/ignored.js";
import { isPassedOver, type Ignore } from "../ignore-file.js";
import { fingerprinted, sorted } from "./fingerprint.js";
import type { IgnoreEntry, Report, ReportFinding } from "./schema.js";
import { everything } from "./stack-findings.js";

/** An entry whose last day is over: what it passed over counts again, and it should go. */
function expiredFinding(entry: Ignore): Omit<ReportFinding, "fingerprint"> {
  const { rule, resource, record, reason, until } = entry;
  const what = `rule ${rule}, resource ${resource}, record ${record}`;
  const message = `the ignore entry for ${what} (${reason}) ended on ${until}: mend what it passed over, give it another end, or take it out`;
  return { rule: "ignore-expired", severity: "warning", ...everything, message };
}

/** Splits findings by the entries of the ignore file: the first that fits and still holds passes one over. */
export function passOver(
  all: readonly Omit<ReportFinding, "fingerprint">[],
  entries: readonly Ignore[],
  now: Date,
): Pick<Report, "findings" | "ignored"> & { entries: IgnoreEntry[] } {
  const states = entries.map((entry) => ({
    ...entry,
    used: 0,
    expired: entry.until !== undefined && now > endOf(entry.until),
  }));
  const expired = entries.filter((_, index) => states[index]?.expired).map(expiredFinding);
  const findings: ReportFinding[] = [];
  const ignored: Report["ignored"] = [];
  for (const finding of fingerprinted(sorted([...all, ...expired]))) {
    const index = states.findIndex((entry) => !entry.expired && isPassedOver(entry, finding));
    const state = states[index];
    if (state) {
      state.used += 1;
      ignored.push({ entry: index, finding });
    } else {
      findings.push(finding);
    }
  }
  return { findings, ignored, entries: states };
}
