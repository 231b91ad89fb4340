import { History, type Change, type HistoryEntry } from "../../provider/inventory/store/history";
import { openMemory } from "../../provider/inventory/store/database";

import { day, db, start, write } from "./helpers/memory-mirror";

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

  test("lists differences between two versions by kind, id and field", () => {
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

  test("shows a value whole if it had, or has, no fields", () => {
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

  test("leaves out changes that were reverted between the versions", () => {
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

  test("shows a named field that changed without the raw record", () => {
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

  test("leaves out kinds that the earlier version lacks, or that are denied", () => {
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

  test("keeps a kind from its first sync, and one that was denied between as unchanged", () => {
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

  test("does not report a kind that was denied before as new", () => {
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

  test("of an id lists creation, changes and removal in each kind", () => {
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

  test("starts with the first kept version", () => {
    write({ location: [{ id: "A" }], account: [] }, 4, { keep: { versions: 2, days: 3_000 } });
    const entries = new History(db).of("B");
    expect(entries.map(({ version, change }) => [version.number, change])).toEqual([
      [3, "added"],
      [4, "removed"],
    ]);
  });

  test("finds a version by number or time, or lists the kept ones", () => {
    const history = new History(db);
    const at = (time: number): number => history.version({ time }).number;
    expect(history.versions()).toEqual(
      [1, 2, 3].map((number) => ({ number, syncedAt: new Date(start + (number - 1) * day).toISOString() })),
    );
    expect([at(start), at(start + 1), at(start + day - 1), at(start + day), at(start + 99 * day)]).toEqual([
      1, 1, 1, 2, 3,
    ]);
    expect(() => history.version({ number: 4 })).toThrowErrorMatchingInlineSnapshot(
      `"there is no version 4; the mirror has versions 1 (2026-01-01T00:00:00.000Z) to 3 (2026-01-03T00:00:00.000Z); use one of them, and keep the mirror's folder between runs"`,
    );
    expect(() => at(start - 1)).toThrowErrorMatchingInlineSnapshot(
      `"there is no version at 2025-12-31T23:59:59.999Z; the mirror has versions 1 (2026-01-01T00:00:00.000Z) to 3 (2026-01-03T00:00:00.000Z); use one of them, and keep the mirror's folder between runs"`,
    );
    const none = openMemory();
    expect(() => new History(none).version({ number: 1 })).toThrowErrorMatchingInlineSnapshot(
      `"there is no version 1; the mirror has no version yet: run orange-cmdb sync"`,
    );
    none.close();
  });
});
