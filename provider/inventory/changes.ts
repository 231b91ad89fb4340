import { isDeepStrictEqual } from "node:util";
import type { DatabaseSync } from "node:sqlite";
import { fromRow, kindNumber, kindOf, recordColumns, type RecordRow } from "./columns.js";
import { canonical, isAscii } from "./unicode.js";
import { kinds, namedFields, type InventoryRecord, type Kind } from "./records.js";

/** A version of the inventory: what a sync found that differed from the version before. */
export interface Version {
  readonly number: number;
  /** When the sync began that found it (ISO 8601, UTC). */
  readonly syncedAt: string;
}

/** A field that differs; a dotted path into the record as it came, or the name of a named field. */
export interface FieldChange {
  readonly field: string;
  /** Absent where the record had no such field. */
  readonly before?: unknown;
  /** Absent where the record has no such field any more. */
  readonly after?: unknown;
}

/** A difference between two versions of the inventory. */
export interface Change {
  readonly change: "added" | "removed" | "changed";
  readonly kind: Kind;
  readonly id: string;
  readonly name?: string | undefined;
  /** Of a record that changed. */
  readonly fields?: readonly FieldChange[];
}

/** A change, and the version that brought it. */
export interface HistoryEntry extends Change {
  readonly version: Version;
}

/** No such version is kept; the message says which are. */
export class VersionError extends Error {
  override readonly name = "VersionError";
}

interface Row {
  readonly record: InventoryRecord;
  readonly since: number;
  readonly until: number | undefined;
}

/** The versions that a mirror keeps, and what changed between them. */
export class History {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** The versions kept, the oldest first. */
  versions(): Version[] {
    return this.#db
      .prepare("SELECT number, synced_at FROM version ORDER BY number")
      .all()
      .map((row) => ({ number: Number(row["number"]), syncedAt: new Date(Number(row["synced_at"])).toISOString() }));
  }

  /**
   * The version with a number, or the one that held at a time.
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
      ? `the mirror keeps versions ${oldest.number} (${oldest.syncedAt}) to ${newest?.number} (${newest?.syncedAt}); name one of them, and keep the mirror's folder between runs`
      : "the mirror keeps none yet: run orange-cmdb sync";
    const asked = "number" in at ? `version ${at.number}` : `version at ${new Date(at.time).toISOString()}`;
    throw new VersionError(`there is no ${asked}; ${kept}`);
  }

  /** The kinds that both versions hold: of others nothing can be said. */
  comparable(from: Version): Kind[] {
    return this.#db
      .prepare("SELECT kind FROM kind_state WHERE since <= ? AND refused IS NULL ORDER BY kind")
      .all(from.number)
      .map((row) => kindOf(row["kind"]));
  }

  /** The kinds of which it cannot be said what changed since a version: it does not hold them, or they are refused now. */
  uncompared(from: Version): Kind[] {
    const held = this.comparable(from);
    return kinds.filter((kind) => !held.includes(kind));
  }

  /** What differs between two versions, by kind and id; the kinds are those that are {@link comparable}. */
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

  /** What happened to the records with an id, of any kind, the oldest first; the first version kept is where it begins. */
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
        // A record that was there before the first version kept began at a time that is not known any more.
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

/** A record's rows between two versions, as one change: what it was at the first, and what it is at the second. */
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

/** The fields of the record as it came; a named field that changed for another reason is named too. */
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
