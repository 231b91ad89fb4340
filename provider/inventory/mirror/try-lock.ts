import { DatabaseSync } from "../store/sqlite.js";

// The process that `locksOut` starts: it ends with SQLite's code if the database of its last argument is locked.
try {
  new DatabaseSync(process.argv.at(-1) ?? "", { timeout: 0 }).exec("BEGIN EXCLUSIVE");
} catch (error) {
  process.exitCode = Number((error as { errcode?: number }).errcode ?? 1);
}
