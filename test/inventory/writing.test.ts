import type { DatabaseSync } from "node:sqlite";
import { History, type Change, type HistoryEntry } from "../../provider/inventory/changes";
import { openMemory } from "../../provider/inventory/database";
import { defaultFieldMap, type FieldMap } from "../../provider/inventory/field-map";
import { KindUnavailableError } from "../../provider/inventory/inventory";
import { InlineLoad } from "../../provider/inventory/load";
import { Mirror, MirrorDamagedError } from "../../provider/inventory/mirror";
import type { Keep } from "../../provider/inventory/prune";
import type { Kind } from "../../provider/inventory/records";
import { isSearchable, prepareSearch, search } from "../../provider/inventory/search";
import { Store } from "../../provider/inventory/store";
import { sync, type Source, type SyncPlan } from "../../provider/inventory/sync";
import { Writer, type Outcome } from "../../provider/inventory/writer";
import type { PageSink } from "../../provider/api/list";
import { bytes } from "./helpers/files";

const day = 24 * 60 * 60 * 1000;
const start = Date.UTC(2026, 0, 1);
const keepAll: Keep = { versions: 20, days: 3_000 };
type Records = Partial<Record<Kind, readonly object[] | Outcome>>;

let db: DatabaseSync;
beforeEach(() => (db = openMemory()));
afterEach(() => {
  if (db.isOpen) db.close();
});

/** One sync: pages of `size` records of each kind, or how its list ended otherwise. */
function write(
  records: Records,
  at = 0,
  { keep = keepAll, size = 1_000, map = defaultFieldMap as FieldMap, verify = false } = {},
): void {
  const writer = new Writer({ db, stays: true }, map, start + at * day, verify);
  const outcomes = new Map<Kind, Outcome>();
  for (const [kind, list] of Object.entries(records) as [Kind, readonly object[] | Outcome][]) {
    if ("is" in list) {
      outcomes.set(kind, list);
      continue;
    }
    writer.begin(kind);
    for (let from = 0; from < list.length; from += size) writer.add(kind, bytes(list.slice(from, from + size)));
    outcomes.set(kind, { is: "loaded" });
  }
  writer.commit(outcomes, keep);
  writer.close();
}

const numbers = (of: number, more: object = {}): object[] =>
  Array.from({ length: of }, (_, at) => ({ id: `L${String(at).padStart(3, "0")}`, ...more }));
const rows = (): number => Number(db.prepare("SELECT count(*) AS n FROM record").get()?.["n"]);
const held = (kind: Kind = "location"): string[] => [...new Store(db).records(kind)].map(({ id }) => id);
const versions = (): number[] => new History(db).versions().map(({ number }) => number);

describe("a sync", () => {
  test.each([0, 1, 24, 25, 26, 50, 51, 130])("of %i records writes each of them, once", (count) => {
    write({ location: numbers(count, { name: "n" }) }, 0, { size: 60 });
    expect(held()).toEqual(numbers(count).map((record) => (record as { id: string }).id));
    const found = [...new Store(db).records("location")];
    for (const record of found)
      expect(record).toMatchObject({ kind: "location", name: "n", attributes: { id: record.id, name: "n" } });
    expect(new Store(db).states().get("location")?.count).toBe(count);
  });

  test("says what was in a page, and what of it was new", () => {
    const writer = new Writer({ db, stays: true }, defaultFieldMap, start);
    expect(() => writer.add("location", bytes([]))).toThrow("location was not begun");
    writer.begin("location");
    expect(writer.add("location", bytes([{ id: "A" }, { id: "B" }, { id: "A" }]))).toEqual({
      count: 3,
      fresh: 2,
      added: 2,
      changed: 2,
      ends: ["A", "A"],
      times: undefined,
    });
    expect(writer.add("location", bytes([{ id: "B" }, { id: "C" }]))).toMatchObject({
      count: 2,
      fresh: 1,
      added: 1,
      ends: ["B", "C"],
    });
    expect(() => writer.add("location", bytes([{ id: "D" }, {}]))).toThrow("record 1 of a page");
    writer.begin("location");
    expect(writer.add("location", bytes([{ id: "C" }]))).toMatchObject({ count: 1, fresh: 1, ends: ["C", "C"] });
    writer.commit(new Map([["location", { is: "loaded", known: "its pages" }]]), keepAll);
    writer.close();
    expect(held()).toEqual(["C"]);
    expect(new Store(db).states().get("location")).toEqual({
      kind: "location",
      syncedAt: start,
      endedAt: expect.any(Number) as number,
      count: 1,
      refused: undefined,
      known: "its pages",
    });
  });

  test("that begins a list again has nothing of what came of it before", () => {
    write({ location: [{ id: "A", v: 1 }, { id: "B" }] });
    const writer = new Writer({ db, stays: true }, defaultFieldMap, start + day);
    writer.begin("location");
    expect(writer.add("location", bytes([{ id: "A", v: 2 }, { id: "C" }]))).toEqual({
      count: 2,
      fresh: 2,
      added: 1,
      changed: 2,
      ends: ["A", "C"],
      times: undefined,
    });
    writer.begin("location");
    expect(writer.add("location", bytes([{ id: "A", v: 1 }, { id: "B" }]))).toEqual({
      count: 2,
      fresh: 2,
      added: 0,
      changed: 0,
      ends: ["A", "B"],
      times: undefined,
    });
    writer.commit(new Map([["location", { is: "loaded" }]]), keepAll);
    writer.close();
    expect(held()).toEqual(["A", "B"]);
    expect([rows(), versions()]).toEqual([2, [1]]);
    expect(new Store(db).get("location", "A")?.attributes).toEqual({ id: "A", v: 1 });
  });

  test("that is not committed never was", () => {
    write({ location: [{ id: "A" }] });
    const writer = new Writer({ db, stays: true }, defaultFieldMap, start + day);
    writer.begin("location");
    writer.add("location", bytes([{ id: "B" }]));
    writer.close();
    expect([held(), rows(), db.isOpen, db.isTransaction]).toEqual([["A"], 1, true, false]);
  });

  test("keeps what did not change, whatever the order of its fields, and ends what did", () => {
    write({ location: [{ id: "A", x: 1, y: 2 }, { id: "B", x: 1 }, { id: "C" }, { id: "D", x: 12, y: 3 }] });
    write({ location: [{ y: 2, x: 1, id: "A" }, { id: "B", x: 2 }, { id: "E" }, { id: "D", x: 13, y: 2 }] }, 1);
    expect(held()).toEqual(["A", "B", "D", "E"]);
    expect([rows(), versions()]).toEqual([7, [1, 2]]);
    expect(Object.keys(new Store(db).get("location", "A")?.attributes ?? {})).toEqual(["id", "x", "y"]);
    expect(new Store(db).get("location", "B")?.attributes).toEqual({ id: "B", x: 2 });
    expect(new Store(db).states().get("location")?.count).toBe(4);
  });

  test("that is to verify compares every column, and forgets the words that can be searched", () => {
    const records = [{ id: "A", name: "one", status: "In service" }, { id: "B", name: "two" }, { id: "C" }];
    write({ location: records });
    prepareSearch(db);
    const spoil = (): void => db.exec("UPDATE record SET name = 'other' WHERE id = 'B'");
    const names = (): unknown[] => [...new Store(db).records("location")].map(({ name }) => name);
    spoil();
    write({ location: records }, 1);
    expect([names(), rows(), isSearchable(db)]).toEqual([["one", "other", undefined], 3, true]);
    write({ location: records }, 2, { verify: true });
    expect([names(), rows(), versions(), isSearchable(db)]).toEqual([["one", "two", undefined], 4, [1, 2], false]);
    prepareSearch(db);
    write({ location: records }, 3, { verify: true });
    expect([names(), rows(), versions(), isSearchable(db)]).toEqual([["one", "two", undefined], 4, [1, 2], false]);
  });

  test("that finds nothing new makes no version, but says when it was", () => {
    write({ location: [{ id: "A" }], account: [] });
    write({ location: [{ id: "A" }], account: { is: "unchanged" } }, 1);
    expect(versions()).toEqual([1]);
    expect([...new Store(db).states().values()].map(({ kind, syncedAt, count }) => [kind, syncedAt, count])).toEqual([
      ["location", start + day, 1],
      ["account", start + day, 0],
    ]);
    write({ location: [] }, 2);
    expect([versions(), held()]).toEqual([[1, 2], []]);
  });

  test("that finds a kind as it was keeps what is known of it", () => {
    const writer = new Writer({ db, stays: true }, defaultFieldMap, start);
    writer.begin("location");
    writer.add("location", bytes([{ id: "A" }, { id: "B" }]));
    writer.commit(new Map([["location", { is: "loaded", known: "its pages" }]]), keepAll);
    writer.close();
    write({ location: { is: "unchanged" } }, 1);
    expect(new Store(db).states().get("location")).toMatchObject({
      syncedAt: start + day,
      count: 2,
      known: "its pages",
    });
  });

  test("makes a version for a record that is new, and for one that is gone", () => {
    write({ location: [] });
    expect(versions()).toEqual([1]);
    write({ location: [{ id: "A" }] }, 1);
    write({ location: [] }, 2);
    expect(versions()).toEqual([1, 2, 3]);
  });

  test("of one kind leaves the others as they are", () => {
    write({ location: [{ id: "A" }], servicePoint: [{ id: "A" }] });
    write({ location: [{ id: "B" }] }, 1);
    expect([held(), held("servicePoint")]).toEqual([["B"], ["A"]]);
    expect([...new Store(db).states().keys()]).toEqual(["location", "servicePoint"]);
  });

  test("that is refused a kind says why, and keeps what it was out of sight", () => {
    write({ account: [{ id: "A", v: 1 }], location: [] });
    const writer = new Writer({ db, stays: true }, defaultFieldMap, start + day);
    writer.begin("account");
    writer.add("account", bytes([{ id: "A", v: 2 }, { id: "B" }]));
    writer.commit(new Map([["account", { is: "refused", why: "not for you" }]]), keepAll);
    writer.close();
    expect(new Store(db).states().get("account")).toMatchObject({ count: 0, refused: "not for you", known: undefined });
    expect(new Store(db).get("account", "A")?.attributes).toEqual({ id: "A", v: 1 });
    write({ account: [{ id: "A", v: 1 }] }, 2);
    expect(new Store(db).states().get("account")).toMatchObject({ count: 1, refused: undefined });
    expect([rows(), versions()]).toEqual([1, [1]]);
  });
});

describe("what is kept of the past", () => {
  const changing = (count: number, keep: Keep, days = 1): void => {
    for (let at = 0; at < count; at += 1) write({ location: [{ id: "A", v: at }, { id: "B" }] }, at * days, { keep });
  };

  test.each([
    [5, { versions: 3, days: 3_000 }, [3, 4, 5]],
    [3, { versions: 3, days: 3_000 }, [1, 2, 3]],
    [4, { versions: 1, days: 3_000 }, [4]],
    [6, { versions: 20, days: 2 }, [3, 4, 5, 6]],
    [6, { versions: 20, days: 0 }, [5, 6]],
    [6, { versions: 2, days: 2 }, [5, 6]],
  ])("of %i versions, a day each, by %j", (count, keep, kept) => {
    changing(count, keep);
    expect(versions()).toEqual(kept);
    // A record for each version of A, and B.
    expect(rows()).toBe(kept.length + 1);
    expect(new Store(db).get("location", "A")?.attributes).toEqual({ id: "A", v: count - 1 });
  });
});

describe("the history", () => {
  const plain = ({ version: _version, ...change }: HistoryEntry): Change => change;
  const between = (from: number, to: number): Change[] => {
    const history = new History(db);
    return [...history.changes(history.version({ number: from }), history.version({ number: to }))];
  };

  beforeEach(() => {
    write({
      location: [
        { id: "A", name: "a", size: { rack: 1, slots: [1, 2] }, gone: true },
        { id: "B" },
        { id: "C", name: "c" },
      ],
      account: [{ id: "A" }],
    });
    write(
      {
        location: [{ id: "A", name: "a", size: { rack: 2, slots: [1, 3] }, come: null }, { id: "B" }, { id: "D" }],
        account: [{ id: "A", x: 1 }],
      },
      1,
    );
    write(
      {
        location: [
          { id: "A", name: "a", size: { rack: 1, slots: [1, 2] }, gone: true },
          { id: "B" },
          { id: "C", name: "c" },
        ],
        account: [{ id: "A", x: 1 }],
      },
      2,
    );
  });

  test("says what differs between two versions, by kind and id, field by field", () => {
    expect(between(1, 2)).toEqual([
      {
        change: "changed",
        kind: "location",
        id: "A",
        name: "a",
        fields: [
          { field: "size.rack", before: 1, after: 2 },
          { field: "size.slots", before: [1, 2], after: [1, 3] },
          { field: "gone", before: true },
          { field: "come", after: null },
        ],
      },
      { change: "removed", kind: "location", id: "C", name: "c" },
      { change: "added", kind: "location", id: "D" },
      { change: "changed", kind: "account", id: "A", fields: [{ field: "x", after: 1 }] },
    ]);
  });

  test("tells a value as a whole where it was, or is, none with fields", () => {
    write({ servicePoint: [{ id: "S", a: { b: 1 }, c: null, d: { e: 1 } }] }, 3);
    write({ servicePoint: [{ id: "S", a: "b", c: { d: 1 }, d: [1] }] }, 4);
    expect(between(4, 5)[0]?.fields).toStrictEqual([
      { field: "a", before: { b: 1 }, after: "b" },
      { field: "c", before: null, after: { d: 1 } },
      { field: "d", before: { e: 1 }, after: [1] },
    ]);
    write({ servicePoint: [{ id: "S", a: "b", d: [1], e: 1 }] }, 5);
    expect(between(5, 6)[0]?.fields).toStrictEqual([
      { field: "c", before: { d: 1 } },
      { field: "e", after: 1 },
    ]);
  });

  test("does not say what has become as it was, nor what was between", () => {
    expect(between(1, 3)).toEqual([
      { change: "changed", kind: "account", id: "A", fields: [{ field: "x", after: 1 }] },
    ]);
    expect(between(2, 2)).toEqual([]);
    expect(between(2, 3).map(({ change, id }) => [change, id])).toEqual([
      ["changed", "A"],
      ["added", "C"],
      ["removed", "D"],
    ]);
  });

  test("tells a named field where the record as it came is the same", () => {
    write({ servicePoint: [{ id: "S", label: "l" }] }, 3);
    db.exec("UPDATE record SET until = 5 WHERE kind = 2");
    db.exec(
      `INSERT INTO record (kind, id, since, name, status, attributes) VALUES (2, 'S', 5, 'other', 'Live', '{"id":"S","label":"l"}')`,
    );
    db.exec("INSERT INTO version VALUES (5, 0)");
    expect(between(4, 5)).toEqual([
      {
        change: "changed",
        kind: "servicePoint",
        id: "S",
        name: "other",
        fields: [
          { field: "name", before: "l", after: "other" },
          { field: "status", after: "Live" },
        ],
      },
    ]);
  });

  test("says nothing of a kind that the earlier version did not hold, or that is refused", () => {
    write({ servicePoint: [{ id: "S" }] }, 3);
    expect(between(3, 4)).toEqual([]);
    write({ servicePoint: [] }, 4);
    expect(between(4, 5)).toEqual([{ change: "removed", kind: "servicePoint", id: "S" }]);
    write({ account: { is: "refused", why: "no" } }, 5);
    const history = new History(db);
    expect(history.comparable(history.version({ number: 1 }))).toEqual(["location"]);
    expect(history.comparable(history.version({ number: 4 }))).toEqual(["location", "servicePoint"]);
    expect(history.uncompared(history.version({ number: 1 }))).toEqual([
      "servicePoint",
      "configurationItem",
      "account",
    ]);
    expect(history.uncompared(history.version({ number: 4 }))).toEqual(["configurationItem", "account"]);
  });

  test("a kind that was refused is held from when it is given; one that was given before and is as it was, all the while", () => {
    write({ servicePoint: { is: "refused", why: "no" } }, 3);
    write({ location: { is: "refused", why: "no" } }, 4);
    write({ servicePoint: [{ id: "S" }], location: [{ id: "A" }] }, 5);
    const history = new History(db);
    const newest = history.versions().at(-1)?.number ?? 0;
    expect(history.uncompared(history.version({ number: 3 }))).toContain("servicePoint");
    expect(history.uncompared(history.version({ number: 3 }))).toContain("location");
    expect(between(3, newest).filter(({ kind }) => kind === "servicePoint")).toEqual([]);
    expect(history.uncompared(history.version({ number: newest }))).toEqual(["configurationItem"]);
    write({ location: { is: "refused", why: "no" } }, 6);
    write({ location: [{ id: "A" }] }, 7);
    expect(history.uncompared(history.version({ number: newest }))).toEqual(["configurationItem"]);
  });

  test("does not take for new what was refused before", () => {
    const refused = { is: "refused", why: "no" } as const;
    write({ location: [{ id: "B" }], account: refused }, 3);
    write({ account: [{ id: "A", x: 1 }, { id: "N" }] }, 4);
    expect(between(4, 5)).toEqual([]);
    write({ account: [{ id: "A", x: 1 }, { id: "N" }, { id: "O" }] }, 5);
    expect(between(5, 6)).toEqual([{ change: "added", kind: "account", id: "O" }]);
    // What comes back as it was has been so all the time.
    write({ account: refused }, 6);
    write({ account: [{ id: "A", x: 1 }, { id: "N" }, { id: "O" }] }, 7);
    write({ account: [{ id: "A", x: 1 }, { id: "N" }] }, 8);
    expect(between(6, 7)).toEqual([{ change: "removed", kind: "account", id: "O" }]);
    // Refused from the first version on, it was never held.
    write({ servicePoint: refused }, 9);
    write({ servicePoint: [{ id: "S" }] }, 10);
    expect(between(7, 8)).toEqual([]);
  });

  test("of an id says when it came, changed and went, in each kind", () => {
    const of = (id: string): [number, Change][] =>
      new History(db).of(id).map((entry) => [entry.version.number, plain(entry)]);
    expect(of("C")).toEqual([
      [1, { change: "added", kind: "location", id: "C", name: "c" }],
      [2, { change: "removed", kind: "location", id: "C", name: "c" }],
      [3, { change: "added", kind: "location", id: "C", name: "c" }],
    ]);
    expect(of("A").map(([number, { change, kind, fields }]) => [number, change, kind, fields?.length])).toEqual([
      [1, "added", "location", undefined],
      [2, "changed", "location", 4],
      [3, "changed", "location", 4],
      [1, "added", "account", undefined],
      [2, "changed", "account", 1],
    ]);
    expect(of("D")).toMatchObject([
      [2, { change: "added" }],
      [3, { change: "removed" }],
    ]);
    expect(of("none")).toEqual([]);
  });

  test("begins with the first version that is kept", () => {
    write({ location: [{ id: "A" }], account: [] }, 4, { keep: { versions: 2, days: 3_000 } });
    const entries = new History(db).of("B");
    expect(entries.map(({ version, change }) => [version.number, change])).toEqual([
      [3, "added"],
      [4, "removed"],
    ]);
  });

  test("finds a version by its number or its time, or says which there are", () => {
    const history = new History(db);
    const at = (time: number): number => history.version({ time }).number;
    expect(history.versions()).toEqual(
      [1, 2, 3].map((number) => ({ number, syncedAt: new Date(start + (number - 1) * day).toISOString() })),
    );
    expect([at(start), at(start + 1), at(start + day - 1), at(start + day), at(start + 99 * day)]).toEqual([
      1, 1, 1, 2, 3,
    ]);
    const kept = "the mirror keeps versions 1 (2026-01-01T00:00:00.000Z) to 3 (2026-01-03T00:00:00.000Z)";
    expect(() => history.version({ number: 4 })).toThrow(`there is no version 4; ${kept}`);
    expect(() => at(start - 1)).toThrow(`there is no version at 2025-12-31T23:59:59.999Z; ${kept}`);
    const none = openMemory();
    expect(() => new History(none).version({ number: 1 })).toThrow(
      "there is no version 1; the mirror keeps none yet: run orange-cmdb sync",
    );
    none.close();
  });
});

describe("a mirror", () => {
  const origin = { endpoint: "https://api", file: "/a/mirror.db" };
  const site = { location: { id: "PAR" } };
  const filled = (): Mirror => {
    write({
      location: [
        { id: "PAR", name: "Paris" },
        { id: "LYO", name: "Lyon" },
      ],
      servicePoint: [{ id: "SP", ...site }],
      configurationItem: [
        { id: "C", name: "c", ...site },
        { id: "A", name: "a", servicePoint: { id: "SP" }, customerId: "X" },
        { id: "B", status: "Retired", location: { id: "LYO" }, servicePoint: { id: "SP" } },
      ],
      account: { is: "refused", why: "403" },
    });
    return new Mirror(db, origin);
  };

  test("says what it holds, and of when the oldest of it is", () => {
    write({ location: [{ id: "A" }] }, 1);
    write({ servicePoint: [] }, 2);
    write({ account: { is: "refused", why: "no" } }, 3);
    const info = {
      endpoint: "https://api",
      syncedAt: new Date(start + day).toISOString(),
      counts: { location: 1, servicePoint: 0 },
    };
    expect(new Mirror(db, origin).info()).toEqual(info);
    expect(new Mirror(db, { ...origin, stale: "down" }).info()).toEqual({ ...info, stale: "down" });
    const empty = new Mirror(openMemory(), origin);
    expect(Date.now() - Date.parse(empty.info().syncedAt)).toBeLessThan(60_000);
    expect(empty.info().counts).toEqual({});
    empty.close();
  });

  test("gives records by id, and lists of them by what is asked", () => {
    const mirror = filled();
    expect(mirror.get("location", "PAR")).toMatchObject({
      kind: "location",
      id: "PAR",
      name: "Paris",
      attributes: { id: "PAR" },
    });
    expect(mirror.get("location", "C")).toBeUndefined();
    const ids = (query: object): string[] => mirror.list("configurationItem", query).map(({ id }) => id);
    expect(ids({})).toEqual(["A", "B", "C"]);
    expect(ids({ limit: 2 })).toEqual(["A", "B"]);
    expect(ids({ limit: 5 })).toEqual(["A", "B", "C"]);
    expect(ids({ name: "c" })).toEqual(["C"]);
    expect(ids({ locationId: "PAR" })).toEqual(["A", "C"]);
    expect(ids({ locationId: "LYO" })).toEqual(["B"]);
    expect(ids({ servicePointId: "SP" })).toEqual(["A", "B"]);
    expect(ids({ accountId: "X" })).toEqual(["A"]);
    expect(ids({ where: "status == 'Retired' || name == 'a'", limit: 1 })).toEqual(["A"]);
    expect(ids({ filters: [{ name: "name", values: ["*"] }] })).toEqual(["A", "C"]);
    expect(mirror.nearest("configurationItem", "a", "id", 1)).toEqual(["A"]);
    expect(mirror.nearest("configurationItem", "b", "name", 3).sort()).toEqual(["a", "c"]);
    expect(mirror.nearest("location", "PARIS", "name")).toEqual(["Paris"]);
    expect(mirror.history.versions()).toHaveLength(1);
    mirror.close();
    expect(db.isOpen).toBe(false);
  });

  test("reads some fields where no condition looks at more", () => {
    const mirror = filled();
    const fields = ["status"];
    const of = (query: object): (string | undefined)[] =>
      mirror.list("configurationItem", { fields, ...query }).map(({ name }) => name);
    expect(of({})).toEqual([undefined, undefined, undefined]);
    expect(of({ where: "name == 'a'" })).toEqual(["a"]);
    expect(of({ filters: [{ name: "name", values: ["a"] }] })).toEqual(["a"]);
    expect(mirror.list("configurationItem", { fields })[1]).toMatchObject({
      id: "B",
      status: "Retired",
      attributes: {},
    });
    mirror.close();
  });

  test("says of a kind that it does not hold why, whoever asks", () => {
    write({ location: [{ id: "A" }], account: { is: "refused", why: "403" } });
    const mirror = new Mirror(db, origin);
    const asks = (kind: Kind): (() => unknown)[] => [
      () => mirror.get(kind, "A"),
      () => mirror.list(kind),
      () => mirror.nearest(kind, "A", "id"),
      () => mirror.search("a", { kinds: [kind] }),
    ];
    for (const ask of asks("servicePoint"))
      expect(ask).toThrow(new KindUnavailableError("the servicePoints were not loaded into the inventory"));
    for (const ask of asks("account"))
      expect(ask).toThrow(new KindUnavailableError("the API does not give accounts to this account: 403"));
    expect(new KindUnavailableError("x").name).toBe("KindUnavailableError");
    mirror.close();
  });

  test("is frozen as it was when it was opened", () => {
    write({ location: [{ id: "A" }] });
    const mirror = new Mirror(db, origin);
    expect(db.isTransaction).toBe(true);
    const store = new Store(db);
    store.freeze();
    store.thaw();
    store.thaw();
    expect(db.isTransaction).toBe(false);
    mirror.close();
  });

  test("is as old as the oldest of the kinds that were asked for", () => {
    write({ location: [{ id: "A" }] }, 1);
    write({ servicePoint: [] }, 2);
    const since = (kinds?: Kind[]): string => new Mirror(db, { ...origin, kinds }).info().syncedAt;
    const day1 = new Date(start + day).toISOString();
    const day2 = new Date(start + 2 * day).toISOString();
    expect([since(), since(["location"]), since(["servicePoint"]), since(["servicePoint", "location"])]).toEqual([
      day1,
      day1,
      day2,
      day1,
    ]);
    expect(new Mirror(db, origin).info()).not.toHaveProperty("stale");
  });

  test("in which rows are missing, or no index leads to them, does not say that there are none", () => {
    const mirror = filled();
    const damaged = (said: string): string =>
      `the inventory in /a/mirror.db is damaged (${said}); orange-cmdb sync fetches it anew`;
    const lost = new MirrorDamagedError(damaged("records are missing"));
    db.exec("DELETE FROM record WHERE id = 'B'");
    expect(() => mirror.list("configurationItem")).toThrow(lost);
    expect(() => mirror.list("configurationItem", { fields: ["name"] })).toThrow(lost);
    expect(() => mirror.list("configurationItem", { fields: undefined, limit: undefined })).toThrow(lost);
    // What is asked for is there.
    expect(mirror.list("configurationItem", { limit: 1 })).toHaveLength(1);
    expect(mirror.list("configurationItem", { name: "c" })).toHaveLength(1);
    expect(mirror.list("location")).toHaveLength(2);
    // An id that a row has and the index has not.
    const store = jest.spyOn(Store.prototype, "get");
    store.mockReturnValue(undefined);
    expect(() => mirror.get("configurationItem", "A")).toThrow(
      new MirrorDamagedError(damaged("an index leads elsewhere")),
    );
    expect(mirror.get("configurationItem", "never")).toBeUndefined();
    store.mockReturnValue({ kind: "configurationItem", id: "C", attributes: {} });
    expect(() => mirror.get("configurationItem", "A")).toThrow(
      new MirrorDamagedError(damaged("an index leads elsewhere")),
    );
    store.mockRestore();
    mirror.close();
  });

  test("is searched by words, where they have been prepared", () => {
    const mirror = filled();
    new Store(db).thaw();
    prepareSearch(db);
    const ids = (text: string, kinds?: Kind[]): string[] => mirror.search(text, { kinds }).map(({ id }) => id);
    expect(ids("paris")).toEqual(["PAR"]);
    expect(ids("c", ["location"])).toEqual([]);
    expect(ids("c")).toEqual(["C"]);
    mirror.close();
  });

  test("that is damaged says so, and any other fault as it is", () => {
    const mirror = filled();
    const broken = (error: object): void => {
      jest.spyOn(db, "prepare").mockImplementation(() => {
        throw Object.assign(new Error("disk image is malformed"), error);
      });
    };
    broken({ errcode: 11 });
    const message =
      "the inventory in /a/mirror.db is damaged (disk image is malformed); orange-cmdb sync fetches it anew";
    expect(() => mirror.get("location", "PAR")).toThrow(new MirrorDamagedError(message));
    expect(() => mirror.list("location")).toThrow(MirrorDamagedError);
    broken({ errcode: 10 });
    expect(() => mirror.list("location")).toThrow("disk image is malformed");
    expect(() => mirror.list("location")).not.toThrow(MirrorDamagedError);
    expect(new MirrorDamagedError("x").name).toBe("MirrorDamagedError");
    jest.restoreAllMocks();
    const closing = jest.spyOn(db, "close");
    closing.mockImplementation(() => {
      throw Object.assign(new Error("malformed"), { errcode: 26 });
    });
    expect(() => mirror.close()).not.toThrow();
    closing.mockImplementation(() => {
      throw new Error("it is busy");
    });
    expect(() => mirror.close()).toThrow("it is busy");
    jest.restoreAllMocks();
  });
});

describe("a search by words", () => {
  beforeEach(() => {
    write({
      location: [
        { id: "PAR-001", name: "Tour Eiffel", address: "5 avenue Anatole France, Paris" },
        { id: "LYS-001", name: "Paris café", address: "Lyon" },
        { id: "Z", name: "x", address: "Élysée" },
      ],
      account: [{ id: "PARIS", name: "Acme" }],
    });
    prepareSearch(db);
  });
  const ids = (text: string, options?: Parameters<typeof search>[2]): string[] =>
    search(db, text, options).map(({ id }) => id);

  test("finds every word as the beginning of one, ids before names before addresses", () => {
    expect(ids("paris")).toEqual(["PARIS", "LYS-001", "PAR-001"]);
    expect(ids("par 001", { kinds: ["location"] })).toEqual(["PAR-001", "LYS-001"]);
    expect(ids("ELYSEE")).toEqual(["Z"]);
    expect(ids("cafe")).toEqual(["LYS-001"]);
    expect(ids("paris", { limit: 1 })).toEqual(["PARIS"]);
    expect(ids("paris", { kinds: ["account", "servicePoint"] })).toEqual(["PARIS"]);
    expect(ids("paris acme")).toEqual(["PARIS"]);
    expect(search(db, "tour")[0]).toMatchObject({
      kind: "location",
      id: "PAR-001",
      name: "Tour Eiffel",
      attributes: { id: "PAR-001" },
    });
  });

  test.each(["NFC", "NFD"] as const)("finds a word however its accents are written, here as %s", (form) => {
    const names = ["Lyón Nord", "Ελλάδα", "서울"];
    write(
      {
        location: names.flatMap((name, n) => [
          { id: `C${n}`, name },
          { id: `D${n}`, name: name.normalize("NFD") },
        ]),
      },
      1,
    );
    prepareSearch(db);
    const found = names.map((name) => ids(name.normalize(form)).sort());
    expect(found).toEqual([0, 1, 2].map((n) => [`C${n}`, `D${n}`]));
    expect(ids("lyon no")).toHaveLength(2);
  });

  test("wants a word, and a limit that is one", () => {
    expect(() => ids("\u0301")).toThrow("there is no word");
    expect(() => ids(" -*- ")).toThrow('there is no word in " -*- " to search for');
    expect(() => ids("paris", { limit: 0 })).toThrow("limit must be a whole number of at least 1");
  });

  test("shows nothing of a kind that is refused", () => {
    write({ account: { is: "refused", why: "no" } }, 1);
    prepareSearch(db);
    expect(ids("paris")).toEqual(["LYS-001", "PAR-001"]);
  });

  test("is prepared anew when the inventory has changed, and only then", () => {
    expect(isSearchable(db)).toBe(true);
    const made = jest.spyOn(db, "exec");
    prepareSearch(db);
    expect(made).not.toHaveBeenCalled();
    jest.restoreAllMocks();
    write({ location: [{ id: "NEW", name: "Paris" }] }, 1);
    expect(isSearchable(db)).toBe(false);
    prepareSearch(db);
    expect(isSearchable(db)).toBe(true);
    expect(ids("paris")).toEqual(["PARIS", "NEW"]);
    const empty = openMemory();
    expect(isSearchable(empty)).toBe(false);
    prepareSearch(empty);
    expect(isSearchable(empty)).toBe(true);
    empty.close();
  });

  test("that cannot be prepared changes nothing", () => {
    write({ location: [] }, 1);
    const statement = jest.spyOn(db, "prepare").mockImplementationOnce(() => ({ get: () => undefined }) as never);
    statement.mockImplementationOnce(() => ({ get: () => ({ number: 2 }) }) as never);
    statement.mockImplementationOnce(() => {
      throw new Error("the disk is full");
    });
    expect(() => prepareSearch(db)).toThrow("the disk is full");
    jest.restoreAllMocks();
    expect(db.isTransaction).toBe(false);
    expect(Number(db.prepare("SELECT count(*) AS n FROM words").get()?.["n"])).toBe(4);
  });
});

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
  const load = (): InlineLoad => new InlineLoad(db, defaultFieldMap, start);
  const listing =
    (records: Partial<Record<Kind, object[]>>): Source["pages"] =>
    async (kind, sink: PageSink, { onPage }) => {
      await sink.begin();
      const { count } = await sink.add(bytes(records[kind] ?? []));
      onPage?.(count, count + 1);
      return { unchanged: false, count, known: { total: count, pages: [] }, newest: undefined, sortRefused: false };
    };
  const changes: Source["changes"] = () => Promise.reject(new Error("no changes are asked for"));

  test("makes all of them visible, and tells how far it is", async () => {
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

  test("hands over what is known, and keeps what has not changed", async () => {
    write({ location: [{ id: "A" }] });
    const known = { total: 1, pages: [] };
    const states = new Store(db).states();
    const state = states.get("location");
    const told: unknown[] = [];
    const source: Source = {
      changes,
      pages: async (_kind, _sink, options) => {
        told.push(options.known, options.signal?.aborted);
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

  test("of which one fails ends as a whole, and stops the others", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const source: Source = {
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

  test("may be refused accounts, and nothing else", async () => {
    const refusing = (refused: Kind): Source => ({
      changes,
      pages: (kind, sink, options) =>
        kind === refused ? Promise.reject(new Error("403")) : listing({})(kind, sink, options),
    });
    const refusal = (error: unknown): string => `because of ${(error as Error).message}`;
    const one = load();
    await sync(refusing("account"), one, plan({ refusal }));
    await one.close();
    expect(new Store(db).states().get("account")).toMatchObject({ refused: "because of 403" });
    const other = load();
    await expect(sync(refusing("location"), other, plan({ refusal }))).rejects.toThrow("403");
    await other.close();
  });
});
