import { defaultFieldMap } from "../../provider/model/field-map";
import { InProcessWriter } from "../../provider/inventory/mirror/sync-writer";
import type { Kind } from "../../provider/model/records";
import { Store } from "../../provider/inventory/store/store";
import { sync, type RecordSource, type SyncPlan } from "../../provider/inventory/sync";
import type { PageSink } from "../../provider/api/paging/list";
import { bytes } from "./helpers/files";

import { day, db, held, keepAll, start, write } from "./helpers/memory-mirror";

describe("a sync of several kinds", () => {
  const plan = (changes: Partial<SyncPlan> = {}): SyncPlan => ({
    kinds: ["location", "account"],
    held: new Map(),
    keep: keepAll,
    startedAt: start,
    incremental: { fullSyncAge: day },
    refusal: () => undefined,
    onPage: () => undefined,
    ...changes,
  });
  const load = (): InProcessWriter => new InProcessWriter(db, defaultFieldMap, start);
  const listing =
    (records: Partial<Record<Kind, object[]>>): RecordSource["pages"] =>
    async (kind, sink: PageSink, { onPage }) => {
      await sink.begin();
      const { count } = await sink.add(bytes(records[kind] ?? []));
      onPage?.(count, count + 1);
      return { unchanged: false, count, known: { total: count, pages: [] }, newest: undefined, sortRefused: false };
    };
  const changes: RecordSource["changes"] = () => Promise.reject(new Error("no changes are asked for"));

  test("publishes all of them, and reports progress", async () => {
    const pages: unknown[] = [];
    const source = { pages: listing({ location: [{ id: "A" }, { id: "B" }], account: [{ id: "X" }] }), changes };
    const one = load();
    const outcomes = await sync(source, one, plan({ onPage: (...page) => pages.push(page) }));
    await one.close();
    expect([...outcomes].map(([kind, { is }]) => [kind, is])).toEqual([
      ["location", "loaded"],
      ["account", "loaded"],
    ]);
    expect([held(), held("account"), db.isOpen]).toEqual([["A", "B"], ["X"], true]);
    expect(pages).toEqual([
      ["location", 2, 3],
      ["account", 1, 2],
    ]);
    expect(JSON.parse(new Store(db).states().get("location")?.known ?? "")).toEqual({
      pages: { total: 2, pages: [] },
      fullAt: start,
    });
  });

  test("passes validators on, and keeps unchanged kinds", async () => {
    write({ location: [{ id: "A" }] });
    const known = { total: 1, pages: [] };
    const states = new Store(db).states();
    const state = states.get("location");
    const told: unknown[] = [];
    const source: RecordSource = {
      changes,
      pages: async (_kind, _sink, options) => {
        told.push(options.validators, options.signal?.aborted);
        return { unchanged: true };
      },
    };
    const one = load();
    const outcomes = await sync(
      source,
      one,
      plan({
        kinds: ["location"],
        held: new Map(
          state ? [["location", { ...state, known: JSON.stringify({ pages: known, fullAt: start - 1 }) }]] : [],
        ),
      }),
    );
    await one.close();
    const result = { is: "unchanged", changed: 0, removed: 0, isIncremental: false };
    expect([[...outcomes], told, held()]).toEqual([[["location", result]], [known, false], ["A"]]);
    expect(JSON.parse(new Store(db).states().get("location")?.known ?? "")).toEqual({ pages: known, fullAt: start });
  });

  test("fails as a whole if one kind fails, and stops the others", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const source: RecordSource = {
      changes,
      pages: async (kind, sink, options) => {
        signals.push(options.signal);
        if (kind === "account") throw new Error("it was cut");
        return listing({ location: [{ id: "A" }] })(kind, sink, options);
      },
    };
    const one = load();
    await expect(sync(source, one, plan({ refusal: () => undefined }))).rejects.toThrow("it was cut");
    await one.close();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
    expect(new Store(db).states().size).toBe(0);
  });

  test("continues without accounts if they are denied, and fails for any other kind", async () => {
    const refusing = (refused: Kind): RecordSource => ({
      changes,
      pages: (kind, sink, options) =>
        kind === refused ? Promise.reject(new Error("403")) : listing({})(kind, sink, options),
    });
    const refusal = (error: unknown): string => `because of ${(error as Error).message}`;
    const one = load();
    await sync(refusing("account"), one, plan({ refusal }));
    await one.close();
    expect(new Store(db).states().get("account")).toMatchInlineSnapshot(
      { endedAt: expect.any(Number) as number },
      `
     {
       "count": 0,
       "endedAt": Any<Number>,
       "kind": "account",
       "known": undefined,
       "refused": "because of 403",
       "syncedAt": 1767225600000,
     }
    `,
    );
    const other = load();
    await expect(sync(refusing("location"), other, plan({ refusal }))).rejects.toThrow("403");
    await other.close();
  });
});
