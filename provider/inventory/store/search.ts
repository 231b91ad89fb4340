import type { DatabaseSync } from "node:sqlite";
import { fromRow, kindNumber, kindOf, recordColumns, type RecordRow } from "./columns.js";
import { QueryError } from "../query/query-error.js";
import type { InventoryRecord, Kind } from "../../model/records.js";

/** Options of a search. */
export interface SearchOptions {
  /** The kinds to search. Default: all. */
  readonly kinds?: readonly Kind[] | undefined;
  /** Maximum number of results. Default: all. */
  readonly limit?: number | undefined;
}

/** Matches a word in composed and decomposed form, because the index has the form of the record. */
function spellings(word: string): string {
  const [one, other] = (["NFC", "NFD"] as const).map((form) => `"${word.normalize(form)}"*`);
  return one === other ? `${one}` : `(${one} OR ${other})`;
}

/** Converts a text to a search expression: the beginnings of words, regardless of case and accents. */
function toMatch(text: string): string | undefined {
  const words = text.normalize("NFC").match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  return words.length === 0 ? undefined : words.map(spellings).join(" AND ");
}

/** Returns whether the index is up to date. */
export function isSearchable(db: DatabaseSync): boolean {
  const row = db.prepare("SELECT value FROM about WHERE key = 'searchable'").get();
  return row !== undefined && Number(row["value"]) === currentVersion(db);
}

function currentVersion(db: DatabaseSync): number {
  return Number(db.prepare("SELECT max(number) AS number FROM version").get()?.["number"] ?? 0);
}

/** Builds the index of ids, names and addresses, if the inventory has changed since the last time. */
export function prepareSearch(db: DatabaseSync): void {
  if (isSearchable(db)) return;
  db.exec("BEGIN");
  try {
    const current = currentVersion(db);
    db.exec(
      `DROP TABLE IF EXISTS words;
       CREATE VIRTUAL TABLE words USING fts5 (id, name, address, content = '', tokenize = "unicode61 remove_diacritics 2");
       INSERT INTO words (rowid, id, name, address) SELECT rowid, id, name, address FROM record WHERE until IS NULL;`,
    );
    db.prepare("INSERT OR REPLACE INTO about VALUES ('searchable', ?)").run(String(current));
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

/** Returns the records whose id, name or address has all words of a text, the best match first. Call {@link prepareSearch} first. */
export function search(db: DatabaseSync, text: string, { kinds, limit }: SearchOptions = {}): InventoryRecord[] {
  const match = toMatch(text);
  if (match === undefined) throw new QueryError(`"${text}" has no word to search for`);
  if (limit !== undefined && limit < 1) throw new QueryError("limit must be a whole number of at least 1");
  const wanted = kinds ? `AND kind IN (${kinds.map(kindNumber).join(", ")})` : "";
  const statement = db.prepare(
    `SELECT kind, ${recordColumns
      .split(", ")
      .map((column) => `record.${column}`)
      .join(", ")}
     FROM words JOIN record ON record.rowid = words.rowid
     WHERE words MATCH ? AND until IS NULL ${wanted}
       AND kind IN (SELECT kind FROM kind_state WHERE refused IS NULL)
     ORDER BY bm25(words, 4.0, 2.0, 1.0), kind, record.id LIMIT ?`,
  );
  statement.setReturnArrays(true);
  const rows = statement.all(match, limit ?? -1) as unknown as [number, ...string[]][];
  return rows.map(([kind, ...row]) => fromRow(kindOf(kind), row as RecordRow));
}
