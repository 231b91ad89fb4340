import { History } from "../../provider/inventory/store/history";
import { defaultFieldMap } from "../../provider/model/field-map";
import type { Retention } from "../../provider/model/retention";
import { Store } from "../../provider/inventory/store/store";
import { Writer } from "../../provider/inventory/store/writer";
import { bytes } from "./helpers/files";

import { day, db, held, keepAll, start, write } from "./helpers/memory-mirror";

const numbers = (of: number, more: object = {}): object[] =>
  Array.from({ length: of }, (_, at) => ({ id: `L${String(at).padStart(3, "0")}`, ...more }));
const rows = (): number => Number(db.prepare("SELECT count(*) AS n FROM record").get()?.["n"]);
const versions = (): number[] => new History(db).versions().map(({ number }) => number);

describe("a sync", () => {
  test.each([0, 1, 24, 25, 26, 50, 51, 130])("of %i records writes each one once", (count) => {
    write({ location: numbers(count, { name: "n" }) }, 0, { size: 60 });
    expect(held()).toEqual(numbers(count).map((record) => (record as { id: string }).id));
    const found = [...new Store(db).records("location")];
    for (const record of found)
      expect(record).toMatchObject({ kind: "location", name: "n", attributes: { id: record.id, name: "n" } });
    expect(new Store(db).states().get("location")?.count).toBe(count);
  });

  test("reports the records and the new records of a page", () => {
    const writer = new Writer({ db }, defaultFieldMap, start);
    expect(() => writer.add("location", bytes([]))).toThrowErrorMatchingInlineSnapshot(`"location was not begun"`);
    writer.begin("location");
    expect(writer.add("location", bytes([{ id: "A" }, { id: "B" }, { id: "A" }]))).toEqual({
      count: 3,
      newCount: 2,
      added: 2,
      changed: 2,
      firstAndLastId: ["A", "A"],
      times: undefined,
    });
    expect(writer.add("location", bytes([{ id: "B" }, { id: "C" }]))).toMatchObject({
      count: 2,
      newCount: 1,
      added: 1,
      firstAndLastId: ["B", "C"],
    });
    expect(() => writer.add("location", bytes([{ id: "D" }, {}]))).toThrowErrorMatchingInlineSnapshot(
      `"record 1 of a page is not an object with an id"`,
    );
    writer.begin("location");
    expect(writer.add("location", bytes([{ id: "C" }]))).toMatchObject({
      count: 1,
      newCount: 1,
      firstAndLastId: ["C", "C"],
    });
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

  test("discards the pages of a list that restarts", () => {
    write({ location: [{ id: "A", v: 1 }, { id: "B" }] });
    const writer = new Writer({ db }, defaultFieldMap, start + day);
    writer.begin("location");
    expect(writer.add("location", bytes([{ id: "A", v: 2 }, { id: "C" }]))).toEqual({
      count: 2,
      newCount: 2,
      added: 1,
      changed: 2,
      firstAndLastId: ["A", "C"],
      times: undefined,
    });
    writer.begin("location");
    expect(writer.add("location", bytes([{ id: "A", v: 1 }, { id: "B" }]))).toEqual({
      count: 2,
      newCount: 2,
      added: 0,
      changed: 0,
      firstAndLastId: ["A", "B"],
      times: undefined,
    });
    writer.commit(new Map([["location", { is: "loaded" }]]), keepAll);
    writer.close();
    expect(held()).toEqual(["A", "B"]);
    expect([rows(), versions()]).toEqual([2, [1]]);
    expect(new Store(db).get("location", "A")?.attributes).toEqual({ id: "A", v: 1 });
  });

  test("without a commit changes nothing", () => {
    write({ location: [{ id: "A" }] });
    const writer = new Writer({ db }, defaultFieldMap, start + day);
    writer.begin("location");
    writer.add("location", bytes([{ id: "B" }]));
    writer.close();
    expect([held(), rows(), db.isOpen, db.isTransaction]).toEqual([["A"], 1, true, false]);
  });

  test("keeps unchanged records in any order of fields, and ends the changed ones", () => {
    write({ location: [{ id: "A", x: 1, y: 2 }, { id: "B", x: 1 }, { id: "C" }, { id: "D", x: 12, y: 3 }] });
    write({ location: [{ y: 2, x: 1, id: "A" }, { id: "B", x: 2 }, { id: "E" }, { id: "D", x: 13, y: 2 }] }, 1);
    expect(held()).toEqual(["A", "B", "D", "E"]);
    expect([rows(), versions()]).toEqual([7, [1, 2]]);
    expect(Object.keys(new Store(db).get("location", "A")?.attributes ?? {})).toEqual(["id", "x", "y"]);
    expect(new Store(db).get("location", "B")?.attributes).toEqual({ id: "B", x: 2 });
    expect(new Store(db).states().get("location")?.count).toBe(4);
  });

  test("without changes creates no version, and updates its time", () => {
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

  test("with an unchanged kind keeps its validators", () => {
    const writer = new Writer({ db }, defaultFieldMap, start);
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

  test("of one kind leaves the others unchanged", () => {
    write({ location: [{ id: "A" }], servicePoint: [{ id: "A" }] });
    write({ location: [{ id: "B" }] }, 1);
    expect([held(), held("servicePoint")]).toEqual([["B"], ["A"]]);
    expect([...new Store(db).states().keys()]).toEqual(["location", "servicePoint"]);
  });

  test("stores why a kind is denied, and hides its old records", () => {
    write({ account: [{ id: "A", v: 1 }], location: [] });
    const writer = new Writer({ db }, defaultFieldMap, start + day);
    writer.begin("account");
    writer.add("account", bytes([{ id: "A", v: 2 }, { id: "B" }]));
    writer.commit(new Map([["account", { is: "refused", why: "not for you" }]]), keepAll);
    writer.close();
    expect(new Store(db).states().get("account")).toMatchInlineSnapshot(
      { endedAt: expect.any(Number) as number },
      `
     {
       "count": 0,
       "endedAt": Any<Number>,
       "kind": "account",
       "known": undefined,
       "refused": "not for you",
       "syncedAt": 1767312000000,
     }
    `,
    );
    expect(new Store(db).get("account", "A")?.attributes).toEqual({ id: "A", v: 1 });
    write({ account: [{ id: "A", v: 1 }] }, 2);
    expect(new Store(db).states().get("account")).toMatchObject({ count: 1, refused: undefined });
    expect([rows(), versions()]).toEqual([1, [1]]);
  });
});

describe("the retention of history", () => {
  const changing = (count: number, keep: Retention, days = 1): void => {
    for (let at = 0; at < count; at += 1) write({ location: [{ id: "A", v: at }, { id: "B" }] }, at * days, { keep });
  };

  test.each([
    [5, { versions: 3, days: 3_000 }, [3, 4, 5]],
    [3, { versions: 3, days: 3_000 }, [1, 2, 3]],
    [4, { versions: 1, days: 3_000 }, [4]],
    [6, { versions: 20, days: 2 }, [3, 4, 5, 6]],
    [6, { versions: 20, days: 0 }, [5, 6]],
    [6, { versions: 2, days: 2 }, [5, 6]],
  ])("keeps of %i versions, one a day, by %j", (count, keep, kept) => {
    changing(count, keep);
    expect(versions()).toEqual(kept);
    // A record for each version of A, and B.
    expect(rows()).toBe(kept.length + 1);
    expect(new Store(db).get("location", "A")?.attributes).toEqual({ id: "A", v: count - 1 });
  });
});
