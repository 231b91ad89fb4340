import { statSync, type Stats } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { History } from "./changes.js";
import { damage, isDamage } from "./damage.js";
import { KindUnavailableError, type InventoryInfo, type InventoryReader, type Query } from "./inventory.js";
import { narrow } from "./narrow.js";
import { NearestTexts } from "./nearest.js";
import { makeAnew, writeInventoryFile, type FileOrigin } from "./portable.js";
import { predicate } from "./query.js";
import { collections, type InventoryRecord, type Kind } from "./records.js";
import { search, type SearchOptions } from "./search.js";
import { Store, type KindState } from "./store.js";
import { canonical, TextForms } from "./unicode.js";

/** The mirror's file can no longer be read as it was written. */
export class MirrorDamagedError extends Error {
  override readonly name = "MirrorDamagedError";
}

/** Where a mirror is, and what is to be known of it. */
export interface MirrorOrigin {
  /** The endpoint that its records came from. */
  readonly endpoint: string;
  /** A path, or `:memory:`. */
  readonly file: string;
  /** A file that was made to be carried here, and no mirror: nothing fetches it anew. */
  readonly isCarried?: boolean | undefined;
  /** The file as it was before it was opened, where no lock keeps others from writing into it. */
  readonly unlocked?: Stats | undefined;
  /** Why it is older than was wanted. */
  readonly stale?: string | undefined;
  /** The kinds that were asked for: how old others are is of no interest. Default: all. */
  readonly kinds?: readonly Kind[] | undefined;
}

/** Reads the mirror as it was when it was opened; what it holds was complete when it was fetched. */
export class Mirror implements InventoryReader {
  readonly #db: DatabaseSync;
  readonly #store: Store;
  readonly #origin: MirrorOrigin;
  readonly #states: ReadonlyMap<Kind, KindState>;
  readonly #forms = new Map<Kind, TextForms>();
  readonly #nearest = new Map<string, NearestTexts>();

  /** Takes the database over: `close` closes it. */
  constructor(db: DatabaseSync, origin: MirrorOrigin) {
    this.#db = db;
    this.#store = new Store(db);
    this.#origin = origin;
    this.#store.freeze();
    this.#states = this.#store.states();
  }

  info(): InventoryInfo {
    const states = [...this.#states.values()];
    const held = states.filter((state) => state.refused === undefined);
    const { endpoint, stale, kinds } = this.#origin;
    const asked = states.filter(({ kind }) => kinds?.includes(kind) ?? true);
    const oldest = Math.min(...asked.map((state) => state.syncedAt), Date.now());
    return {
      endpoint,
      syncedAt: new Date(oldest).toISOString(),
      counts: Object.fromEntries(held.map((state) => [state.kind, state.count])),
      ...(stale === undefined ? {} : { stale }),
    };
  }

  /** Why kinds cannot be read, where they cannot: the API refuses them to this account, or they were not loaded. */
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
        if (found.id !== id) throw damage("an index leads elsewhere");
        return found;
      }
      const other = this.#formsOf(kind).find(id);
      if (other === id) throw damage("an index leads elsewhere");
      return other === undefined ? undefined : this.#store.get(kind, other);
    });
  }

  list<K extends Kind>(kind: K, query: Query = {}): InventoryRecord<K>[] {
    this.#mustHold(kind);
    const matches = predicate(query);
    const isWhole = Object.entries(query).every(([name, value]) => name === "fields" || value === undefined);
    // What a condition looks at is not known here: it gets whole records.
    const fields = query.where === undefined && query.filters === undefined ? query.fields : undefined;
    return this.#read(() => {
      const found: InventoryRecord<K>[] = [];
      for (const record of this.#store.records(kind, narrow(query, this.#store.several()), fields)) {
        if (!matches(record)) continue;
        found.push(record);
        if (found.length === query.limit) break;
      }
      if (isWhole && found.length !== this.#states.get(kind)?.count) throw damage("records are missing");
      return found;
    });
  }

  /** Looked at where an index finds nothing: what is said to be missing is not in a damaged index only. */
  #formsOf(kind: Kind): TextForms {
    let forms = this.#forms.get(kind);
    if (!forms) this.#forms.set(kind, (forms = new TextForms(this.#store.ids(kind))));
    return forms;
  }

  nearest(kind: Kind, text: string, by: "id" | "name", count = 3): string[] {
    this.#mustHold(kind);
    let texts = this.#nearest.get(`${by} ${kind}`);
    if (!texts) {
      texts = new NearestTexts(this.#read(() => this.#store.texts(kind, by)));
      this.#nearest.set(`${by} ${kind}`, texts);
    }
    // A text in another form of its characters would seem to be repeated.
    const asked = canonical(text);
    return texts
      .nearest(text, count + 2)
      .filter((near) => canonical(near) !== asked)
      .slice(0, count);
  }

  /**
   * Records whose id, name or address has all the words of a text, each as the beginning of a word, the best first.
   * The mirror must have been opened as `searchable`.
   * @throws KindUnavailableError where one of the kinds asked for is not held
   */
  search(text: string, options: SearchOptions = {}): InventoryRecord[] {
    for (const kind of options.kinds ?? []) this.#mustHold(kind);
    return this.#read(() => search(this.#db, text, options));
  }

  /** The versions that are kept, and what changed between them. */
  get history(): History {
    return new History(this.#db);
  }

  /** Writes all of it into one file that can be carried anywhere. */
  async writeFile(path: string, origin: FileOrigin): Promise<void> {
    this.#store.thaw();
    try {
      await writeInventoryFile(this.#db, path, origin);
    } finally {
      this.#store.freeze();
    }
  }

  /** A read that fails because the file is damaged is no answer: nothing is taken to be missing. */
  #read<T>(read: () => T): T {
    try {
      const found = read();
      this.#mustBeAsOpened();
      return found;
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#mustBeAsOpened();
      const { file, isCarried } = this.#origin;
      const cure = isCarried ? makeAnew : "orange-cmdb sync fetches it anew";
      throw new MirrorDamagedError(`the inventory in ${file} is damaged (${(error as Error).message}); ${cure}`);
    }
  }

  /** Another file in its place changes nothing; one that is written in its place is half of each. */
  #mustBeAsOpened(): void {
    const { file, unlocked: opened } = this.#origin;
    if (opened === undefined) return;
    const now = statSync(file, { throwIfNoEntry: false });
    if (now?.ino !== opened.ino || (now.mtimeMs === opened.mtimeMs && now.size === opened.size)) return;
    throw new MirrorDamagedError(`the inventory in ${file} was written while it was read; try again`);
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
    return state.refused && `the API does not give ${collections[kind]} to this account: ${state.refused}`;
  }
}
