import { UserError } from "../../platform/user-error.js";
import { statSync, type Stats } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { History } from "../store/history.js";
import { corruptionError, isCorruption } from "../store/corruption.js";
import {
  KindUnavailableError,
  type InventoryInfo,
  type InventoryReader,
  type Query,
} from "../../model/inventory-reader.js";
import { noteVerified } from "./manifest.js";
import type { KindChecks } from "../store/kind-checks.js";
import { toSqlConditions } from "../store/sql-filter.js";
import { SimilarityIndex } from "../../platform/similar-strings.js";
import { RECREATE_HINT, writeInventoryFile } from "./inventory-file.js";
import type { FileOrigin } from "./identity.js";
import { predicate } from "../query/query.js";
import { collections, type InventoryRecord, type Kind } from "../../model/records.js";
import { search, type SearchOptions } from "../store/search.js";
import { Store, type KindState } from "../store/store.js";
import { canonical, TextForms } from "../../platform/unicode.js";

/** The mirror's file is corrupt. */
export class MirrorCorruptError extends UserError {
  override readonly name = "MirrorCorruptError";
  override get title(): string {
    return "The mirror of the inventory is corrupt";
  }
}

/** The location and the state of a mirror. */
export interface MirrorOrigin {
  /** The endpoint of its records. */
  readonly endpoint: string;
  /** A path, or `:memory:`. */
  readonly file: string;
  /** Whether it is an inventory file instead of a mirror, which is never fetched again. */
  readonly isCarried?: boolean | undefined;
  /** The state of a user's file before it was opened, because other processes can write to it. */
  readonly unlocked?: Stats | undefined;
  /** The checks since the file was written. */
  readonly checks?: KindChecks | undefined;
  /** Why the inventory is older than `maxAge`. */
  readonly staleReason?: string | undefined;
  /** The requested kinds. The age of others does not matter. Default: all. */
  readonly kinds?: readonly Kind[] | undefined;
}

/** Reads a snapshot of the mirror. Each kind was complete when it was fetched. */
export class Mirror implements InventoryReader {
  readonly #db: DatabaseSync;
  readonly #store: Store;
  readonly #origin: MirrorOrigin;
  readonly #states: ReadonlyMap<Kind, KindState>;
  readonly #forms = new Map<Kind, TextForms>();
  readonly #nearest = new Map<string, SimilarityIndex>();

  /** Takes ownership of the database: `close` closes it. */
  constructor(db: DatabaseSync, origin: MirrorOrigin) {
    this.#db = db;
    this.#store = new Store(db, origin.checks);
    this.#origin = origin;
    this.#states = this.#store.states();
  }

  info(): InventoryInfo {
    const states = [...this.#states.values()];
    const held = states.filter((state) => state.refused === undefined);
    const { endpoint, staleReason, kinds } = this.#origin;
    const asked = states.filter(({ kind }) => kinds?.includes(kind) ?? true);
    const oldest = Math.min(...asked.map((state) => state.syncedAt), Date.now());
    return {
      endpoint,
      syncedAt: new Date(oldest).toISOString(),
      counts: Object.fromEntries(held.map((state) => [state.kind, state.count])),
      ...(staleReason === undefined ? {} : { staleReason }),
    };
  }

  /** Returns why kinds cannot be read: the API denies them to this account, or they were not loaded. */
  unavailable(kinds: readonly Kind[]): Partial<Record<Kind, string>> {
    return Object.fromEntries(
      kinds.flatMap((kind) => {
        const why = this.#whyNot(kind);
        return why === undefined ? [] : [[kind, why]];
      }),
    );
  }

  get<K extends Kind>(kind: K, id: string): InventoryRecord<K> | undefined {
    this.#mustHold(kind);
    return this.#read(() => {
      const found = this.#store.get(kind, id);
      if (found) {
        if (found.id !== id) throw corruptionError("an index leads elsewhere");
        return found;
      }
      const other = this.#formsOf(kind).find(id);
      if (other === id) throw corruptionError("an index leads elsewhere");
      return other === undefined ? undefined : this.#store.get(kind, other);
    });
  }

  list<K extends Kind>(kind: K, query: Query = {}): InventoryRecord<K>[] {
    this.#mustHold(kind);
    const matches = predicate(query);
    const isWhole = Object.entries(query).every(([name, value]) => name === "fields" || value === undefined);
    // The fields that a condition reads are not known here, so it gets complete records.
    const fields = query.where === undefined && query.filters === undefined ? query.fields : undefined;
    return this.#read(() => {
      const found: InventoryRecord<K>[] = [];
      for (const record of this.#store.records(kind, toSqlConditions(query, this.#store.several()), fields)) {
        if (!matches(record)) continue;
        found.push(record);
        if (found.length === query.limit) break;
      }
      if (isWhole && found.length !== this.#states.get(kind)?.count) throw corruptionError("records are missing");
      return found;
    });
  }

  /** Checks the table if an index finds nothing, so that a corrupt index does not hide a record. */
  #formsOf(kind: Kind): TextForms {
    let forms = this.#forms.get(kind);
    if (!forms) this.#forms.set(kind, (forms = new TextForms(this.#store.ids(kind))));
    return forms;
  }

  nearest(kind: Kind, text: string, by: "id" | "name", count = 3): string[] {
    this.#mustHold(kind);
    let texts = this.#nearest.get(`${by} ${kind}`);
    if (!texts) {
      texts = new SimilarityIndex(this.#read(() => this.#store.texts(kind, by)));
      this.#nearest.set(`${by} ${kind}`, texts);
    }
    // A text in another Unicode form would look like a duplicate.
    const asked = canonical(text);
    return texts
      .nearest(text, count + 2)
      .filter((near) => canonical(near) !== asked)
      .slice(0, count);
  }

  /**
   * Returns the records whose id, name or address has all words of a text, each as the beginning of a word, the best match first.
   * Requires a mirror that was opened as `searchable`.
   * @throws KindUnavailableError if a requested kind is not available
   */
  search(text: string, options: SearchOptions = {}): InventoryRecord[] {
    for (const kind of options.kinds ?? []) this.#mustHold(kind);
    return this.#read(() => search(this.#db, text, options));
  }

  /** Returns the versions and the changes between them. */
  get history(): History {
    return new History(this.#db);
  }

  /** Writes the inventory into one portable file. */
  async writeFile(path: string, origin: FileOrigin): Promise<void> {
    await writeInventoryFile(this.#db, path, origin, this.#origin.checks);
  }

  /** Converts a failed read of a corrupt file to an error, so that no record counts as missing. */
  #read<T>(read: () => T): T {
    try {
      const found = read();
      this.#mustBeAsOpened();
      return found;
    } catch (error) {
      if (!isCorruption(error)) throw error;
      this.#mustBeAsOpened();
      const { file, isCarried } = this.#origin;
      if (!isCarried) noteVerified(file, 0);
      const cure = isCarried ? RECREATE_HINT : "run orange-cmdb sync to fetch it again";
      throw new MirrorCorruptError(`the inventory in ${file} is corrupt (${(error as Error).message}); ${cure}`);
    }
  }

  /** Detects a write to the open file. Replacing the file does no harm, but writing to it mixes two inventories. */
  #mustBeAsOpened(): void {
    const { file, unlocked: opened } = this.#origin;
    if (opened === undefined) return;
    const now = statSync(file, { throwIfNoEntry: false });
    if (now?.ino !== opened.ino || (now.mtimeMs === opened.mtimeMs && now.size === opened.size)) return;
    throw new MirrorCorruptError(`the inventory in ${file} was written while it was read; try again`);
  }

  close(): void {
    this.#store.close();
  }

  #mustHold(kind: Kind): void {
    const why = this.#whyNot(kind);
    if (why !== undefined) throw new KindUnavailableError(why);
  }

  #whyNot(kind: Kind): string | undefined {
    const state = this.#states.get(kind);
    if (!state) return `the ${collections[kind]} were not loaded into the inventory`;
    return state.refused && `the API denies ${collections[kind]} to this account: ${state.refused}`;
  }
}
