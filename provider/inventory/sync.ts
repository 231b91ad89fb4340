import type { Attributes, Kind } from "./records.js";
import { collections } from "./records.js";
import { fieldReader, type FieldMap } from "./field-map.js";
import type { KindState, Store } from "./store.js";

/** Where records come from: complete lists, or an error. */
export interface Source {
  list(kind: Kind): Promise<readonly Attributes[]>;
}

/** Is this what the API answers to an account that may not have a kind? */
export type Refusal = (error: unknown) => string | undefined;

/** The kinds among `wanted` that the store lacks or fetched before `notBefore` (milliseconds since the epoch). */
export function staleKinds(store: Store, wanted: readonly Kind[], notBefore: number): Kind[] {
  const states = store.states();
  const isStale = (state: KindState | undefined): boolean => state === undefined || state.syncedAt < notBefore;
  return wanted.filter((kind) => isStale(states.get(kind)));
}

/**
 * Fetches the kinds and puts them into the store in one transaction: all of them, or nothing changes.
 * @param refusal names why accounts are refused, which must not break the rest: only some customers have them [doc]
 */
export async function sync(
  store: Store,
  source: Source,
  kinds: readonly Kind[],
  fieldMap: FieldMap,
  refusal: Refusal,
): Promise<void> {
  const startedAt = Date.now();
  const fetched = await Promise.all(
    kinds.map(async (kind) => {
      try {
        return { kind, records: await source.list(kind), refused: undefined };
      } catch (error) {
        const refused = kind === "account" ? refusal(error) : undefined;
        if (refused === undefined) throw error;
        return { kind, records: [], refused };
      }
    }),
  );
  store.transaction(() => {
    for (const { kind, records, refused } of fetched) {
      const fields = fieldReader(fieldMap, kind);
      const rows = records.map((attributes) => ({
        id: idOf(kind, attributes),
        fields: fields(attributes),
        attributes,
      }));
      store.replace(kind, rows, startedAt, refused);
    }
  });
}

/** Ids are strings; a number is taken and turned into one. */
function idOf(kind: Kind, attributes: Attributes): string {
  const id = attributes["id"];
  if (typeof id === "number") return String(id);
  if (typeof id === "string" && id !== "") return id;
  throw new Error(`a record among the ${collections[kind]} has no id; the inventory was left as it was`);
}
