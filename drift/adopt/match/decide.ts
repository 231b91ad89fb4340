import type { Kind } from "../../../provider/model/records.js";
import type { Collected, Hit } from "./collect.js";
import type { Candidate, Entry, RecordIndex } from "./record-index.js";

/** Why a resource has no decided record. */
export type Reason = "several-records" | "several-resources" | "contradiction";

/** The result for one resource and one kind of record. */
export type Decision =
  | { readonly confidence: "certain" | "likely"; readonly candidate: Candidate }
  | { readonly confidence: "ambiguous"; readonly reason: Reason; readonly candidates: readonly Candidate[] };

/** Decisions of earlier runs. */
export interface EarlierDecisions {
  /** Returns the decision about a match; undefined for a new match. */
  decisionOf(urn: string, kind: Kind, recordId: string): "proposed" | "accepted" | "rejected" | undefined;
  /** The ids of the records that the user has accepted, by URN and kind. */
  readonly accepted: ReadonlyMap<string, ReadonlyMap<Kind, string>>;
}

/** Maximum number of records with one value. A value that more of them have says nothing. */
const MAX_SHARED = 10;

/** What one value of a resource says about one kind. */
interface Clue {
  readonly hit: Hit;
  readonly records: ReadonlySet<Candidate>;
  /** True if an equal value is not a coincidence: an identifying field, and a distinctive value. */
  readonly identifies: boolean;
  readonly isName: boolean;
}

/** Kinds of which one record has one resource. A location or a service point serves several. */
export const isExclusive = (kind: Kind): boolean => kind === "configurationItem";

const NO_ENTRIES: readonly Entry[] = [];

/** Returns the entries of a hit for a kind; none if too many records share the value. */
function entriesOf({ entries }: Hit, kind: Kind): readonly Entry[] {
  // Most values belong to one record.
  if (entries.length === 1) return entries[0]?.candidate.kind === kind ? entries : NO_ENTRIES;
  const ofKind = entries.every(({ candidate }) => candidate.kind === kind)
    ? entries
    : entries.filter(({ candidate }) => candidate.kind === kind);
  return ofKind.length <= MAX_SHARED || recordsOf(ofKind).size <= MAX_SHARED ? ofKind : [];
}

const recordsOf = (entries: readonly Entry[]): ReadonlySet<Candidate> =>
  new Set(entries.map(({ candidate }) => candidate));

function cluesOf({ hits }: Collected, kind: Kind): Clue[] {
  const clues: Clue[] = [];
  for (const hit of hits) {
    const entries = entriesOf(hit, kind);
    if (entries.length === 0) continue;
    const identifies = hit.bucket.isDistinctive && entries.some(({ field }) => field.identifies);
    clues.push({
      hit,
      records: recordsOf(entries),
      identifies,
      isName: entries.some(({ field }) => field.form === "name"),
    });
  }
  return clues;
}

const only = <T>(set: ReadonlySet<T>): T | undefined => (set.size === 1 ? [...set][0] : undefined);

/**
 * Decides which record of a kind a resource is. A tie is never decided.
 * @param accepted the record that the user has accepted
 * @returns undefined without evidence
 */
function decide(
  resource: Collected,
  kind: Kind,
  accepted: Candidate | undefined,
  earlier: EarlierDecisions | undefined,
): Decision | undefined {
  const clues = cluesOf(resource, kind);
  if (accepted) {
    const isCertain = clues.some((clue) => clue.identifies && isUniqueFor(clue, accepted));
    return { confidence: isCertain ? "certain" : "likely", candidate: accepted };
  }
  if (clues.length === 0) return undefined;
  const identifying = clues.filter((clue) => clue.identifies);
  const determined = new Set(identifying.flatMap(({ records }) => only(records) ?? []));
  const weak = clues.filter((clue) => !clue.identifies);
  const pointed = new Set(weak.flatMap(({ records }) => only(records) ?? []));
  const isOpen = (candidate: Candidate): boolean =>
    earlier?.decisionOf(resource.urn, kind, candidate.id) !== "rejected" && !(isExclusive(kind) && candidate.isTaken);
  const undecided = (reason: Reason): Decision | undefined => {
    const candidates = [...new Set(clues.flatMap(({ records }) => [...records]))].filter(isOpen);
    return candidates.length === 0 ? undefined : { confidence: "ambiguous", reason, candidates: sorted(candidates) };
  };
  if (determined.size > 1) return undecided("contradiction");
  const [certain] = determined;
  if (certain !== undefined) {
    const disagrees = ({ records, isName }: Clue): boolean => isName && records.size === 1 && !records.has(certain);
    if (identifying.some(({ records }) => !records.has(certain)) || weak.some(disagrees))
      return undecided("contradiction");
    if (!isOpen(certain)) return undefined;
    if (identifying.some((clue) => only(clue.records) === certain && clue.hit.bucket.resources === 1))
      return { confidence: "certain", candidate: certain };
    const isLikely = !isExclusive(kind) || weak.some((clue) => isUniqueFor(clue, certain));
    return isLikely ? { confidence: "likely", candidate: certain } : undecided("several-resources");
  }
  const [likely] = pointed;
  if (likely === undefined) return undecided("several-records");
  if (pointed.size > 1 || identifying.some(({ records }) => !records.has(likely))) return undecided("contradiction");
  if (!isOpen(likely)) return undefined;
  if (isElsewhere(resource, likely)) return undecided("contradiction");
  if (isExclusive(kind) && !weak.some((clue) => isUniqueFor(clue, likely))) return undecided("several-resources");
  return { confidence: "likely", candidate: likely };
}

/** Returns whether a value belongs to this record alone, and to one resource alone. */
function isUniqueFor({ records, hit }: Clue, candidate: Candidate): boolean {
  return hit.bucket.resources === 1 && only(records) === candidate;
}

/** Returns whether the region of the resource is in another country than the location. */
function isElsewhere({ region }: Collected, { kind, country }: Candidate): boolean {
  return kind === "location" && region !== undefined && country !== undefined && region.country !== country;
}

const sorted = (candidates: readonly Candidate[]): Candidate[] =>
  [...candidates].sort((one, other) => (one.id < other.id ? -1 : 1));

/** Decisions by resource and kind. */
export type Decisions = ReadonlyMap<Collected, ReadonlyMap<Kind, Decision>>;

interface Claim {
  readonly resource: Collected;
  readonly isCertain: boolean;
  /** True if the user has accepted the match. */
  readonly isAccepted: boolean;
}

/** Returns the claims on one record that are not decided: all but accepted ones, or all but the only certain one. */
function undecidedAmong(claims: readonly Claim[]): readonly Claim[] {
  const accepted = claims.filter(({ isAccepted }) => isAccepted);
  const certain = claims.filter(({ isCertain }) => isCertain);
  const kept = accepted.length > 0 ? accepted : certain.length === 1 ? certain : [];
  return claims.filter((claim) => !kept.includes(claim));
}

/**
 * Decides all resources without a reference. Of several resources that claim one configuration item, only a single certain one is
 * decided. A likely location must be the one of the resource's own configuration item.
 */
export function decideAll(
  resources: readonly Collected[],
  kinds: readonly Kind[],
  index: RecordIndex,
  earlier: EarlierDecisions | undefined,
): Decisions {
  const decisions = new Map<Collected, Map<Kind, Decision>>();
  const claims = new Map<Candidate, Claim[]>();
  for (const resource of resources) {
    if (!resource.isOpen) continue;
    const own = new Map<Kind, Decision>();
    for (const kind of kinds) {
      const accepted = index.candidates.get(kind)?.get(earlier?.accepted.get(resource.urn)?.get(kind) ?? "");
      const decision = decide(resource, kind, accepted, earlier);
      if (!decision) continue;
      own.set(kind, decision);
      if (decision.confidence === "ambiguous" || !isExclusive(kind)) continue;
      const claim = { resource, isAccepted: accepted !== undefined, isCertain: decision.confidence === "certain" };
      const others = claims.get(decision.candidate);
      if (others) others.push(claim);
      else claims.set(decision.candidate, [claim]);
    }
    if (own.size > 0) decisions.set(resource, own);
  }
  for (const [candidate, claimants] of claims) {
    if (claimants.length === 1) continue;
    for (const { resource } of undecidedAmong(claimants))
      decisions.get(resource)?.set(candidate.kind, {
        confidence: "ambiguous",
        reason: "several-resources",
        candidates: [candidate],
      });
  }
  for (const own of decisions.values()) withdrawOtherLocation(own);
  return decisions;
}

function withdrawOtherLocation(own: Map<Kind, Decision>): void {
  const [item, location] = [own.get("configurationItem"), own.get("location")];
  if (item?.confidence !== "certain" || location?.confidence !== "likely") return;
  const { locationId } = item.candidate;
  if (locationId === undefined || locationId === location.candidate.id) return;
  own.set("location", { confidence: "ambiguous", reason: "contradiction", candidates: [location.candidate] });
}
