import type { DatabaseSync } from "node:sqlite";

/** How much of the past a mirror keeps. */
export interface Keep {
  /** Versions at most, the current one counted. Default 20. */
  readonly versions: number;
  /** Versions that were replaced longer ago are forgotten. Default 30. */
  readonly days: number;
}

/** Forgets the versions beyond what is to be kept, and the records that only they held; the current one stays. */
export function prune(db: DatabaseSync, keep: Keep, now: number): void {
  const versions = db.prepare("SELECT number, synced_at FROM version ORDER BY number DESC").all();
  const oldest = now - keep.days * 24 * 60 * 60 * 1000;
  const kept = versions.filter(
    (_version, index) => index < keep.versions && (index === 0 || Number(versions[index - 1]?.["synced_at"]) >= oldest),
  );
  if (kept.length === versions.length) return;
  const first = Number(kept.at(-1)?.["number"]);
  db.prepare("DELETE FROM record WHERE until <= ?").run(first);
  db.prepare("DELETE FROM version WHERE number < ?").run(first);
}
