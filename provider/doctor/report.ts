import type { Assumption } from "../api/assumptions.js";
import type { Field } from "../inventory/field-map.js";
import type { Kind } from "../inventory/records.js";

/** One thing that was looked at. */
export interface Check {
  readonly area: "settings" | "rules" | "environment" | "service" | "description" | "mirror" | "inventory file";
  readonly name: string;
  readonly status: "ok" | "warning" | "failed" | "unknown";
  /** What was seen: no secret, and nothing of a record but the names of its fields. */
  readonly detail: string;
  /** What to do next. */
  readonly next?: string | undefined;
}

/** What the live service says of an assumption. */
export interface Verdict extends Assumption {
  readonly verdict: "confirmed" | "refuted" | "unknown";
  /** Why. */
  readonly seen: string;
}

/** In how many of the records looked at a named field was found. */
export interface FieldShare {
  readonly kind: Kind;
  readonly field: Field;
  readonly found: number;
  readonly records: number;
}

/** A setting that would fit what was seen. */
export interface Proposal {
  readonly setting: string;
  readonly value: string;
  readonly why: string;
}

/** What the doctor found; it can be shown to anybody. */
export interface DoctorReport {
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly generatedAt: string;
  readonly checks: readonly Check[];
  readonly assumptions: readonly Verdict[];
  readonly fields: readonly FieldShare[];
  readonly proposals: readonly Proposal[];
}
