import type { Listed, ListOptions, PageSink } from "../api/list.js";
import type { KnownList } from "../api/page-tags.js";
import type { Load } from "./load.js";
import type { Keep } from "./prune.js";
import type { Kind } from "./records.js";
import type { KindState } from "./store.js";
import type { Outcome } from "./writer.js";

/** Where records come from: complete lists, or an error. */
export interface Source {
  pages(kind: Kind, sink: PageSink, options: ListOptions): Promise<Listed>;
}

/** What a sync is to do. */
export interface SyncPlan {
  readonly kinds: readonly Kind[];
  /** What the mirror holds already. */
  readonly held: ReadonlyMap<Kind, KindState>;
  readonly keep: Keep;
  /**
   * Says why accounts are refused, which must not break the rest: only some customers have them. [doc] `wereGiven` where the
   * mirror holds some.
   */
  readonly refusal: (error: unknown, wereGiven: boolean) => string | undefined;
  /** Told after each page: records so far, and the total where it is announced. */
  readonly onPage: (kind: Kind, count: number, total: number | undefined) => void;
}

/** The kinds among `wanted` that the mirror lacks, or whose sync `isTooOld`. */
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
 * Fetches the kinds side by side into one load: all of them become visible, or nothing changes.
 * @returns what came of each
 */
export async function sync(source: Source, load: Load, plan: SyncPlan): Promise<ReadonlyMap<Kind, Outcome>> {
  const stop = new AbortController();
  const fetched = await Promise.all(
    plan.kinds.map(async (kind): Promise<[Kind, Outcome]> => {
      try {
        return [kind, await fetchKind(source, load, plan, kind, stop.signal)];
      } catch (error) {
        // One kind that fails ends them all: what else is fetched would not be kept.
        stop.abort();
        throw error;
      }
    }),
  );
  const outcomes = new Map(fetched);
  await load.commit(outcomes, plan.keep);
  return outcomes;
}

async function fetchKind(
  source: Source,
  load: Load,
  { held, onPage, refusal }: SyncPlan,
  kind: Kind,
  signal: AbortSignal,
): Promise<Outcome> {
  const sink: PageSink = { begin: () => load.begin(kind), add: (body) => load.add(kind, body) };
  const state = held.get(kind);
  const text = state?.known;
  const known = text === undefined ? undefined : knownOf(text);
  let came = 0;
  try {
    const listed = await source.pages(kind, sink, {
      known,
      signal,
      onPage: (count, total) => {
        came = count;
        onPage(kind, count, total);
      },
    });
    if (listed.unchanged) return { is: "unchanged" };
    return { is: "loaded", known: listed.known && JSON.stringify(listed.known) };
  } catch (error) {
    // An account that was given some of them is given all.
    const mayBeRefused = kind === "account" && came === 0;
    const why = mayBeRefused ? refusal(error, (state?.count ?? 0) > 0) : undefined;
    if (why === undefined) throw error;
    return { is: "refused", why };
  }
}

/** What a damaged mirror knows of a list is nothing. */
function knownOf(text: string): KnownList | undefined {
  try {
    return JSON.parse(text) as KnownList;
  } catch {
    return undefined;
  }
}
