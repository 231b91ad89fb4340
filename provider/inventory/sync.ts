import type { Changes, ChangesSince } from "../api/paging/list-changes.js";
import type { ListResult, ListOptions, PageSink, PageSummary } from "../api/paging/list.js";
import { CLOCK_SKEW, limitationsOf, parseListState, WHY_FULL, type ListState } from "./list-state.js";
import type { SyncWriter } from "./mirror/sync-writer.js";
import type { Retention } from "../model/retention.js";
import type { Kind } from "../model/records.js";
import type { KindState } from "./store/store.js";
import type { Extent, Outcome } from "./store/writer.js";

/** A source of records: complete lists, or an error. */
export interface RecordSource {
  pages(kind: Kind, sink: PageSink, options: ListOptions): Promise<ListResult>;
  changes(kind: Kind, sink: PageSink, options: ChangesSince & Pick<ListOptions, "signal" | "onPage">): Promise<Changes>;
}

/** The parameters of a sync. */
export interface SyncPlan {
  readonly kinds: readonly Kind[];
  /** The kinds that the mirror has. */
  readonly held: ReadonlyMap<Kind, KindState>;
  readonly keep: Retention;
  /** Start time of the sync (milliseconds since the epoch). */
  readonly startedAt: number;
  /** When to read only changes. Undefined: every list is read in full. */
  readonly incremental?: IncrementalPlan | undefined;
  /**
   * Returns why accounts are denied, which must not fail the sync: only some customers have them. [doc] `wereGiven`: the mirror has
   * some.
   */
  readonly refusal: (error: unknown, wereGiven: boolean) => string | undefined;
  /** Called after each page with the number of records so far, and the total if the server sends it. */
  readonly onPage: (kind: Kind, count: number, total: number | undefined) => void;
  /** Called with the reason of a slow refresh: a list is read in full, or without an order. */
  readonly onNote?: (kind: Kind, note: string) => void;
}

/** When a refresh reads only what changed. */
export interface IncrementalPlan {
  /** Milliseconds after which a list is read in full, regardless of its changes. */
  readonly fullSyncAge: number;
}

/** The result of the sync of a kind. */
export type KindResult =
  | { readonly is: "refused"; readonly why: string }
  | {
      readonly is: "loaded" | "unchanged";
      /** Number of records that were added or changed. */
      readonly changed: number;
      /** Number of removed records. */
      readonly removed: number;
      /** Whether the sync read only changes. */
      readonly isIncremental: boolean;
    };

/** Returns the kinds of `wanted` that the mirror lacks, or whose last sync `isTooOld`. */
export function staleKinds(
  held: ReadonlyMap<Kind, KindState>,
  wanted: readonly Kind[],
  isTooOld: (state: KindState) => boolean,
): Kind[] {
  return wanted.filter((kind) => {
    const state = held.get(kind);
    return state === undefined || isTooOld(state);
  });
}

/**
 * Fetches the kinds concurrently in one transaction: all of them become visible, or nothing changes.
 * @returns the result of each kind
 */
export async function sync(
  source: RecordSource,
  load: SyncWriter,
  plan: SyncPlan,
): Promise<ReadonlyMap<Kind, KindResult>> {
  const stop = new AbortController();
  const fetched = await Promise.all(
    plan.kinds.map(async (kind): Promise<readonly [Kind, KindSync]> => {
      try {
        return [kind, await new KindFetch(source, load, plan, kind, stop.signal).run()];
      } catch (error) {
        // If one kind fails, stop all: the transaction cannot commit.
        stop.abort();
        throw error;
      }
    }),
  );
  await load.commit(new Map(fetched.map(([kind, { outcome }]) => [kind, outcome])), plan.keep);
  return new Map(fetched.map(([kind, { result }]) => [kind, result]));
}

interface KindSync {
  readonly outcome: Outcome;
  readonly result: KindResult;
}

/** Fetches one kind: its changes if they suffice, else all of it. */
class KindFetch {
  readonly #state: KindState | undefined;
  readonly #list: ListState | undefined;
  readonly #startedAt = Date.now();
  #changed = 0;
  #added = 0;

  constructor(
    private readonly source: RecordSource,
    private readonly load: SyncWriter,
    private readonly plan: SyncPlan,
    private readonly kind: Kind,
    private readonly signal: AbortSignal,
  ) {
    this.#state = plan.held.get(kind);
    this.#list = parseListState(this.#state?.known);
  }

  async run(): Promise<KindSync> {
    const since = this.#since();
    if (typeof since === "string") this.plan.onNote?.(this.kind, since);
    if (typeof since !== "object") return this.#full(undefined);
    const changes = await this.#changes(since);
    if (!("why" in changes)) return changes;
    this.plan.onNote?.(this.kind, WHY_FULL[changes.why]);
    return this.#full(changes.why);
  }

  /** Returns the start time for reading changes. Else the list is read in full, and a text has the reason if that is unusual. */
  #since(): Pick<ChangesSince, "since" | "newest"> | string | undefined {
    const { incremental, startedAt } = this.plan;
    // Accounts are few, and `-updatedAt` is not among the orders that they document. [spec]
    if (!incremental || !this.#list || this.kind === "account" || this.#state?.refused !== undefined) return undefined;
    const { newest, duration = 0, fullAt, noChanges } = this.#list;
    const isRecent = (time: number): boolean => time <= startedAt && startedAt - time < incremental.fullSyncAge;
    if (!isRecent(fullAt)) return "the last full read is older than fullSyncAge";
    if (newest === undefined || (noChanges && isRecent(noChanges.at))) return limitationsOf(this.#list).join("; ");
    return { since: newest - duration - CLOCK_SKEW, newest };
  }

  #sink(how: Extent): PageSink {
    const { load, kind } = this;
    return {
      begin: () => {
        this.#changed = 0;
        this.#added = 0;
        return load.begin(kind, how);
      },
      add: async (body): Promise<PageSummary> => {
        const taken = await load.add(kind, body);
        this.#changed += taken.changed;
        this.#added += taken.added;
        return taken;
      },
    };
  }

  async #changes(
    since: Pick<ChangesSince, "since" | "newest">,
  ): Promise<KindSync | Extract<Changes, { isComplete: false }>> {
    const { kind, signal, plan } = this;
    const sink = this.#sink("changes");
    await sink.begin();
    const count = this.#state?.count ?? 0;
    const onPage = (so: number, total: number | undefined): void => plan.onPage(kind, so, total);
    const changes = await this.source.changes(kind, sink, { ...since, count, signal, onPage });
    if (!changes.isComplete) return changes;
    plan.onPage(kind, changes.total, changes.total);
    const list = this.#list as ListState;
    const known: ListState = {
      ...list,
      // The ETags of changed pages are outdated.
      pages: changes.changed > 0 ? undefined : list.pages,
      ...this.#newest(Math.max(list.newest ?? -Infinity, changes.newest ?? -Infinity)),
    };
    return {
      outcome: { is: "loaded", known: JSON.stringify(known) },
      result: {
        is: changes.changed > 0 ? "loaded" : "unchanged",
        changed: changes.changed,
        removed: 0,
        isIncremental: true,
      },
    };
  }

  /** Returns the start time of the next refresh. A record with a future date would hide the changes until then. */
  #newest(time: number): Pick<ListState, "newest" | "duration"> {
    const now = Date.now();
    return { newest: Math.min(time, now), duration: now - this.#startedAt };
  }

  async #full(instead: Extract<Changes, { isComplete: false }>["why"] | undefined): Promise<KindSync> {
    const { kind, signal, plan } = this;
    const list = plan.incremental ? this.#list : undefined;
    let came = 0;
    try {
      const listed = await this.source.pages(kind, this.#sink("all"), {
        // The mirror may have a part of the changes by now, so the pages must be read.
        validators: instead === undefined ? list?.pages : undefined,
        sorted: !list?.sortRefused,
        signal,
        onPage: (count, total) => {
          came = count;
          plan.onPage(kind, count, total);
        },
      });
      if (listed.unchanged) {
        const known = list && JSON.stringify({ ...list, fullAt: plan.startedAt } satisfies ListState);
        return {
          outcome: { is: "unchanged", known },
          result: { is: "unchanged", changed: 0, removed: 0, isIncremental: false },
        };
      }
      if (listed.sortRefused) plan.onNote?.(kind, "the server rejects sort=id");
      const noChanges =
        instead === "refused" || instead === "unordered" ? { why: instead, at: plan.startedAt } : undefined;
      const known: ListState = {
        pages: listed.known,
        ...(listed.newest === undefined ? {} : this.#newest(listed.newest)),
        fullAt: plan.startedAt,
        sortRefused: listed.sortRefused || list?.sortRefused || undefined,
        noChanges: noChanges ?? list?.noChanges,
      };
      return {
        outcome: { is: "loaded", known: JSON.stringify(known) },
        result: {
          is: "loaded",
          changed: this.#changed,
          removed: Math.max(0, (this.#state?.count ?? 0) + this.#added - came),
          isIncremental: false,
        },
      };
    } catch (error) {
      // An API account that can read some accounts can read all.
      const mayBeRefused = kind === "account" && came === 0;
      const why = mayBeRefused ? plan.refusal(error, (this.#state?.count ?? 0) > 0) : undefined;
      if (why === undefined) throw error;
      return { outcome: { is: "refused", why }, result: { is: "refused", why } };
    }
  }
}
