import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { corruptionError, isCorruption } from "../../provider/inventory/store/corruption";
import { openMemory } from "../../provider/inventory/store/database";
import { defaultFieldMap } from "../../provider/model/field-map";
import { WorkerWriter } from "../../provider/inventory/mirror/sync-writer";
import { locksOut } from "../../provider/inventory/mirror/lock";
import { OutputError } from "../../provider/files/output-error";
import { openInventoryFile, writeInventoryFile } from "../../provider/inventory/mirror/inventory-file";
import { noLocks } from "../../provider/files/permissions";
import { bytes, keep, openedIn, rewriteInventory, temporaryFolder } from "./helpers/files";

const at = temporaryFolder();
const origin = { endpoint: "https://api", account: "me", fieldMap: "map" };

const expectNoneOpened = (): void => expect(openedIn(at()) ?? []).toEqual([]);

describe("corruption", () => {
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
    [corruptionError("x"), true],
    [undefined, false],
    [null, false],
  ])("of the error %j: %s", (error, expected) => {
    expect(isCorruption(error)).toBe(expected);
  });
});

describe("the temporary file of a killed process", () => {
  test("is removed, and nothing else", async () => {
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
  test("is rejected outside an existing folder", async () => {
    const db = openMemory();
    const path = at("none", "inventory.db");
    const failed = await writeInventoryFile(db, path, origin).catch((error: unknown) => error as Error);
    expect(failed).toBeInstanceOf(OutputError);
    expect(failed).toMatchObject({ cause: { code: "ENOENT" } });
    expect((failed as Error).message).toMatchInlineSnapshot(
      `"<tmp>/none/inventory.db cannot be written: it is in a folder that does not exist; name another file"`,
    );
    db.close();
    // An error of the query is not an error of the file.
    await expect(writeInventoryFile(db, at("inventory.db"), origin)).rejects.toThrow("database is not open");
    expect(readdirSync(at())).toEqual([]);
  });

  test("is one file without a log, closed after reading", async () => {
    const db = openMemory();
    const path = at("inventory.db");
    await writeInventoryFile(db, path, origin);
    db.close();
    expect(readFileSync(path).subarray(18, 20)).toEqual(Buffer.from([1, 1]));
    expect(readFileSync(path, "latin1")).toMatch(/\norange-cmdb crc32 [0-9a-f]{8}\n$/);
    openInventoryFile(path, origin).db.close();
    expect(() => openInventoryFile(path, { account: "another" })).toThrowErrorMatchingInlineSnapshot(
      `"the inventory file <tmp>/inventory.db was made for another account; check clientId and inventoryFile"`,
    );
    writeFileSync(at("none.db"), "");
    expect(() => openInventoryFile(at("none.db"), {})).toThrowErrorMatchingInlineSnapshot(
      `"the inventory file <tmp>/none.db is not an inventory file; create it again with orange-cmdb sync --save"`,
    );
    expectNoneOpened();
  });

  test("without metadata is rejected", async () => {
    const db = openMemory();
    const path = at("inventory.db");
    await writeInventoryFile(db, path, origin);
    db.close();
    rewriteInventory(path, "DELETE FROM about WHERE key IN ('endpoint', 'account', 'fieldMap')");
    const { db: found, origin: said } = openInventoryFile(path, {});
    found.close();
    expect(said).toEqual({ endpoint: "", account: "", fieldMap: "" });
  });
});

test("a file system without locks is rejected for a mirror", () => {
  expect(noLocks("/a.db")).toMatchInlineSnapshot(
    `"the mirror /a.db cannot be locked on this file system; set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:"`,
  );
});

test("the test of locks detects working locks, and leaves no file", () => {
  mkdirSync(at("deep"));
  expect(locksOut(at("deep", "lock"))).toBe(true);
  expect(readdirSync(at("deep"))).toEqual([]);
  expectNoneOpened();
});

describe("the writer thread", () => {
  const start = (): WorkerWriter =>
    new WorkerWriter({ path: at("mirror.json"), held: undefined, fieldMap: defaultFieldMap, startedAt: Date.now() });

  test("has published the mirror when the commit ends", async () => {
    const made = start();
    await made.begin("location");
    await made.add("location", bytes([{ id: "A" }]));
    await made.commit(new Map([["location", { is: "loaded" }]]), keep);
    expect(readdirSync(at()).sort()).toEqual(["mirror.1.db", "mirror.json"]);
    await made.close();
    expect(readdirSync(at()).sort()).toEqual(["mirror.1.db", "mirror.json"]);
  });

  test("is not awaited if the thread has died", async () => {
    const post = jest.spyOn(Worker.prototype, "postMessage");
    const died = start();
    post.mockImplementation(function (this: Worker) {
      void this.terminate();
    });
    await expect(died.begin("location")).rejects.toThrowErrorMatchingInlineSnapshot(
      `"the thread that writes the mirror has ended"`,
    );
    post.mockRestore();
    await expect(died.begin("location")).rejects.toThrowErrorMatchingInlineSnapshot(
      `"the thread that writes the mirror has ended"`,
    );
    await died.close();
  });

  test("discards an uncommitted sync before close returns", async () => {
    const undone = start();
    await undone.begin("location");
    await undone.close();
    expect(readdirSync(at())).toEqual([]);
    await start().close();
  });
});
