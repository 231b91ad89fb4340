import type * as Sqlite from "node:sqlite";
import { loadExperimental } from "../../platform/experimental.js";

/**
 * Node.js before 24 warns that SQLite is experimental. Node.js 22 binds values to plain `?` only, not to `?1`.
 */
export const { DatabaseSync } = loadExperimental("node:sqlite", "SQLite") as typeof Sqlite;
export type DatabaseSync = Sqlite.DatabaseSync;
