import type { DatabaseSync } from "node:sqlite";
import { CoreInformationClient } from "../../provider/api/client";
import { openMemory } from "../../provider/inventory/store/database";
import { defaultFieldMap } from "../../provider/model/field-map";
import { InProcessWriter } from "../../provider/inventory/mirror/sync-writer";
import { Store } from "../../provider/inventory/store/store";
import { CLOCK_SKEW, limitationsOf, parseListState } from "../../provider/inventory/list-state";
import { sync, type KindResult } from "../../provider/inventory/sync";
import { apiDefaults } from "../../provider/api/http/settings";
import fc from "../helpers/fast-check";
import { settingsFor } from "../helpers/server";
import { ChangingServer, type Edit, type Variant } from "./helpers/changing-server";

const pageSize = 5;
const day = 24 * 60 * 60 * 1000;

/** A mirror in memory that is refreshed from a server. */
class Refreshed {
  readonly db: DatabaseSync = openMemory();
  readonly client: CoreInformationClient;
  readonly notes: string[] = [];

  constructor(
    readonly server: ChangingServer,
    readonly fullSyncAge = day,
  ) {
    const paging = { ...apiDefaults.paging, pageSize };
    this.client = new CoreInformationClient(settingsFor(server.url, { paging }), { baseDelay: 1 });
  }

  async refresh({ full = false, later = 0 } = {}): Promise<KindResult | undefined> {
    this.server.queries.length = 0;
    const startedAt = Date.now() + later;
    const load = new InProcessWriter(this.db, defaultFieldMap, startedAt);
    try {
      const results = await sync(this.client, load, {
        kinds: ["location"],
        held: new Store(this.db).states(),
        keep: { versions: 20, days: 3_000 },
        startedAt,
        incremental: full ? undefined : { fullSyncAge: this.fullSyncAge },
        refusal: () => undefined,
        onPage: () => undefined,
        onNote: (_kind, note) => this.notes.push(note),
      });
      return results.get("location");
    } finally {
      await load.close();
    }
  }

  get records(): unknown[] {
    return [...new Store(this.db).records("location")].map(({ attributes }) => attributes);
  }

  /** What the server was asked for, each page by its order and offset. */
  get asked(): string[] {
    return this.server.queries.map((query) => {
      const { sort = "none", offset } = Object.fromEntries(new URLSearchParams(query));
      return `${sort} ${offset}`;
    });
  }

  close(): void {
    this.client.close();
    this.db.close();
  }
}

let server: ChangingServer;
let mirror: Refreshed;

async function start(variant: Variant = {}, count = 12): Promise<void> {
  server = await new ChangingServer(variant).start();
  for (let at = 0; at < count; at += 1) {
    server.edit({ do: "add", at: at / count, clock: 0 });
    server.edit({ do: "wait", milliseconds: day / 24 });
  }
  mirror = new Refreshed(server);
  await mirror.refresh();
}

afterEach(async () => {
  mirror.close();
  await server.close();
});

const unlike = { at: 0.5, clock: 0 };

test("reads a list in full by id, and an unchanged one by a single page", async () => {
  await start();
  expect(mirror.asked).toEqual(["id 0", "id 4", "id 8"]);
  await expect(mirror.refresh()).resolves.toEqual({ is: "unchanged", changed: 0, removed: 0, isIncremental: true });
  expect(mirror.asked).toEqual(["-updatedAt 0"]);
  expect(mirror.records).toEqual(server.items);
});

test.each<[string, readonly Edit[], readonly string[], number]>([
  ["one record was changed", [{ do: "change", ...unlike }], ["-updatedAt 0"], 1],
  ["one record was added", [{ do: "add", ...unlike }], ["-updatedAt 0"], 1],
  ["one record was removed and put back", [{ do: "put back", ...unlike }], ["-updatedAt 0"], 1],
  ["one record was removed", [{ do: "remove", ...unlike }], ["-updatedAt 0", "id 0", "id 4", "id 8"], 0],
  [
    "one record was removed and another added",
    [{ do: "replace", ...unlike }],
    ["-updatedAt 0", "id 0", "id 4", "id 8"],
    1,
  ],
  [
    "more were added than a page holds",
    Array.from({ length: 7 }, (_, at): Edit => ({ do: "add", at: at / 7, clock: at / 7 })),
    ["-updatedAt 0", "-updatedAt 4"],
    7,
  ],
])("equals the server's inventory after %s", async (_what, edits, asked, changed) => {
  await start();
  for (const edit of edits) server.edit(edit);
  await expect(mirror.refresh()).resolves.toMatchObject({ changed });
  expect(mirror.asked.toSorted()).toEqual(asked.toSorted());
  expect(mirror.records).toEqual(server.items);
  await expect(mirror.refresh()).resolves.toMatchObject({ is: "unchanged" });
  expect(mirror.records).toEqual(server.items);
});

test.each<[string, Variant, readonly string[], readonly string[]]>([
  [
    "the server refuses sort=-updatedAt",
    { sort: "refused" },
    ["-updatedAt 0", "id 0", "id 4", "id 8"],
    ["id 0", "id 4", "id 8"],
  ],
  ["the server ignores sort", { sort: "ignored" }, ["-updatedAt 0", "id 0", "id 4", "id 8"], ["id 0", "id 4", "id 8"]],
  ["no total is announced", { noTotal: true }, ["id 0", "id 4", "id 8", "id 11"], ["id 0", "id 4", "id 8", "id 11"]],
  ["a record has no updatedAt", { noUpdatedAt: true }, ["id 0", "id 4", "id 8"], ["id 0", "id 4", "id 8"]],
])("reads in full if %s, and remembers the reason", async (_what, variant, first, second) => {
  await start(variant);
  server.edit({ do: "change", ...unlike });
  await expect(mirror.refresh()).resolves.toMatchObject({ isIncremental: false, changed: 1 });
  expect(mirror.asked.toSorted()).toEqual(first.toSorted());
  expect(mirror.records.length).toBe(server.items.length);
  await expect(mirror.refresh()).resolves.toMatchObject({ isIncremental: false, changed: 0 });
  expect(mirror.asked.toSorted()).toEqual(second.toSorted());
  const state = parseListState(new Store(mirror.db).states().get("location")?.known);
  const limitations = state ? limitationsOf(state) : [];
  expect(limitations).toMatchSnapshot();
  expect(mirror.notes).toEqual([...limitations, ...limitations]);
});

test("reads without an order if the server rejects sort=id, remembers that, and asks again at a full sync", async () => {
  await start({ sort: "id refused" });
  expect(mirror.asked).toEqual(["id 0", "none 0", "none 4", "none 8"]);
  server.edit({ do: "remove", ...unlike });
  await expect(mirror.refresh()).resolves.toMatchObject({ is: "loaded", changed: 0, removed: 1 });
  expect(mirror.asked).toEqual(["-updatedAt 0", "none 0", "none 4", "none 8"]);
  expect(mirror.records).toEqual(server.items);
  await mirror.refresh({ full: true });
  expect(mirror.asked[0]).toBe("id 0");
  expect(mirror.records).toEqual(server.items);
});

test("reads in full if asked to, if the last full read is too old, or if it lies in the future", async () => {
  await start();
  await expect(mirror.refresh({ full: true })).resolves.toMatchObject({ isIncremental: false });
  await expect(mirror.refresh({ later: day - 60_000 })).resolves.toMatchObject({ isIncremental: true });
  await expect(mirror.refresh({ later: day })).resolves.toMatchObject({ isIncremental: false });
  await expect(mirror.refresh()).resolves.toMatchObject({ isIncremental: false });
});

test("finds changes beside a record whose updatedAt lies in the future", async () => {
  await start();
  server.edit({ do: "wait", milliseconds: Date.now() - server.now });
  server.edit({ do: "wait", milliseconds: 3_650 * day });
  server.edit({ do: "change", ...unlike });
  server.edit({ do: "wait", milliseconds: -3_650 * day });
  await mirror.refresh();
  // More than the first page shows.
  for (let at = 0; at < 8; at += 1) server.edit({ do: "change", at: at / 12, clock: 0 });
  await mirror.refresh();
  expect(mirror.records).toEqual(server.items);
});

test("finds a change that happened while the list was read, whatever the difference between the clocks", async () => {
  await start({ delay: 5 });
  const slightlyAhead = 1 / CLOCK_SKEW;
  for (let at = 1; at < 5; at += 1) server.edit({ do: "change", at: at / 12, clock: slightlyAhead });
  server.during = [
    // The first page has been read, and the last ones have not: the newest record is newer than this change by more than the skew.
    { request: 2, edit: { do: "change", at: 0, clock: 0 } },
    { request: 2, edit: { do: "wait", milliseconds: 2 } },
    ...[5, 6, 7, 8, 9, 10, 11].map((at) => ({ request: 2, edit: { do: "change", at: at / 12, clock: 1 } as const })),
  ];
  await mirror.refresh({ full: true });
  server.forget();
  expect(mirror.records).not.toEqual(server.items);
  await expect(mirror.refresh()).resolves.toMatchObject({ isIncremental: true });
  expect(mirror.records).toEqual(server.items);
});

test("reads in full if the newest record is older than the one known", async () => {
  await start();
  server.edit({ do: "wait", milliseconds: -day / 2 });
  // As many records as before, and none that is newer than the mirror's.
  server.edit({ do: "replace", at: 0.99, clock: 0 });
  await expect(mirror.refresh()).resolves.toMatchObject({ isIncremental: false, changed: 1 });
  expect(mirror.notes.at(-1)).toMatchInlineSnapshot(
    `"the newest record of the server is older than the newest one known"`,
  );
  expect(mirror.records).toEqual(server.items);
  await expect(mirror.refresh()).resolves.toMatchObject({ isIncremental: true });
});

test("continues if the server returns fewer records than requested", async () => {
  await start({ most: 3 });
  for (let at = 0; at < 8; at += 1) server.edit({ do: "change", at: at / 12, clock: 0 });
  await expect(mirror.refresh()).resolves.toMatchObject({ isIncremental: true, changed: 8 });
  expect(mirror.records).toEqual(server.items);
});

test.each<[string, Variant]>([
  ["and counts all", { dropsNewest: true }],
  ["and counts only the list", { dropsNewest: true, noPageCount: true }],
])("reads in full if a page lacks a record, %s: the missing one may be the change", async (_how, variant) => {
  await start(variant);
  // As many records as before: the total does not show that one was replaced.
  server.edit({ do: "replace", at: 0.5, clock: 0 });
  await expect(mirror.refresh()).resolves.toMatchObject({ isIncremental: false, changed: 1, removed: 1 });
  expect(mirror.notes.at(-1)).toBe("a page has fewer records than the server announces");
  expect(mirror.records).toEqual(server.items);
});

test("reads in full if the server returns fewer records than requested and does not count them", async () => {
  await start({ most: 3, noPageCount: true });
  server.edit({ do: "change", ...unlike });
  await expect(mirror.refresh()).resolves.toMatchObject({ isIncremental: false, changed: 1 });
  expect(mirror.records).toEqual(server.items);
});

test("fails, and keeps the mirror unchanged, if a page cannot be read", async () => {
  await start();
  const before = mirror.records;
  server.edit({ do: "change", ...unlike });
  await server.close();
  await expect(mirror.refresh()).rejects.toThrow("locations");
  expect(mirror.records).toEqual(before);
});

describe("after any changes on the server", () => {
  const edit: fc.Arbitrary<Edit> = fc.oneof(
    fc.record({
      do: fc.constantFrom("add", "change", "remove", "put back", "replace"),
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
      clock: fc.constantFrom(0, 0.25, 0.5, 1),
    }),
    fc.record({ do: fc.constant("wait"), milliseconds: fc.constantFrom(0, 1, 60_000, 600_000, 660_000, 5_000_000) }),
  );
  const still: fc.Arbitrary<Edit> = edit.filter((one) => one.do !== "wait");
  const step = fc.record({
    edits: fc.array(edit, { maxLength: 8 }),
    // What changes while the refresh reads: it may fail, and the next one must find it.
    during: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.array(fc.record({ request: fc.integer({ min: 1, max: 6 }), edit: still }), { maxLength: 4 }),
      },
    ),
  });
  const variant: fc.Arbitrary<Variant> = fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: fc.constant({ shuffled: true }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Variant>({ most: 3 }, { sort: "ignored" }, { sort: "refused" }, { noTotal: true }),
    },
  );

  test("the mirror equals the server's inventory after each refresh, or the refresh fails", async () => {
    let incremental = 0;
    await fc.assert(
      fc.asyncProperty(
        variant,
        fc.integer({ min: 0, max: 14 }),
        fc.array(step, { maxLength: 8 }),
        async (kind, count, steps) => {
          await start(kind, count);
          try {
            for (const { edits, during } of steps) {
              for (const one of edits) server.edit(one);
              server.during = during;
              const result = await mirror.refresh().catch((error: unknown) => error as Error);
              server.forget();
              if (during.length > 0) continue;
              if (result instanceof Error) throw result;
              if (result?.is !== "refused" && result?.isIncremental) incremental += 1;
              expect(mirror.records).toEqual(server.items);
            }
          } finally {
            mirror.close();
            await server.close();
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(incremental).toBeGreaterThan(100);
    // For the hook that closes what a test leaves open.
    await start();
  });
});
