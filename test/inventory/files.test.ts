import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import {
  createMirrorFile,
  InventoryFileError,
  isSound,
  openMemory,
  openMirrorFile,
  openUnchanging,
  pragma,
  removeMirrorFile,
} from "../../provider/inventory/database";
import { isDamage } from "../../provider/inventory/damage";
import { defaultFieldMap } from "../../provider/inventory/field-map";
import { forgetOldMirrors } from "../../provider/inventory/forget";
import { applicationId, layout } from "../../provider/inventory/layout";
import { InlineLoad, ThreadLoad } from "../../provider/inventory/load";
import { locksOut, withLock, type Locked } from "../../provider/inventory/lock";
import { Mirror } from "../../provider/inventory/mirror";
import { OutputError } from "../../provider/files/output-error";
import { checkInventoryOutput, openInventoryFile, writeInventoryFile } from "../../provider/inventory/portable";
import { explain, explained, MirrorPlaceError, privateFile } from "../../provider/inventory/private-files";
import { isWhole, noDigest, seal } from "../../provider/inventory/sealed-file";
import { Store } from "../../provider/inventory/store";
import { Writer } from "../../provider/inventory/writer";
import { bytes, keep, temporaryFolder, writeLocations } from "./helpers/files";

const at = temporaryFolder();
const mode = (path: string): number => statSync(path).mode & 0o777;
const elsewhere = "set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:";

/** A mirror with one location, in a file. */
const makeMirror = (path: string): boolean => writeLocations(path, [{ id: "PAR", name: "Paris" }]);

describe("the mirror's file", () => {
  test("is another's until it is whole, and then its owner's alone", () => {
    const path = at("deep", "mirror.db");
    writeFileSync(at("old"), "");
    const made = createMirrorFile(path);
    expect(readdirSync(at("deep"))).toEqual(["mirror.db.new"]);
    expect([mode(at("deep")), mode(`${path}.new`)]).toEqual([0o700, 0o600]);
    expect(made.db.prepare("PRAGMA page_size").get()).toEqual({ page_size: 16384 });
    expect(made.db.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 0 });
    writeFileSync(`${path}-wal`, "another's");
    made.finish();
    expect(made.db.isOpen).toBe(false);
    expect(readdirSync(at("deep")).sort()).toEqual(["mirror.db", "mirror.db.seal"]);
    const db = openMirrorFile(path);
    expect(db.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(db.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 1 });
    expect([pragma(db, "application_id"), pragma(db, "user_version")]).toEqual([applicationId, layout]);
    db.close();
  });

  test("that is thrown away leaves nothing", () => {
    const path = at("mirror.db");
    writeFileSync(`${path}.new`, "left behind");
    writeFileSync(`${path}.new-journal`, "left behind");
    const made = createMirrorFile(path);
    made.db.close();
    writeFileSync(`${path}.new-journal`, "");
    made.discard();
    expect(readdirSync(at())).toEqual([]);
  });

  test("by a sync that is not committed is thrown away", () => {
    const writer = new Writer(createMirrorFile(at("mirror.db")), defaultFieldMap, 0);
    writer.begin("location");
    writer.close();
    expect(readdirSync(at())).toEqual([]);
  });

  test("is written by a sync, and again by the next", () => {
    const path = at("mirror.db");
    makeMirror(path);
    const writer = new Writer({ db: openMirrorFile(path) }, defaultFieldMap, Date.now());
    writer.begin("location");
    writer.add("location", bytes([{ id: "LYO" }]));
    writer.commit(new Map([["location", { is: "loaded" }]]), keep);
    writer.close();
    expect(readdirSync(at()).sort()).toEqual(["mirror.db", "mirror.db.seal"]);
    const db = openMirrorFile(path);
    expect([...new Store(db).records("location")].map(({ id }) => id)).toEqual(["LYO"]);
    db.close();
  });

  test("is sound, or damaged, or cannot be looked at", async () => {
    const read = (db: DatabaseSync): unknown => new Store(db).states();
    const path = at("mirror.db");
    makeMirror(path);
    expect(await isSound(path, read)).toBe(true);
    writeFileSync(at("nonsense.db"), "nonsense".repeat(100));
    expect(await isSound(at("nonsense.db"), read)).toBe(false);
    const other = new DatabaseSync(at("other.db"));
    other.exec("CREATE TABLE a (b)");
    other.close();
    expect(await isSound(at("other.db"), read)).toBe(false);
    expect(() => openMirrorFile(at("other.db"))).toThrow("file is not a mirror");
    const wrong = new DatabaseSync(at("wrong.db"));
    wrong.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${layout + 1}`);
    wrong.close();
    expect(await isSound(at("wrong.db"), read)).toBe(false);
    const damaged = readFileSync(path);
    damaged.fill(0xff, 16384 * 3, 16384 * 3 + 200);
    writeFileSync(at("damaged.db"), damaged, { mode: 0o600 });
    expect(await isSound(at("damaged.db"), read)).toBe(false);
    mkdirSync(at("folder.db"));
    await expect(isSound(at("folder.db"), read)).rejects.toThrow(MirrorPlaceError);
  });

  test("is taken away with what SQLite has put beside it", () => {
    for (const name of ["a.db", "a.db-wal", "a.db-shm", "b.db"]) writeFileSync(at(name), "");
    removeMirrorFile(at("a.db"));
    removeMirrorFile(at("a.db"));
    expect(readdirSync(at())).toEqual(["b.db"]);
  });

  test("may be read where nothing is written", () => {
    const path = at("a b#?.db");
    makeMirror(path);
    const db = openUnchanging(path);
    expect(() => db.exec("DELETE FROM record")).toThrow("readonly");
    expect(readdirSync(at()).sort()).toEqual(["a b#?.db", "a b#?.db.seal"]);
    db.close();
  });

  test("is not needed at all", () => {
    const db = openMemory();
    expect([pragma(db, "application_id"), pragma(db, "user_version")]).toEqual([applicationId, layout]);
    db.close();
  });

  test.each([
    [{ errcode: 11 }, true],
    [{ errcode: 26 }, true],
    [{ errcode: 11 + 256 }, true],
    [{ errcode: 5 }, false],
    [{ errcode: "11" }, false],
    [{}, false],
    [null, false],
    [undefined, false],
  ])("%j is damage: %p", (error, is) => {
    expect(isDamage(error)).toBe(is);
  });
});

describe("a file of one's own", () => {
  const refused = (path: string): string => {
    try {
      privateFile(path);
    } catch (error) {
      expect(error).toBeInstanceOf(MirrorPlaceError);
      expect(error).toHaveProperty("name", "MirrorPlaceError");
      return (error as Error).message;
    }
    return "taken";
  };

  test("is made, with its folder, for its owner alone", () => {
    privateFile(at("a", "b", "c.db"));
    expect([mode(at("a")), mode(at("a", "b")), mode(at("a", "b", "c.db"))]).toEqual([0o700, 0o700, 0o600]);
    expect(statSync(at("a", "b", "c.db")).size).toBe(0);
  });

  test("is taken as it is, and closed to all others", () => {
    writeFileSync(at("open.db"), "text");
    for (const [before, after] of [
      [0o644, 0o600],
      [0o660, 0o600],
      [0o400, 0o400],
      [0o700, 0o700],
    ] as const) {
      chmodSync(at("open.db"), before);
      privateFile(at("open.db"));
      expect(mode(at("open.db"))).toBe(after);
    }
    expect(readFileSync(at("open.db"), "utf8")).toBe("text");
  });

  test("is no link, no folder, and not where anybody may put something in its place", () => {
    symlinkSync(at("elsewhere"), at("link.db"));
    expect(refused(at("link.db"))).toBe(`${at("link.db")} is a link, which is not followed; ${elsewhere}`);
    expect(existsSync(at("elsewhere"))).toBe(false);
    mkdirSync(at("folder.db"));
    expect(refused(at("folder.db"))).toBe(`${at("folder.db")} is not a file; ${elsewhere}`);
    mkdirSync(at("open"));
    for (const [open, who] of [
      [0o777, "everybody"],
      // As /tmp is: others could put a log beside the mirror, which SQLite would read.
      [0o1777, "everybody"],
      [0o707, "everybody"],
      [0o775, "its group"],
      [0o720, "its group"],
    ] as const) {
      chmodSync(at("open"), open);
      const reason = `can be written by ${who} (chmod ${who === "everybody" ? "go-w" : "g-w"} mends that)`;
      expect(refused(at("open", "a.db"))).toBe(`the folder ${at("open")} ${reason}; ${elsewhere}`);
    }
    for (const sound of [0o1755, 0o755, 0o700]) {
      chmodSync(at("open"), sound);
      expect(refused(at("open", "a.db"))).toBe("taken");
    }
    symlinkSync(at("open"), at("linked"));
    expect(refused(at("linked", "a.db"))).toBe("taken");
    writeFileSync(at("file"), "");
    expect(refused(at("file", "a.db"))).toBe(`the mirror ${at("file", "a.db")} is not in a folder; ${elsewhere}`);
  });

  // Only root can give a file away.
  (process.getuid?.() === 0 ? test : test.skip)("is nobody else's, nor in somebody else's folder", () => {
    writeFileSync(at("theirs.db"), "", { mode: 0o600 });
    chownSync(at("theirs.db"), 12_345, 12_345);
    expect(refused(at("theirs.db"))).toBe(`${at("theirs.db")} belongs to somebody else; ${elsewhere}`);
    mkdirSync(at("theirs"));
    chownSync(at("theirs"), 12_345, 12_345);
    expect(refused(at("theirs", "a.db"))).toBe(`the folder ${at("theirs")} belongs to somebody else; ${elsewhere}`);
    expect(readdirSync(at("theirs"))).toEqual([]);
    symlinkSync(at("theirs"), at("linked"));
    expect(refused(at("linked", "a.db"))).toBe(
      `the folder ${at("linked")} is a link to a folder of somebody else; ${elsewhere}`,
    );
    mkdirSync(at("own"));
    symlinkSync(at("own"), at("planted"));
    lchownSync(at("planted"), 12_345, 12_345);
    expect(refused(at("planted", "a.db"))).toBe(`the folder ${at("planted")} belongs to somebody else; ${elsewhere}`);
  });

  test.each<[object, string]>([
    [{ code: "EACCES" }, "may not be written"],
    [{ code: "EPERM" }, "may not be written"],
    [{ code: "EROFS" }, "is on a file system that is read-only"],
    [{ code: "ENOSPC" }, "has no room: the disk is full"],
    [{ code: "EFBIG" }, "has no room: files may not be so large here (ulimit -f)"],
    [{ code: "EDQUOT" }, "has no room: the quota is used up"],
    [{ code: "ENOENT" }, "is in a folder that cannot be made"],
    [{ code: "ENOTDIR" }, "is not in a folder"],
    [{ code: "EEXIST" }, "is not in a folder"],
    [{ code: "EISDIR" }, "is a folder"],
    [{ errcode: 8 }, "may not be written"],
    [{ errcode: 10, code: "ERR_SQLITE_ERROR" }, "cannot be read or written (an I/O error)"],
    [{ errcode: 13 }, "has no room: the disk is full"],
    [{ errcode: 14 + 256 * 3 }, "cannot be opened"],
    [{ errcode: 5 }, "is locked for long: by another process, or because it cannot be locked on this file system"],
    ...[22, 2314, 3594, 3850, 5130, 5386].map((errcode): [object, string] => [
      { errcode },
      "cannot be locked on this file system",
    ]),
  ])("%j means that its place %s", (error, reason) => {
    const meant = explain("/a.db", error);
    expect(meant).toEqual(new MirrorPlaceError(`the mirror /a.db ${reason}; ${elsewhere}`));
    expect(meant).toHaveProperty("cause", error);
  });

  test("with another fault has that fault", () => {
    for (const error of [
      new Error("other"),
      { code: "EODD" },
      { code: "toString" },
      { errcode: 1 },
      { errcode: 2315 },
      null,
      undefined,
    ])
      expect(explain("/a.db", error)).toBe(error);
    expect(explained("/a.db", () => 7)).toBe(7);
    expect(() =>
      explained("/a.db", () => {
        throw Object.assign(new Error(), { code: "EROFS" });
      }),
    ).toThrow("the mirror /a.db is on a file system that is read-only");
  });
});

describe("a sealed file", () => {
  const key = "the key ";

  test.each([0, 100, 4 * 1024 * 1024 - 40, 4 * 1024 * 1024 + 10])(
    "with its digest after %i bytes is whole until one differs",
    (before) => {
      const path = at("sealed");
      writeFileSync(
        path,
        Buffer.concat([Buffer.alloc(before, "a"), Buffer.from(key + noDigest), Buffer.alloc(100, "b")]),
      );
      seal(path, key);
      const text = readFileSync(path);
      const digest = text.subarray(before + key.length, before + key.length + 64).toString();
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(text.length).toBe(before + key.length + 164);
      expect(isWhole(path, key, digest)).toBe(true);
      expect(isWhole(path, key, noDigest)).toBe(false);
      expect(isWhole(path, "no key ", digest)).toBe(false);
      for (const place of [0, before + key.length + 64, text.length - 1]) {
        text[place] = (text[place] ?? 0) ^ 1;
        writeFileSync(path, text);
        expect([place, isWhole(path, key, digest)]).toEqual([place, false]);
        text[place] = (text[place] ?? 0) ^ 1;
      }
    },
  );

  test("needs a place for its digest", () => {
    expect(noDigest).toMatch(/^0{64}$/);
    writeFileSync(at("plain"), "text");
    expect(() => seal(at("plain"), key)).toThrow(`${at("plain")} has no place for its digest`);
  });
});

describe("an inventory file", () => {
  const origin = { endpoint: "https://api", account: "me", fieldMap: "map" };
  const again = "make it anew with orange-cmdb sync --output";
  const path = (): string => at("inventory.db");
  beforeEach(async () => {
    makeMirror(at("mirror.db"));
    const mirror = new Mirror(openMirrorFile(at("mirror.db")), { endpoint: "https://api", file: at("mirror.db") });
    await mirror.writeFile(path(), origin);
    mirror.close();
  });
  const refused = (expected: object = {}, of = path()): string => {
    try {
      openInventoryFile(of, expected).db.close();
    } catch (error) {
      expect(error).toBeInstanceOf(InventoryFileError);
      expect(error).toHaveProperty("name", "InventoryFileError");
      return (error as Error).message.replace(`the inventory file ${of} `, "");
    }
    return "taken";
  };
  const change = (sql: string): void => {
    const db = new DatabaseSync(path());
    db.exec(sql);
    db.close();
  };

  test("is its owner's alone, and can be read and searched, and not be written", () => {
    expect(readdirSync(at()).sort()).toEqual(["inventory.db", "mirror.db", "mirror.db.seal"]);
    expect(mode(path())).toBe(0o600);
    const { db, origin: found } = openInventoryFile(path(), {});
    expect(found).toEqual(origin);
    expect([...new Store(db).records("location")]).toMatchObject([{ id: "PAR", name: "Paris" }]);
    const mirror = new Mirror(db, { endpoint: "", file: path() });
    expect(mirror.search("paris")).toHaveLength(1);
    expect(() => db.exec("DELETE FROM record")).toThrow("readonly");
    mirror.close();
    expect(readdirSync(at()).sort()).toEqual(["inventory.db", "mirror.db", "mirror.db.seal"]);
  });

  test("takes the place of another, or leaves it where it cannot be made", async () => {
    writeFileSync(path(), "old");
    writeFileSync(`${path()}.${process.pid}.partial`, "left behind");
    const db = openMirrorFile(at("mirror.db"));
    await writeInventoryFile(db, path(), origin);
    expect(refused()).toBe("taken");
    mkdirSync(at("folder"));
    writeFileSync(at("folder", "a"), "");
    await expect(writeInventoryFile(db, at("folder"), origin)).rejects.toThrow("it is a folder");
    db.close();
    expect(readdirSync(at()).sort()).toEqual(["folder", "inventory.db", "mirror.db", "mirror.db.seal"]);
  });

  test("is refused where it is another's, as far as the settings say", () => {
    expect([refused(origin), refused({ endpoint: "https://api" }), refused({})]).toEqual(["taken", "taken", "taken"]);
    expect(refused({ ...origin, endpoint: "https://b" })).toBe(
      "holds the inventory of https://api, not of https://b; check endpoint and inventoryFile",
    );
    expect(refused({ ...origin, account: "you" })).toBe(
      "was made for another account; check clientId and inventoryFile",
    );
    expect(refused({ ...origin, fieldMap: "b" })).toBe(
      `was made with another fieldMap; ${again} and the same fieldMap`,
    );
  });

  test("is refused where it is damaged, of another version, or none", () => {
    const sound = readFileSync(path());
    const place = sound.indexOf("Paris");
    sound[place] = 0x70;
    writeFileSync(path(), sound);
    expect(refused()).toBe(`is damaged; ${again}`);
    sound[place] = 0x50;
    writeFileSync(path(), sound);
    expect(refused()).toBe("taken");
    change("UPDATE about SET value = 'other' WHERE key = 'account'");
    expect(refused()).toBe(`is damaged; ${again}`);
    change("DELETE FROM about");
    expect(refused()).toBe(`is damaged; ${again}`);
    change("DROP TABLE about");
    expect(refused()).toBe(`is damaged; ${again}`);
    change(`PRAGMA user_version = ${layout + 1}`);
    expect(refused()).toBe(
      `was made by another version of orange-cmdb (layout ${layout + 1}, this one reads ${layout}); ${again}`,
    );
    change("PRAGMA application_id = 7");
    expect(refused()).toBe(`is no inventory; ${again}`);
    writeFileSync(path(), `SQLite format 3\0${"x".repeat(2_000)}`);
    expect(refused()).toBe(`is damaged; ${again}`);
    for (const text of ["", "SQLite", "SQLite format 2\0 and more"]) {
      writeFileSync(path(), text);
      expect(refused()).toBe(`is no inventory; ${again}`);
    }
    expect(refused({}, at("none.db"))).toBe("cannot be read: ENOENT");
    expect(refused({}, at())).toBe("cannot be read: EISDIR");
  });

  test("can be written into a folder that is there, over nothing but an empty file or an inventory of any version", () => {
    const check = (name: string): void => checkInventoryOutput(at(name));
    expect(() => check("new.db")).not.toThrow();
    expect(() => check("inventory.db")).not.toThrow();
    change(`PRAGMA user_version = ${layout + 1}`);
    expect(() => check("inventory.db")).not.toThrow();
    writeFileSync(at("empty"), "");
    expect(() => check("empty")).not.toThrow();
    change("PRAGMA application_id = 7");
    writeFileSync(at("short"), "x");
    for (const name of ["inventory.db", "short"])
      expect(() => check(name)).toThrow(
        new InventoryFileError(
          `${at(name)} is not an inventory, and is not replaced; name another file, or remove this one`,
        ),
      );
    expect(() => check("none/new.db")).toThrow(
      new OutputError(
        `${at("none", "new.db")} cannot be written: it is in a folder that is not there; name another file`,
      ),
    );
    expect(() => checkInventoryOutput(at())).toThrow(`${at()} cannot be written: it is a folder; name another file`);
  });
});

describe("the lock", () => {
  const quiet = { onWait: () => undefined };
  const locked = <T>(more: Partial<Locked<T>> & Pick<Locked<T>, "work">): Promise<T> =>
    withLock(at("lock"), { ...quiet, ...more });

  test("lets one work at a time; the others wait, and say so once", async () => {
    const order: string[] = [];
    let free = (): void => undefined;
    const first = locked({
      work: async () => {
        order.push("first begins");
        await new Promise<void>((resolve) => (free = resolve));
        order.push("first ends");
        return 1;
      },
    });
    const second = locked({
      work: async () => void order.push("second"),
      onWait: () => void order.push("second waits"),
    });
    await new Promise((resolve) => setTimeout(resolve, 80));
    free();
    expect(await first).toBe(1);
    await second;
    expect(order).toEqual(["first begins", "second waits", "first ends", "second"]);
    expect(mode(at("lock"))).toBe(0o600);
    let waited = false;
    await locked({ work: async () => undefined, onWait: () => (waited = true) });
    expect(waited).toBe(false);
  });

  test("is kept for what comes after the work, for which only others wait", async () => {
    const order: string[] = [];
    let end = (): void => undefined;
    const after = (): Promise<void> => new Promise<void>((resolve) => (end = resolve));
    expect(await locked({ work: async () => "worked", after })).toBe("worked");
    expect(locksOut(at("lock"))).toBe(true);
    const other = new DatabaseSync(at("lock"), { timeout: 0 });
    expect(() => other.exec("BEGIN EXCLUSIVE")).toThrow("database is locked");
    // Who comes next in this process waits without a word: nobody else holds the lock.
    const next = locked({
      work: async () => void order.push("next"),
      onWait: () => void order.push("waits"),
    });
    await new Promise((resolve) => setTimeout(resolve, 40));
    order.push("ends");
    end();
    await next;
    expect(order).toEqual(["ends", "next"]);
    other.exec("BEGIN EXCLUSIVE");
    other.close();
  });

  test("is given back at once where the work fails", async () => {
    const after = jest.fn(async () => undefined);
    const work = async (): Promise<void> => {
      throw new Error("it was cut");
    };
    await expect(locked({ work, after })).rejects.toThrow("it was cut");
    expect(after).not.toHaveBeenCalled();
    expect(await locked({ work: async () => 1 })).toBe(1);
  });

  /** One that fails while another waits for it; answers how that one ended. */
  async function failing(tell: boolean, told: ((text: string) => Error | undefined) | undefined): Promise<string> {
    let fail = (): void => undefined;
    const first = locked({
      work: () => new Promise<string>((_resolve, reject) => (fail = () => reject(new Error("it was cut")))),
      ...(tell ? { tell: (error: unknown) => `told: ${(error as Error).message}` } : {}),
    });
    const ended = expect(first).rejects.toThrow("it was cut");
    const second = locked({ work: async () => "worked", ...(told ? { told } : {}) }).catch(
      (error: Error) => error.message,
    );
    await new Promise((resolve) => setTimeout(resolve, 40));
    fail();
    await ended;
    return second;
  }

  test("lets those who waited fail with who failed, where that is told and concerns them", async () => {
    expect(await failing(true, (text) => new Error(`mine too: ${text}`))).toBe("mine too: told: it was cut");
    expect(await failing(true, () => undefined)).toBe("worked");
    expect(await failing(true, undefined)).toBe("worked");
  });

  test("lets those who waited work where nothing is told, or nothing any more", async () => {
    const told = (text: string): Error => new Error(`mine too: ${text}`);
    expect(await failing(false, told)).toBe("worked");
    expect(await failing(true, told)).toBe("mine too: told: it was cut");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await locked({ work: async () => "worked", told })).toBe("worked");
    expect(await failing(false, told)).toBe("worked");
  });

  test("cannot be taken where no file can be", async () => {
    mkdirSync(at("lock"));
    await expect(locked({ work: async () => 1 })).rejects.toThrow(MirrorPlaceError);
    rmSync(at("lock"), { recursive: true });
    writeFileSync(at("lock"), "nonsense".repeat(100));
    await expect(locked({ work: async () => 1 })).rejects.toThrow("file is not a database");
  });
});

describe("mirrors of other settings", () => {
  const name = (letter: string): string => letter.repeat(32);
  const daysAgo = (days: number): Date => new Date(Date.now() - days * 24 * 60 * 60 * 1000);
  const make = (file: string, days: number): void => {
    for (const suffix of ["", "-wal", ".lock"]) writeFileSync(at(file + suffix), "");
    utimesSync(at(file), daysAgo(days), daysAgo(days));
  };

  test("are taken away, with their locks, where they are not used for long", () => {
    make(`${name("a")}.db`, 31);
    make(`${name("b")}.db`, 29);
    make(`${name("c")}-token.db`, 2);
    make(`${name("d")}-token.db`, 0.9);
    make(`${name("e")}.db`, 100);
    for (const other of [
      `${name("f")}.dbx`,
      `x${name("f")}.db`,
      "mirror.db",
      `${name("F")}.db`,
      `${"f".repeat(31)}.db`,
    ])
      make(other, 100);
    const before = readdirSync(at());
    forgetOldMirrors(at(), at(`${name("e")}.db`), 7);
    const gone = before.filter((file) => !existsSync(at(file)));
    expect(gone.map((file) => file.replace(/^(.)\1+/, "$1"))).toEqual(
      ["a-token", "c-token"].flatMap((one) =>
        one.startsWith("a") ? ["a.db", "a.db-wal", "a.db.lock"] : ["c-token.db", "c-token.db-wal", "c-token.db.lock"],
      ),
    );
  });

  test("are kept as long as the past is", () => {
    make(`${name("a")}.db`, 31);
    make(`${name("b")}.db`, 41);
    forgetOldMirrors(at(), at("mirror.db"), 40);
    expect(readdirSync(at()).filter((file) => file.endsWith(".db"))).toEqual([`${name("a")}.db`]);
  });
});

describe("the thread that writes", () => {
  const start = (isNew = true): ThreadLoad =>
    new ThreadLoad({ path: at("mirror.db"), isNew, fieldMap: defaultFieldMap, startedAt: Date.now() });

  test("writes what it is given, and says what was in it", async () => {
    const load = start();
    await load.begin("location");
    const page = bytes([
      { id: "A", name: "a" },
      { id: "A", name: "a" },
    ]);
    expect(await load.add("location", page)).toMatchObject({ count: 2, fresh: 1 });
    // The page has been handed over, not copied.
    expect(page.byteLength).toBe(0);
    await load.commit(new Map([["location", { is: "loaded" }]]), keep);
    const db = openMirrorFile(at("mirror.db"));
    expect([...new Store(db).records("location")].map(({ id, name }) => [id, name])).toEqual([["A", "a"]]);
    db.close();
    await load.close();
  });

  test("says what it cannot read, in the order in which it was asked, and goes on", async () => {
    const load = start();
    const [begun, bad, wrong, good, unknown] = await Promise.allSettled([
      load.begin("location"),
      load.add("location", new TextEncoder().encode("[{")),
      load.add("location", bytes([{}])),
      load.add("location", bytes([{ id: "A" }])),
      load.add("account", bytes([])),
    ]);
    expect(begun).toMatchObject({ status: "fulfilled" });
    expect(bad).toMatchObject({ reason: { name: "PageError", fault: "json", message: "[{" } });
    expect(wrong).toMatchObject({
      reason: { name: "PageError", fault: "shape", message: "record 0 of a page is not an object with an id" },
    });
    expect(good).toMatchObject({ value: { count: 1, fresh: 1 } });
    expect(unknown).toMatchObject({ reason: { message: "account was not begun" } });
    await load.close();
    expect(readdirSync(at())).toEqual([]);
  });

  test("that cannot write says so with SQLite's code, and that has ended is asked no more", async () => {
    writeFileSync(at("mirror.db"), "nonsense".repeat(100), { mode: 0o600 });
    const load = start(false);
    await expect(load.begin("location")).rejects.toMatchObject({ message: "file is not a database", errcode: 26 });
    await load.close();
    const broken = new ThreadLoad({ path: at("mirror.db"), isNew: true, fieldMap: undefined as never, startedAt: 0 });
    await expect(broken.begin("location")).rejects.toThrow();
    await broken.close();
  });

  test("that does not even begin fails whatever it is asked", async () => {
    const load = new ThreadLoad(undefined as never);
    const asked = await Promise.allSettled([load.begin("location"), load.begin("account")]);
    for (const ended of asked) expect(ended).toMatchObject({ status: "rejected", reason: { name: "TypeError" } });
  });
});

test("without a file a sync is written at once, and leaves the database open", async () => {
  const db = openMemory();
  const load = new InlineLoad(db, defaultFieldMap, Date.now());
  await load.begin("location");
  expect(
    await load.add(
      "location",
      bytes([
        { id: "A", name: "a" },
        { id: "A", name: "a" },
      ]),
    ),
  ).toMatchObject({ count: 2, fresh: 1 });
  await load.commit(new Map([["location", { is: "loaded" }]]), keep);
  await load.close();
  expect([...new Store(db).records("location")].map(({ id, name }) => [id, name])).toEqual([["A", "a"]]);
  const undone = new InlineLoad(db, defaultFieldMap, Date.now());
  await undone.begin("location");
  await undone.close();
  expect([db.isOpen, db.isTransaction]).toEqual([true, false]);
  db.close();
});
