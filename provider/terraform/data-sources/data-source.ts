import type { SharedInventory } from "../../functions/shared-inventory.js";
import type { Diagnostic } from "../plugin/diagnostics.js";
import type { Block } from "../plugin/schema.js";
import type { Values } from "../plugin/value.js";

/** The result of a read. */
export interface Reading {
  /** The attributes. All others are null. */
  readonly values: Values;
  /** Why the inventory is older than `maxAge`, if it is. */
  readonly staleReason?: string | undefined;
  /** Warnings for probable typos in the query. */
  readonly hints?: readonly string[];
}

/** One kind of `data` block. */
export interface DataSource {
  readonly block: Block;
  /** Returns the problems of a configuration, which may be partly unknown. */
  check(config: Values): Promise<Diagnostic[]>;
  /** Reads the data source for a known configuration. Errors become diagnostics. */
  read(config: Values, inventory: SharedInventory): Promise<Reading>;
  /** Returns the attribute or block that caused a failed lookup; undefined if it is not a single one. */
  culprit(config: Values): string | undefined;
}
