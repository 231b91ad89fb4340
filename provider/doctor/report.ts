import type { Assumption } from "../api/assumptions.js";
import type { Field } from "../model/field-map.js";
import type { Kind } from "../model/records.js";

/** The result of one check. */
export interface Check {
  readonly area: "settings" | "rules" | "environment" | "service" | "description" | "mirror" | "inventory file";
  readonly name: string;
  readonly status: "ok" | "warning" | "failed" | "unknown";
  /** The observation. Has no secrets and, of records, only names of fields. */
  readonly detail: string;
  /** The next step. */
  readonly next?: string | undefined;
}

/** The assessment of an assumption by the live service. */
export interface Verdict extends Assumption {
  readonly verdict: "confirmed" | "refuted" | "unknown";
  /** The reason. */
  readonly seen: string;
}

/** The number of sampled records that have a named field. */
export interface FieldShare {
  readonly kind: Kind;
  readonly field: Field;
  readonly found: number;
  readonly records: number;
}

/** A proposed setting. */
export interface Proposal {
  readonly setting: string;
  readonly value: string;
  readonly why: string;
}

/** The report of `orange-cmdb doctor`. It has no customer data and no secrets. */
export interface DoctorReport {
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly generatedAt: string;
  readonly checks: readonly Check[];
  readonly assumptions: readonly Verdict[];
  readonly fields: readonly FieldShare[];
  readonly proposals: readonly Proposal[];
}
