import { distance } from "fastest-levenshtein";
import { KindUnavailableError, type InventoryInfo, type InventoryReader, type Query } from "./inventory.js";
import { predicate } from "./query.js";
import { collections, type InventoryRecord, type Kind } from "./records.js";
import type { KindState, Store } from "./store.js";

/** Reads the mirror; what it holds was complete when it was fetched. */
export class Mirror implements InventoryReader {
  readonly #store: Store;
  readonly #endpoint: string;
  readonly #states: ReadonlyMap<Kind, KindState>;

  constructor(store: Store, endpoint: string) {
    this.#store = store;
    this.#endpoint = endpoint;
    this.#states = store.states();
  }

  info(): InventoryInfo {
    const states = [...this.#states.values()];
    const held = states.filter((state) => state.refused === undefined);
    const oldest = Math.min(...states.map((state) => state.syncedAt), Date.now());
    return {
      endpoint: this.#endpoint,
      syncedAt: new Date(oldest).toISOString(),
      counts: Object.fromEntries(held.map((state) => [state.kind, state.count])),
    };
  }

  get(kind: Kind, id: string): InventoryRecord | undefined {
    this.#mustHold(kind);
    return this.#store.get(kind, id);
  }

  list(kind: Kind, query: Query = {}): InventoryRecord[] {
    this.#mustHold(kind);
    const matches = predicate(query);
    const found: InventoryRecord[] = [];
    for (const record of this.#store.records(kind, query)) {
      if (!matches(record)) continue;
      found.push(record);
      if (found.length === query.limit) break;
    }
    return found;
  }

  nearest(kind: Kind, text: string, by: "id" | "name", count = 3): string[] {
    this.#mustHold(kind);
    const wanted = text.toLowerCase();
    const near = new Set(this.#store.texts(kind, by));
    return [...near]
      .map((candidate) => ({ candidate, far: distance(wanted, candidate.toLowerCase()) }))
      .filter(({ candidate, far }) => far <= Math.max(3, Math.ceil(candidate.length / 2)))
      .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
      .slice(0, count)
      .map(({ candidate }) => candidate);
  }

  close(): void {
    this.#store.close();
  }

  #mustHold(kind: Kind): void {
    const state = this.#states.get(kind);
    if (!state) throw new KindUnavailableError(`the ${collections[kind]} were not loaded into the inventory`);
    if (state.refused) {
      throw new KindUnavailableError(`the API does not give ${collections[kind]} to this account: ${state.refused}`);
    }
  }
}
