import { readdirSync, writeFileSync } from "node:fs";
import { openMemory } from "../../provider/inventory/store/database";
import { defaultFieldMap } from "../../provider/model/field-map";
import { InProcessWriter, WorkerWriter } from "../../provider/inventory/mirror/sync-writer";
import type { Manifest } from "../../provider/inventory/mirror/manifest";
import { Store } from "../../provider/inventory/store/store";
import { bytes, keep, openedMirror, temporaryFolder } from "./helpers/files";

const at = temporaryFolder();

describe("the writer thread", () => {
  const start = (held?: Manifest): WorkerWriter =>
    new WorkerWriter({ path: at("mirror.json"), held, fieldMap: defaultFieldMap, startedAt: Date.now() });

  test("writes pages, and reports what they had", async () => {
    const load = start();
    await load.begin("location");
    const page = bytes([
      { id: "A", name: "a" },
      { id: "A", name: "a" },
    ]);
    expect(await load.add("location", page)).toMatchObject({ count: 2, newCount: 1 });
    // The page has been handed over, not copied.
    expect(page.byteLength).toBe(0);
    await load.commit(new Map([["location", { is: "loaded" }]]), keep);
    const { db } = openedMirror(at("mirror.json"));
    expect([...new Store(db).records("location")].map(({ id, name }) => [id, name])).toEqual([["A", "a"]]);
    db.close();
    await load.close();
  });

  test("reports pages that it cannot parse in order, and continues", async () => {
    const load = start();
    const [begun, bad, wrong, good, unknown] = await Promise.allSettled([
      load.begin("location"),
      load.add("location", new TextEncoder().encode("[{")),
      load.add("location", bytes([{}])),
      load.add("location", bytes([{ id: "A" }])),
      load.add("account", bytes([])),
    ]);
    expect(begun).toMatchObject({ status: "fulfilled" });
    expect(bad).toMatchObject({ reason: { name: "PageError", reason: "json", message: "[{" } });
    expect(wrong).toMatchObject({ reason: { name: "PageError", reason: "shape" } });
    const messages = [wrong, unknown].map((result) => (result as { reason: Error }).reason.message);
    expect(messages).toMatchInlineSnapshot(`
     [
       "record 0 of a page is not an object with an id",
       "account was not begun",
     ]
    `);
    expect(good).toMatchObject({ value: { count: 1, newCount: 1 } });
    await load.close();
    expect(readdirSync(at())).toEqual([]);
  });

  test("reports a write error with SQLite's code, and rejects calls after its end", async () => {
    writeFileSync(at("mirror.1.db"), "nonsense".repeat(100), { mode: 0o600 });
    const load = start({ file: at("mirror.1.db"), checks: new Map() });
    await expect(load.begin("location")).rejects.toMatchObject({ message: "file is not a database", errcode: 26 });
    await load.close();
    const broken = new WorkerWriter({
      path: at("mirror.json"),
      held: undefined,
      fieldMap: undefined as never,
      startedAt: 0,
    });
    await expect(broken.begin("location")).rejects.toThrow();
    await broken.close();
  });

  test("rejects every call if it cannot start", async () => {
    const load = new WorkerWriter(undefined as never);
    const asked = await Promise.allSettled([load.begin("location"), load.begin("account")]);
    for (const ended of asked) expect(ended).toMatchObject({ status: "rejected", reason: { name: "TypeError" } });
    // The thread waits for requests until then, and with it the process.
    await load.close();
  });
});

test("a sync in memory is written at once, and leaves the database open", async () => {
  const db = openMemory();
  const load = new InProcessWriter(db, defaultFieldMap, Date.now());
  await load.begin("location");
  expect(
    await load.add(
      "location",
      bytes([
        { id: "A", name: "a" },
        { id: "A", name: "a" },
      ]),
    ),
  ).toMatchObject({ count: 2, newCount: 1 });
  await load.commit(new Map([["location", { is: "loaded" }]]), keep);
  await load.close();
  expect([...new Store(db).records("location")].map(({ id, name }) => [id, name])).toEqual([["A", "a"]]);
  const undone = new InProcessWriter(db, defaultFieldMap, Date.now());
  await undone.begin("location");
  await undone.close();
  expect([db.isOpen, db.isTransaction]).toEqual([true, false]);
  db.close();
});
