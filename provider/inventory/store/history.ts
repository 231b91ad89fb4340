import { isDeepStrictEqual } from "node:util";
import type { DatabaseSync } from "node:sqlite";
import { fromRow, kindNumber, kindOf, recordColumns, type RecordRow } from "./columns.js";
import type { Retention } from "../../model/retention.js";
import { canonical, isAscii } from "../../platform/unicode.js";
import { kinds, namedFields, type InventoryRecord, type Kind } from "../../model/records.js";

/** A version of the inventory. A sync that finds changes creates one. */
export interface Version {
  readonly number: number;
  /** Start time of the sync that created the version (ISO 8601, UTC). */
  readonly syncedAt: string;
}

/** A field that differs: a dotted path into the API's record, or a named field. */
export interface FieldChange {
  readonly field: string;
  /** Absent if the record had no such field. */
  readonly before?: unknown;
  /** Absent if the record has no such field any more. */
  readonly after?: unknown;
}

/** A difference between two versions of the inventory. */
export interface Change {
  readonly change: "added" | "removed" | "changed";
  readonly kind: Kind;
  readonly id: string;
  readonly name?: string | undefined;
  /** The fields of a changed record. */
  readonly fields?: readonly FieldChange[];
}

/** A change, and the version that brought it. */
export interface HistoryEntry extends Change {
  readonly version: Version;
}

/** The version does not exist. The message lists the versions of the mirror. */
export class VersionError extends Error {
  override readonly name = "VersionError";
}

interface Row {
  readonly record: InventoryRecord;
  readonly since: number;
  readonly until: number | undefined;
}

/** Reads the versions of a mirror and the changes between them. */
export class History {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Returns the versions, the oldest first. */
  versions(): Version[] {
    return this.#db
      .prepare("SELECT number, synced_at FROM version ORDER BY number")
      .all()
      .map((row) => ({ number: Number(row["number"]), syncedAt: new Date(Number(row["synced_at"])).toISOString() }));
  }

  /**
   * Returns the version with a number, or the one that was current at a time.
   * @param at a version's number or a time in milliseconds since the epoch
   * @throws VersionError
   */
  version(at: { readonly number: number } | { readonly time: number }): Version {
    const versions = this.versions();
    const found =
      "number" in at
        ? versions.find(({ number }) => number === at.number)
        : versions.findLast(({ syncedAt }) => Date.parse(syncedAt) <= at.time);
    if (found) return found;
    const [oldest] = versions;
    const newest = versions.at(-1);
    const kept = oldest
      ? `the mirror has versions ${oldest.number} (${oldest.syncedAt}) to ${newest?.number} (${newest?.syncedAt}); use one of them, and keep the mirror's folder between runs`
      : "the mirror has no version yet: run orange-cmdb sync";
    const asked = "number" in at ? `version ${at.number}` : `version at ${new Date(at.time).toISOString()}`;
    throw new VersionError(`there is no ${asked}; ${kept}`);
  }

  /** Returns the kinds of both versions, which are the only ones that can be compared. */
  comparable(from: Version): Kind[] {
    return this.#db
      .prepare("SELECT kind FROM kind_state WHERE since <= ? AND refused IS NULL ORDER BY kind")
      .all(from.number)
      .map((row) => kindOf(row["kind"]));
  }

  /** Returns the kinds whose changes since a version are unknown: the version lacks them, or the API denies them now. */
  uncompared(from: Version): Kind[] {
    const held = this.comparable(from);
    return kinds.filter((kind) => !held.includes(kind));
  }

  /** Returns the changes between two versions, by kind and id, of kinds that are {@link comparable}. */
  *changes(from: Version, to: Version): Generator<Change> {
    for (const kind of this.comparable(from)) {
      const rows = this.#db.prepare(
        `SELECT ${recordColumns}, since, until FROM record
         WHERE kind = ? AND ((since > ? AND since <= ?) OR (until > ? AND until <= ?)) ORDER BY id, since`,
      );
      rows.setReturnArrays(true);
      let versions: Row[] = [];
      const range = [from.number, to.number];
      for (const values of rows.iterate(kindNumber(kind), ...range, ...range)) {
        const row = toRow(kind, values as unknown as (string | number | null)[]);
        if (versions.length > 0 && versions[0]?.record.id !== row.record.id) {
          yield* between(versions, from.number, to.number);
          versions = [];
        }
        versions.push(row);
      }
      yield* between(versions, from.number, to.number);
    }
  }

  /** Returns the changes of the records with an id, of any kind, the oldest first, from the oldest version on. */
  of(id: string): HistoryEntry[] {
    const versions = this.versions();
    const rows = this.#db.prepare(
      `SELECT kind, since, until, ${recordColumns} FROM record WHERE kind = ? AND ${isAscii(id) ? "id" : "canonical(id)"} = ? ORDER BY since`,
    );
    rows.setReturnArrays(true);
    const held = this.#db.prepare("SELECT kind FROM kind_state ORDER BY kind").all();
    return held
      .flatMap((row) => rows.all(Number(row["kind"]), canonical(id)) as unknown as (string | number | null)[][])
      .map(([kind, since, until, ...values]) => toRow(kindOf(kind), [...values, since ?? null, until ?? null]))
      .flatMap((row, index, all) => {
        const previous = all[index - 1];
        const before = previous && previous.record.kind === row.record.kind ? previous : undefined;
        const entries: HistoryEntry[] = [];
        // The creation of a record that is in the oldest version is unknown.
        const came = versions.find(({ number }) => number === row.since) ?? versions[0];
        const replaced = before?.until === row.since ? before : undefined;
        if (came) entries.push({ version: came, ...describe(replaced?.record, row.record) });
        const next = all[index + 1];
        const went = versions.find(({ number }) => number === row.until);
        const goesOn = next?.record.kind === row.record.kind && next.since === row.until;
        if (went && !goesOn) entries.push({ version: went, ...describe(row.record, undefined) });
        return entries;
      });
  }
}

function toRow(kind: Kind, values: readonly (string | number | null)[]): Row {
  const [since, until] = values.slice(-2);
  return {
    record: fromRow(kind, values.slice(0, -2) as RecordRow),
    since: Number(since),
    until: until === null || until === undefined ? undefined : Number(until),
  };
}

/** Combines the rows of a record between two versions to one change. */
function between(rows: readonly Row[], from: number, to: number): Change[] {
  const at = (number: number): InventoryRecord | undefined =>
    rows.find(({ since, until }) => since <= number && (until === undefined || until > number))?.record;
  const [before, after] = [at(from), at(to)];
  if (!before && !after) return [];
  const change = describe(before, after);
  return change.change === "changed" && change.fields?.length === 0 ? [] : [change];
}

function describe(before: InventoryRecord | undefined, after: InventoryRecord | undefined): Change {
  const { kind, id, name } = (after ?? before) as InventoryRecord;
  const named = { kind, id, ...(name === undefined ? {} : { name }) };
  if (!before) return { change: "added", ...named };
  if (!after) return { change: "removed", ...named };
  return { change: "changed", ...named, fields: differences(before, after) };
}

/** Returns the changed fields of the API's record, and named fields that changed for another reason. */
function differences(before: InventoryRecord, after: InventoryRecord): FieldChange[] {
  const found = compare("", before.attributes, after.attributes);
  if (found.length > 0) return found;
  return namedFields.flatMap((field) => compare(field, before[field], after[field]));
}

function compare(path: string, before: unknown, after: unknown): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isPlain(before) || !isPlain(after)) {
    return [
      {
        field: path,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      },
    ];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => compare(path === "" ? name : `${path}.${name}`, own(before, name), own(after, name)));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Deletes versions that exceed the retention, with the records that only they have. Keeps the current version. */
export function pruneHistory(db: DatabaseSync, keep: Retention, now: number): void {
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
