import type { InventoryRecord, Kind } from "../../../provider/model/records.js";
import type { Match } from "../file/rules-file.js";

/**
 * The result of one check: `agrees`; `differs`, `incomparable` and `undecided`, which are findings; `skipped` if there is nothing to
 * compare, which is not a finding.
 */
export type Verdict = "agrees" | "differs" | "incomparable" | "undecided" | "skipped";

interface Observed {
  readonly verdict: Verdict;
  /** The reason for a verdict other than `agrees` and `differs`. Can quote a property that is not `hidden`. */
  readonly reason?: string;
  /** The record of the check, if it has one. */
  readonly record?: InventoryRecord;
  /** True if a secret names the record, so that neither the record nor its values can be shown. */
  readonly secret?: boolean | undefined;
}

/** A comparison of a property with a field of a record. */
export interface MatchObservation extends Observed {
  readonly rule: "attributes-match";
  readonly match: Match;
  /** The value of the property, if it is known. Not set if it is `hidden`, as are the field and the reason. */
  readonly property?: unknown;
  readonly field?: unknown;
  readonly hidden?: boolean;
}

/** The status of a record. */
export interface StatusObservation extends Observed {
  readonly rule: "record-in-service";
  readonly record: InventoryRecord;
  /** The statuses that the rules allow. Default: all but those of removed records. */
  readonly allowed: readonly string[] | undefined;
}

/** The location of a record, beside the locations that the resource names. */
export interface LocationObservation extends Observed {
  readonly rule: "location-consistent";
  readonly locationId?: string;
  readonly named?: readonly string[];
}

/** The region of a resource, beside the country of a record. */
export interface CountryObservation extends Observed {
  readonly rule: "country-matches-region";
  /** The region and its country; null if it spans several countries. Not set if the region is unknown. */
  readonly region?: string;
  readonly regionCountry?: string | null;
  /** True if the rules, not the built-in table, have the country of the region. */
  readonly isOwnRegion?: boolean;
  /** The country of the record, as the CMDB has it. */
  readonly country?: string;
  /** The record that the resource refers to, if `record` is its location. */
  readonly by?: { readonly kind: Kind; readonly id: string };
}

/** A check of a rule on a resource, with both sides. Values of the resource are not redacted, unless `hidden`. */
export type Observation = MatchObservation | StatusObservation | LocationObservation | CountryObservation;

/** Receives the checks of the rules on one resource. Rules make observations only if there is an observer. */
export type Observer = (observation: Observation) => void;
