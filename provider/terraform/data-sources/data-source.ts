import type { SharedInventory } from "../../functions/shared-inventory.js";
import type { Diagnostic } from "../diagnostics.js";
import type { Block } from "../schema.js";
import type { Values } from "../value.js";

/** What was read. */
export interface Reading {
  /** Every attribute that is not among them is null. */
  readonly values: Values;
  /** Why the inventory is older than was asked for, where it is. */
  readonly stale?: string | undefined;
  /** Warnings for probable typos in the query. */
  readonly hints?: readonly string[];
}

/** One kind of `data` block. */
export interface DataSource {
  readonly block: Block;
  /** What is wrong with a configuration, some of which may not be known yet. */
  check(config: Values): Promise<Diagnostic[]>;
  /** Reads it for a configuration that is known. What is thrown becomes a diagnostic. */
  read(config: Values, inventory: SharedInventory): Promise<Reading>;
  /** The attribute or block that a failed look-up is about; undefined where it is no single one. */
  culprit(config: Values): string | undefined;
}
