import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { damage, isDamage } from "../../provider/inventory/damage";
import {
  checkpoint,
  createMirrorFile,
  isSound,
  openMemory,
  openMirrorFile,
  openUnchanging,
} from "../../provider/inventory/database";
import { defaultFieldMap } from "../../provider/inventory/field-map";
import { applicationId, layout } from "../../provider/inventory/layout";
import { InlineLoad, ThreadLoad } from "../../provider/inventory/load";
import { locksOut } from "../../provider/inventory/lock";
import { OutputError } from "../../provider/files/output-error";
import { openInventoryFile, writeInventoryFile } from "../../provider/inventory/portable";
import { noLocks } from "../../provider/inventory/private-files";
import { isWhole, noDigest, seal } from "../../provider/inventory/sealed-file";
import { Store } from "../../provider/inventory/store";
import { Writer } from "../../provider/inventory/writer";
import { bytes, keep, openedIn, temporaryFolder, writeLocations } from "./helpers/files";

const at = temporaryFolder();
const origin = { endpoint: "https://api", account: "me", fieldMap: "map" };

/** Locations of these ids. */
const named = (...ids: string[]): object[] => ids.map((id) => ({ id, name: `the name of ${id}` }));

const expectNoneOpened = (): void => expect(openedIn(at()) ?? []).toEqual([]);

describe("damage", () => {
  test.each<[unknown, boolean]>([
    [{ errcode: 11 }, true],
    [{ errcode: 11 + 256 }, true],
    [{ errcode: 26 }, true],
    [{ errcode: 5 }, false],
    [new SyntaxError("Unexpected end of JSON input"), true],
    [{ errcode: 1, message: "malformed JSON" }, true],
    [{ errcode: 1, message: "no such table: record" }, true],
    [{ errcode: 1, message: "no such column: ended_at" }, true],
    [{ errcode: 1, message: "unsupported file format" }, true],
    [{ errcode: 1, message: "table kind_state has 6 columns but 7 values were supplied" }, true],
    [{ errcode: 1, message: "cannot commit - no transaction is active" }, false],
    [{ errcode: 14, message: "no such table: record" }, false],
    [{ errcode: 14, message: "malformed JSON" }, false],
    [new Error("malformed JSON"), false],
    [damage("x"), true],
    [undefined, false],
    [null, false],
  ])("is it? %j: %s", (error, expected) => {
    expect(isDamage(error)).toBe(expected);
  });
});

describe("the log beside a mirror", () => {
  test("is in the file when it is closed, but for what a reader keeps from it", () => {
    const path = at("mirror.db");
    expect(writeLocations(path, named("A"))).toBe(true);
    expect(writeLocations(path, named("A", "B"), false)).toBe(true);
    const reader = openMirrorFile(path);
    reader.exec("BEGIN");
    expect([...new Store(reader).records("location")]).toHaveLength(2);
    const before = readFileSync(path);
    expect(writeLocations(path, named("A", "B", "C"), false)).toBe(true);
    const other = openMirrorFile(path);
    checkpoint(other);
    expect(readFileSync(path)).toEqual(before);
    reader.exec("COMMIT");
    checkpoint(other);
    const copied = readFileSync(path);
    expect(copied).not.toEqual(before);
    reader.close();
    other.close();
    expect(readFileSync(path)).toEqual(copied);
    expectNoneOpened();
  });

  test("and what is not committed is not in it", () => {
    const writer = new Writer(createMirrorFile(at("mirror.db")), defaultFieldMap, 0);
    writer.begin("location");
    expect(writer.close()).toBe(false);
    expect(readdirSync(at())).toEqual([]);
    expectNoneOpened();
  });
});

describe("a mirror that is looked at", () => {
  const states = (db: DatabaseSync): unknown => new Store(db).states();

  test("is left closed, whatever is found", async () => {
    const path = at("mirror.db");
    writeLocations(path, named("A"));
    expect(await isSound(path, states)).toBe(true);
    expectNoneOpened();
    expect(
      await isSound(path, () => {
        throw damage("it does not fit");
      }),
    ).toBe(false);
    expectNoneOpened();
    await expect(
      isSound(path, () => {
        throw new Error("something else");
      }),
    ).rejects.toThrow("something else");
    expectNoneOpened();
    const other = new DatabaseSync(at("other.db"));
    other.exec(`PRAGMA user_version = ${layout}`);
    other.close();
    expect(() => openMirrorFile(at("other.db"))).toThrow("file is not a mirror");
    expectNoneOpened();
    const older = new DatabaseSync(at("older.db"));
    older.exec(`PRAGMA application_id = ${applicationId}`);
    older.close();
    expect(() => openMirrorFile(at("older.db"))).toThrow("file is not a mirror");
  });

  test("is read to the end, not only as far as it is used", async () => {
    const path = at("mirror.db");
    writeLocations(path, named(...Array.from({ length: 2000 }, (_, index) => `L-${index}`)));
    const whole = readFileSync(path);
    const found: string[] = [];
    for (let page = 1; page * 16384 < whole.length; page += 1) {
      const spoilt = Buffer.from(whole);
      spoilt.fill(0xff, page * 16384, page * 16384 + 100);
      writeFileSync(at("spoilt.db"), spoilt, { mode: 0o600 });
      let used = "read";
      const sound = await isSound(at("spoilt.db"), (db) => {
        try {
          states(db);
        } catch (error) {
          used = "damaged";
          throw error;
        }
      });
      found.push(`${used} ${sound}`);
    }
    expect(found).toContain("read false");
    expect(found).not.toContain("damaged true");
  });

  test("that nobody writes cannot be written", () => {
    const path = at("mirror.db");
    writeLocations(path, named("A"));
    const db = openUnchanging(path);
    expect(() => db.exec("DELETE FROM record")).toThrow("attempt to write a readonly database");
    db.close();
    expectNoneOpened();
  });
});

describe("what a process that was killed has left beside an inventory file", () => {
  test("is taken away, and nothing else", async () => {
    const ended = spawn(process.execPath, ["-e", "0"]);
    await once(ended, "close");
    const running = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    try {
      const [gone, alive] = [String(ended.pid), String(running.pid)];
      const stays = [
        `inventory.db.${alive}.partial`,
        `inventory.db.${alive}.partial-journal`,
        `inventory.db.x${gone}.partial`,
        `inventory.db.a.${gone}.partial`,
        `inventory.db.${gone}.partially`,
        `inventory.db.${gone}`,
        `Inventory.db.${gone}.partial`,
        `other.db.${gone}.partial`,
      ];
      const goes = [
        `inventory.db.${gone}.partial`,
        `inventory.db.${gone}.partial-journal`,
        `inventory.db.${process.pid}.partial`,
      ];
      for (const name of [...stays, ...goes]) writeFileSync(at(name), "");
      const db = openMemory();
      await writeInventoryFile(db, at("inventory.db"), origin);
      db.close();
      expect(readdirSync(at()).sort()).toEqual(["inventory.db", ...stays].sort());
      expectNoneOpened();
    } finally {
      running.kill();
    }
  });
});

describe("an inventory file", () => {
  test("is written nowhere but in a folder, which is said", async () => {
    const db = openMemory();
    const path = at("none", "inventory.db");
    const failed = await writeInventoryFile(db, path, origin).catch((error: unknown) => error as Error);
    expect(failed).toBeInstanceOf(OutputError);
    expect(failed).toMatchObject({
      message: `${path} cannot be written: it is in a folder that is not there; name another file`,
      cause: { code: "ENOENT" },
    });
    db.close();
    // What is no fault of the place is no fault of the file.
    await expect(writeInventoryFile(db, at("inventory.db"), origin)).rejects.toThrow("database is not open");
    expect(readdirSync(at())).toEqual([]);
  });

  test("is one file without a log, and is closed after it was read", async () => {
    const db = openMemory();
    const path = at("inventory.db");
    await writeInventoryFile(db, path, origin);
    db.close();
    expect(readFileSync(path).subarray(18, 20)).toEqual(Buffer.from([1, 1]));
    expect(readFileSync(path, "latin1")).toMatch(/orange-cmdb inventory sha256 [0-9a-f]{64}/);
    openInventoryFile(path, origin).db.close();
    expect(() => openInventoryFile(path, { account: "another" })).toThrow("was made for another account");
    writeFileSync(at("none.db"), "");
    expect(() => openInventoryFile(at("none.db"), {})).toThrow("is no inventory");
    expectNoneOpened();
  });

  test("that says nothing of itself is another's", async () => {
    const db = openMemory();
    const path = at("inventory.db");
    await writeInventoryFile(db, path, origin);
    db.close();
    const bare = new DatabaseSync(path);
    bare.exec("DELETE FROM about WHERE key IN ('endpoint', 'account', 'fieldMap')");
    bare.prepare("UPDATE about SET value = ? WHERE key LIKE '%sha256%'").run(noDigest);
    bare.close();
    seal(path, "orange-cmdb inventory sha256 ");
    const { db: found, origin: said } = openInventoryFile(path, {});
    found.close();
    expect(said).toEqual({ endpoint: "", account: "", fieldMap: "" });
  });

  test("of which the place of the digest is not found is not whole", () => {
    writeFileSync(at("a"), `key ${noDigest} and more`);
    seal(at("a"), "key ");
    const digest = readFileSync(at("a"), "utf8").slice(4, 68);
    expect(isWhole(at("a"), "key ", digest)).toBe(true);
    expect(isWhole(at("a"), "Key ", digest)).toBe(false);
    expect(() => seal(at("a"), "key ")).toThrow("has no place for its digest");
    expectNoneOpened();
  });
});

test("a file system without locks is no place for a mirror", () => {
  expect(noLocks("/a.db")).toBe(
    "the mirror /a.db cannot be locked on this file system; " +
      "set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:",
  );
});

test("whether a lock keeps others out is found out, and leaves nothing", () => {
  mkdirSync(at("deep"));
  expect(locksOut(at("deep", "lock"))).toBe(true);
  expect(readdirSync(at("deep"))).toEqual([]);
  expectNoneOpened();
});

describe("whether a thread has ended what it has written", () => {
  const start = (isNew: boolean): ThreadLoad =>
    new ThreadLoad({ path: at("mirror.db"), isNew, fieldMap: defaultFieldMap, startedAt: Date.now() });
  async function load(isNew: boolean, id: string): Promise<ThreadLoad> {
    const made = start(isNew);
    await made.begin("location");
    await made.add("location", bytes([{ id }]));
    await made.commit(new Map([["location", { is: "loaded" }]]), keep);
    return made;
  }

  test("is known in the end", async () => {
    const first = await load(true, "A");
    await first.close();
    expect(await first.ended).toBe(true);
    const second = await load(false, "B");
    await second.close();
    expect(await second.ended).toBe(true);
  });

  test("a thread that has died, or dies meanwhile, is not waited for", async () => {
    const post = jest.spyOn(Worker.prototype, "postMessage");
    const died = start(true);
    post.mockImplementation(function (this: Worker) {
      void this.terminate();
    });
    await expect(died.begin("location")).rejects.toThrow("the thread that writes the mirror has ended");
    post.mockRestore();
    await expect(died.begin("location")).rejects.toThrow("the thread that writes the mirror has ended");
    await died.close();
    expect(await died.ended).toBe(false);
  });

  test("it is not where nothing was committed, which is thrown away before close ends", async () => {
    const undone = start(true);
    await undone.begin("location");
    await undone.close();
    expect(readdirSync(at())).toEqual([]);
    expect(await undone.ended).toBe(false);
    const unused = start(true);
    await unused.close();
    expect(await unused.ended).toBe(false);
  });

  test("it is not where there is no file", async () => {
    const db = openMemory();
    const inline = new InlineLoad(db, defaultFieldMap, 0);
    await inline.close();
    expect(await inline.ended).toBe(false);
    db.close();
  });
});
