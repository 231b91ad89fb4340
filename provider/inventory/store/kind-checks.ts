import type { Kind } from "../../model/records.js";

/** The last check of a kind that changed none of its records. */
export interface KindCheck {
  /** When the sync began (milliseconds since the epoch). */
  readonly syncedAt: number;
  /** When that sync ended. */
  readonly endedAt: number;
  /** See {@link KindState}. */
  readonly known: string | undefined;
}

export type KindChecks = ReadonlyMap<Kind, KindCheck>;
