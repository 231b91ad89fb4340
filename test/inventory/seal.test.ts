import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isSealed, sealMirror, sealOf, unsealMirror } from "../../provider/inventory/mirror-seal";
import { MirrorPlaceError } from "../../provider/inventory/private-files";
import { isSealedWhole, temporaryFolder } from "./helpers/files";

const at = temporaryFolder();
let path: string;

beforeEach(() => (path = at("mirror.db")));
afterEach(() => jest.restoreAllMocks());

/** A file of so many bytes, sealed. */
async function sealed(length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length, "an inventory, byte by byte; ");
  writeFileSync(path, bytes, { mode: 0o600 });
  unsealMirror(path);
  await sealMirror(path);
  return bytes;
}

const isWhole = (always?: boolean): Promise<boolean> => isSealedWhole(path, always);

const flip = (bytes: Buffer, at: number): void => {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  writeFileSync(path, changed);
};

test.each([0, 1, 1000, 1024 * 1024, 1024 * 1024 + 1, 3_000_000])("%d bytes are read to the last", async (length) => {
  const bytes = await sealed(length);
  expect(await isWhole()).toBe(true);
  for (const at of [0, Math.floor(length / 2), length - 1].filter((place) => place >= 0 && place < length)) {
    flip(bytes, at);
    expect(await isWhole()).toBe(false);
    // Not only once.
    expect(await isWhole()).toBe(false);
  }
  writeFileSync(path, bytes.subarray(1));
  expect(await isWhole()).toBe(length === 0);
  writeFileSync(path, Buffer.concat([bytes, bytes.subarray(0, 1), Buffer.from("!")]));
  expect(await isWhole()).toBe(false);
  writeFileSync(path, bytes);
  expect(await isWhole()).toBe(true);
});

test("what is not sealed is not checked", async () => {
  const bytes = await sealed(1000);
  expect(statSync(sealOf(path)).mode & 0o777).toBe(0o600);
  flip(bytes, 5);
  unsealMirror(path);
  expect(readFileSync(sealOf(path), "utf8")).toBe("");
  expect(await isWhole()).toBe(true);
  writeFileSync(sealOf(path), "nonsense");
  expect(await isWhole()).toBe(true);
  rmSync(sealOf(path));
  expect(await isWhole()).toBe(true);
  // It is sealed only where it was said to be written before: a folder that has gone is not made anew.
  await sealMirror(path);
  expect(await isWhole()).toBe(true);
  expect(() => statSync(sealOf(path))).toThrow("ENOENT");
});

test("a seal that is a link is neither read nor written, and one that is no file is no place for a mirror", async () => {
  const bytes = await sealed(1000);
  const target = at("target");
  const text = readFileSync(sealOf(path), "utf8");
  writeFileSync(target, text);
  rmSync(sealOf(path));
  symlinkSync(target, sealOf(path));
  flip(bytes, 5);
  expect(await isWhole()).toBe(true);
  expect(() => unsealMirror(path)).toThrow(MirrorPlaceError);
  expect(() => unsealMirror(path)).toThrow("is a link, which is not followed");
  await sealMirror(path);
  expect(readFileSync(target, "utf8")).toBe(text);
  rmSync(sealOf(path));
  mkdirSync(sealOf(path));
  expect(await isWhole()).toBe(true);
  expect(() => unsealMirror(path)).toThrow(`${sealOf(path)} is not a file; set ORANGE_CMDB_CACHE_DIR`);
});

test("a seal that is a pipe is not waited for", async () => {
  await sealed(1000);
  rmSync(sealOf(path));
  expect(spawnSync("mkfifo", [sealOf(path)]).status).toBe(0);
  expect(await isWhole()).toBe(true);
  expect(isSealed(path)).toBe(false);
  await sealMirror(path);
  expect(() => unsealMirror(path)).toThrow(`${sealOf(path)} is not a file; set ORANGE_CMDB_CACHE_DIR`);
});

test("a mirror that has become a pipe is refused, and not waited for", async () => {
  await sealed(1000);
  rmSync(path);
  expect(spawnSync("mkfifo", [path]).status).toBe(0);
  await expect(isWhole(true)).rejects.toThrow(`${path} is not a file; set ORANGE_CMDB_CACHE_DIR`);
});

test("a seal that nobody may read is none, until the next one is written", async () => {
  await sealed(1000);
  chmodSync(sealOf(path), 0o000);
  // The superuser may read it all the same.
  expect(isSealed(path)).toBe(process.getuid?.() === 0);
  unsealMirror(path);
  await sealMirror(path);
  expect([isSealed(path), statSync(sealOf(path)).mode & 0o777]).toEqual([true, 0o600]);
});

test("what is written while it is read is not damaged", async () => {
  const bytes = await sealed(1000);
  flip(bytes, 5);
  const check = isWhole();
  unsealMirror(path);
  expect(await check).toBe(true);
  const again = sealed(1000);
  await again;
  flip(bytes, 7);
  const checked = isWhole();
  writeFileSync(sealOf(path), JSON.stringify({ checksum: 1, sealed: 2 }));
  expect(await checked).toBe(true);
});

test("two seals of the same bytes differ: it has been written between them", async () => {
  await sealed(10);
  const first = readFileSync(sealOf(path), "utf8");
  await new Promise((resolve) => setTimeout(resolve, 5));
  await sealed(10);
  expect(readFileSync(sealOf(path), "utf8")).not.toBe(first);
});

describe("it is read again", () => {
  /** When it was found to be whole. */
  const checked = (): number => statSync(sealOf(path)).mtimeMs;
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
  /** Checks it, so long after now; answers whether it was read. */
  async function isRead(later: number, always?: boolean): Promise<boolean> {
    const before = checked();
    const now = Date.now();
    jest.spyOn(Date, "now").mockReturnValue(now + later);
    expect(await isWhole(always)).toBe(true);
    jest.restoreAllMocks();
    return checked() !== before;
  }

  test("after ten minutes, and not before", async () => {
    await sealed(10);
    await pause();
    utimesSync(sealOf(path), new Date(), new Date());
    await pause();
    expect(await isRead(0)).toBe(false);
    expect(await isRead(590_000)).toBe(false);
    // By a clock that was wrong, too.
    expect(await isRead(-590_000)).toBe(false);
    expect(await isRead(-610_000)).toBe(true);
    await pause();
    expect(await isRead(610_000)).toBe(true);
  });

  test("where it was touched since, or its seal is as old as that", async () => {
    const bytes = await sealed(10);
    await pause();
    utimesSync(sealOf(path), new Date(), new Date());
    await pause();
    writeFileSync(path, bytes);
    expect(await isRead(0)).toBe(true);
    await pause();
    expect(await isRead(0)).toBe(true);
    expect(await isRead(0)).toBe(false);
    const { mtimeMs } = statSync(path);
    const future = new Date(Math.ceil(mtimeMs) + 60_000);
    utimesSync(path, future, future);
    utimesSync(sealOf(path), future, future);
    expect(await isRead(0)).toBe(true);
  });

  test("whenever it is asked for", async () => {
    await sealed(10);
    await pause();
    utimesSync(sealOf(path), new Date(), new Date());
    await pause();
    expect(await isRead(0, false)).toBe(false);
    expect(await isRead(0, true)).toBe(true);
  });
});

test("a lock of this process on the file outlives a check", async () => {
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE a (b)");
  unsealMirror(path);
  await sealMirror(path);
  db.exec("BEGIN EXCLUSIVE");
  const other = `const { DatabaseSync } = require("node:sqlite");
    try { new DatabaseSync(process.argv[1], { timeout: 0 }).exec("BEGIN EXCLUSIVE"); process.exitCode = 3; }
    catch (error) { process.exitCode = error.errcode; }`;
  const tried = (): number | null => spawnSync(process.execPath, ["-e", other, path], { stdio: "ignore" }).status;
  expect(tried()).toBe(5);
  for (let round = 0; round < 3; round += 1) expect(await isWhole(true)).toBe(true);
  expect(tried()).toBe(5);
  db.close();
  expect(tried()).toBe(3);
});
