import { spawnSync } from "node:child_process";
import fs, { cpSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { checkpoint, openMirrorFile } from "../../provider/inventory/database";
import { checkMirror, sealMirror, sealOf, unsealMirror } from "../../provider/inventory/mirror-seal";
import { MirrorPlaceError } from "../../provider/inventory/private-files";
import { isCopied, WriteAheadLog } from "../../provider/inventory/write-ahead-log";
import { isSealedWhole, openedIn, temporaryFolder, writeLocations } from "./helpers/files";

// A reader that keeps an older version of the mirror: what is written meanwhile stays in SQLite's log, and is sealed all the same.

const at = temporaryFolder();
let path: string;
let log: string;
let reader: DatabaseSync;

const many = (count: number, name: string): object[] =>
  Array.from({ length: count }, (_, index) => ({ id: `LOC-${index}`, name: `${name} ${index} ${"-".repeat(200)}` }));

const isWhole = (): Promise<boolean> => isSealedWhole(path, true);

/** What is in the log, by where it belongs. */
function pagesInLog(): Map<number, Buffer> {
  const read = WriteAheadLog.open(path);
  const page = Buffer.alloc(read?.pageSize ?? 0);
  const pages = new Map<number, Buffer>();
  for (const place of read?.places ?? []) {
    read?.copy(place, page);
    pages.set(place, Buffer.from(page));
  }
  read?.close();
  return pages;
}

function flip(file: string, place: number): void {
  const bytes = readFileSync(file);
  bytes[place] = (bytes[place] ?? 0) ^ 4;
  writeFileSync(file, bytes);
}

async function write(count: number, name: string): Promise<void> {
  unsealMirror(path);
  writeLocations(path, many(count, name), false);
  await sealMirror(path);
}

beforeEach(() => {
  path = at("mirror.db");
  log = `${path}-wal`;
  writeLocations(path, many(300, "first"));
  unsealMirror(path);
  reader = openMirrorFile(path);
  reader.exec("BEGIN");
  expect(reader.prepare("SELECT count(*) AS count FROM record").get()).toEqual({ count: 300 });
});
afterEach(() => {
  jest.restoreAllMocks();
  if (reader.isOpen) reader.close();
});

test("what stands in the log is sealed, and copying it into the file changes nothing", async () => {
  const before = readFileSync(path);
  await write(400, "second");
  expect(readFileSync(path)).toEqual(before);
  expect([await isWhole(), isCopied(path)]).toEqual([true, false]);
  // Once more: of a page that is in the log twice, the later one counts.
  await write(350, "third");
  expect(await isWhole()).toBe(true);
  reader.exec("COMMIT");
  checkpoint(reader);
  expect(readFileSync(path)).not.toEqual(before);
  expect([await isWhole(), isCopied(path)]).toEqual([true, true]);
  reader.close();
  expect(() => statSync(log)).toThrow("ENOENT");
  expect([await isWhole(), isCopied(path)]).toEqual([true, true]);
});

test("half of it is copied, up to what another reader keeps", async () => {
  await write(400, "second");
  const second = openMirrorFile(path);
  second.exec("BEGIN");
  expect(second.prepare("SELECT count(*) AS count FROM record WHERE until IS NULL").get()).toEqual({ count: 400 });
  await write(500, "third");
  const before = readFileSync(path);
  reader.exec("COMMIT");
  checkpoint(reader);
  expect(readFileSync(path)).not.toEqual(before);
  expect([await isWhole(), isCopied(path)]).toEqual([true, false]);
  second.close();
});

test("a log that is begun anew, with what it held before behind it", async () => {
  await write(900, "second");
  reader.exec("COMMIT");
  checkpoint(reader);
  const { size } = statSync(log);
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM record").get();
  await write(900, "second");
  expect(statSync(log).size).toBe(size);
  expect(pagesInLog().size).toBeLessThan(20);
  expect(await isWhole()).toBe(true);
});

test("what was never committed is not in it", async () => {
  await write(310, "second");
  const pages = pagesInLog();
  const undone = openMirrorFile(path);
  // With so little room it is written into the log before the end.
  undone.exec("PRAGMA cache_size = 2; BEGIN; UPDATE record SET status = hex(randomblob(4000))");
  expect(statSync(log).size).toBeGreaterThan(1_000_000);
  expect(pagesInLog()).toEqual(pages);
  expect(await isWhole()).toBe(true);
  undone.exec("ROLLBACK");
  expect(await isWhole()).toBe(true);
  undone.close();
});

test("a bit that differs in it is noticed, as in the file", async () => {
  await write(400, "second");
  const { size } = statSync(log);
  for (let round = 0; round < 60; round += 1) {
    const place = Math.floor((size / 60) * round);
    flip(log, place);
    expect([place, await isWhole()]).toEqual([place, false]);
    flip(log, place);
  }
  expect(await isWhole()).toBe(true);
  const pages = pagesInLog();
  for (let place = 0; place < statSync(path).size; place += 16_384) {
    // What is newer in the log is not read in the file.
    flip(path, place + 5_000);
    expect(await isWhole()).toBe(pages.has(place));
    flip(path, place + 5_000);
  }
});

test("so is one in what stands before the pages, by which SQLite tells what counts", async () => {
  await write(400, "second");
  const header = Array.from({ length: 32 }, (_, place) => place);
  const frames = [0, 1, 4].flatMap((frame) =>
    Array.from({ length: 24 }, (_, place) => 32 + frame * (24 + 16_384) + place),
  );
  for (const place of [...header, ...frames]) {
    flip(log, place);
    expect([place, await isWhole()]).toEqual([place, false]);
    flip(log, place);
  }
  expect(await isWhole()).toBe(true);
});

test("it is read where it was touched since it was last found to be whole", async () => {
  await write(400, "second");
  await new Promise((done) => setTimeout(done, 50));
  utimesSync(sealOf(path), new Date(), new Date());
  await new Promise((done) => setTimeout(done, 50));
  const before = statSync(sealOf(path)).mtimeMs;
  await checkMirror(path);
  expect(statSync(sealOf(path)).mtimeMs).toBe(before);
  flip(log, 20_000);
  await expect(checkMirror(path)).rejects.toThrow("it is not what was written");
});

test("where nothing can be locked a mirror is not read without what stands in its log alone", async () => {
  await write(400, "second");
  jest.spyOn(fs, "accessSync").mockImplementation(() => {
    throw new Error("EACCES");
  });
  expect(() => openMirrorFile(path)).toThrow(MirrorPlaceError);
  expect(() => openMirrorFile(path)).toThrow(
    `the mirror ${path} is not whole without its log, which cannot be read where nothing may be written; run orange-cmdb sync where it may; set ORANGE_CMDB_CACHE_DIR`,
  );
  reader.exec("COMMIT");
  checkpoint(reader);
  const copied = openMirrorFile(path);
  expect(copied.prepare("SELECT count(*) AS count FROM record WHERE until IS NULL").get()).toEqual({ count: 400 });
  expect(() => copied.exec("DELETE FROM record")).toThrow("readonly");
  copied.close();
});

test("nothing of it stays open, and what is no file is no log", async () => {
  await write(400, "second");
  expect([await isWhole(), isCopied(path)]).toEqual([true, false]);
  // That of the reader.
  expect(openedIn(at())?.filter((name) => name === "mirror.db-wal") ?? ["mirror.db-wal"]).toHaveLength(1);
  mkdirSync(at("folder-wal"));
  expect(WriteAheadLog.open(at("folder"))).toBeUndefined();
  expect(spawnSync("mkfifo", [at("pipe-wal")]).status).toBe(0);
  expect(WriteAheadLog.open(at("pipe"))).toBeUndefined();
});

test("one that is cut, is another's, or is no log", async () => {
  await write(400, "second");
  const bytes = readFileSync(log);
  for (const length of [0, 8, 31, 32, 5_000, bytes.length - 1]) {
    writeFileSync(log, bytes.subarray(0, length));
    expect([length, await isWhole()]).toEqual([length, false]);
  }
  writeFileSync(log, bytes);
  expect(await isWhole()).toBe(true);
  rmSync(log);
  expect(await isWhole()).toBe(false);
});

test("its pages are those that SQLite finds in it", async () => {
  await write(700, "second");
  cpSync(path, at("copy.db"));
  cpSync(log, at("copy.db-wal"));
  const read = WriteAheadLog.open(path);
  const image = Buffer.alloc(read?.size ?? 0);
  read?.close();
  readFileSync(path).copy(image);
  for (const [place, page] of pagesInLog()) image.set(page, place);
  openMirrorFile(at("copy.db")).close();
  const copy = openMirrorFile(at("copy.db"));
  copy.prepare("SELECT count(*) FROM record").get();
  copy.close();
  expect(readFileSync(at("copy.db")).equals(image)).toBe(true);
});

test("a lock of this process on the mirror outlives a look at both", async () => {
  await write(400, "second");
  const alone = `const db = new (require("node:sqlite").DatabaseSync)(process.argv[1], { timeout: 0 });
    try { process.exitCode = db.prepare("PRAGMA journal_mode = DELETE").get().journal_mode === "delete" ? 3 : 4; }
    catch (error) { process.exitCode = error.errcode; }`;
  const tried = (): number | null =>
    spawnSync(process.execPath, ["--no-warnings", "-e", alone, path], { stdio: "ignore" }).status;
  expect(tried()).toBe(5);
  for (let round = 0; round < 3; round += 1) expect([isCopied(path), await isWhole()]).toEqual([false, true]);
  expect(tried()).toBe(5);
  reader.close();
  expect(tried()).toBe(3);
});
