import type { Paging } from "../api/http/settings.js";
import { timesOf } from "../model/updated-at.js";
import { collections, type Attributes, type Kind } from "../model/records.js";
import type { ReadList } from "./probe.js";
import type { Check } from "./report.js";

/** Whether the refreshes of a kind will read only changes. */
export interface RefreshOutlook {
  readonly kind: Kind;
  /** Undefined if the responses do not show it. */
  readonly incremental: boolean | undefined;
  readonly why: string;
  /** Whether the responses of the API contradict assumption 15. */
  readonly refutes?: boolean;
}

/** Returns whether refreshes will be incremental; undefined for accounts, which have no such order [spec]. */
export function refreshOutlook(list: ReadList, paging: Paging): RefreshOutlook | undefined {
  if (list.kind === "account") return undefined;
  return { kind: list.kind, ...assess(list, paging) };
}

type RefreshAssessment = Omit<RefreshOutlook, "kind">;

const whole = (why: string): RefreshAssessment => ({ incremental: false, why });
const refuted = (why: string): RefreshAssessment => ({ incremental: false, why, refutes: true });
const undecided = (why: string): RefreshAssessment => ({ incremental: undefined, why });

function assess({ sample, latest }: ReadList, { style, sorting }: Paging): RefreshAssessment {
  if (!sorting) return whole("sorting is off");
  if (style !== "offset") return whole("lists are not paged by offset");
  if (latest === undefined) return undecided("the list has fewer than two records");
  if ("failure" in latest) return undecided("the call with sort=-updatedAt failed");
  if ("refusal" in latest) {
    const { status, code } = latest.refusal;
    return refuted(`the API rejects sort=-updatedAt (${status}${code === undefined ? "" : `, code ${code}`})`);
  }
  if (sample.total === undefined) return whole("the list has no total");
  return assessOrder(sample.records, latest.page.records);
}

/** Compares the order by id with the order by the latest change. */
function assessOrder(byId: readonly Attributes[], latest: readonly Attributes[]): RefreshAssessment {
  const undated = byId.filter((record) => timesOf([record]) === undefined).length;
  if (undated > 0) return refuted(`${undated} of ${byId.length} sampled records have no valid updatedAt`);
  const [sampled, times] = [timesOf(byId), timesOf(latest)];
  if (sampled === undefined || times === undefined) return refuted("records have no valid updatedAt");
  if (!times.isDescending || times.newest < sampled.newest)
    return refuted("the API accepts and ignores sort=-updatedAt");
  if (sampled.newest === sampled.oldest && times.newest === times.oldest)
    return undecided("all sampled records have the same updatedAt");
  if (latest.every(({ id }, place) => id === byId[place]?.["id"]))
    return undecided("the order by id is the same as the order by updatedAt");
  return { incremental: true, why: `sort=-updatedAt works, and all ${byId.length} sampled records have updatedAt` };
}

/** Reports the outlook. */
export function refreshCheck({ kind, incremental, why }: RefreshOutlook): Check {
  const check = { area: "service", name: `refresh of /${collections[kind]}` } as const;
  if (incremental === undefined) return { ...check, status: "unknown", detail: why };
  if (incremental) return { ...check, status: "ok", detail: `incremental: ${why}` };
  const next = "each refresh reads the whole list; raise maxAge to refresh less often";
  return { ...check, status: "warning", detail: `not incremental: ${why}`, next };
}
