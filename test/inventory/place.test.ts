import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { spawn, spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { MirrorDamagedError } from "../../provider/inventory/mirror";
import { MirrorPlaceError } from "../../provider/inventory/private-files";
import type { SyncEvent } from "../../provider/inventory/events";
import { makeScene, type Scene } from "../helpers/mirror";

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});
afterEach(() => scene.end());

const user = process.getuid?.();
const isRoot = user === 0;
const main = resolve(__dirname, "../../dist/cli/main.js");
const mirrorFile = (): string =>
  join(scene.cacheDir, readdirSync(scene.cacheDir).find((name) => name.endsWith(".db")) ?? "none");

async function refusal(cacheDir = scene.cacheDir): Promise<string> {
  const error: unknown = await scene.open({ refresh: true }, { cacheDir }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(MirrorPlaceError);
  expect((error as Error).message).toContain("ORANGE_CMDB_CACHE_DIR");
  return (error as Error).message;
}

test("a folder that everybody may write into is refused, also where it is sticky; one of one's own in it is not", async () => {
  const open = join(scene.cacheDir, "open");
  mkdirSync(open);
  chmodSync(open, 0o777);
  expect(await refusal(open)).toContain("can be written by everybody");
  chmodSync(open, 0o1777);
  expect(await refusal(open)).toContain("can be written by everybody");
  (await scene.open({}, { cacheDir: join(open, "own") })).close();
});

test("a link in the place of the mirror is not followed", async () => {
  (await scene.open()).close();
  const file = mirrorFile();
  const other = join(scene.cacheDir, "other");
  mkdirSync(other);
  writeFileSync(join(other, "victim"), "theirs");
  symlinkSync(join(other, "victim"), join(other, file.split("/").at(-1) ?? ""));
  expect(await refusal(other)).toContain("is a link");
});

test("a folder that is a file, and a mirror that is a folder", async () => {
  const file = join(scene.cacheDir, "file");
  writeFileSync(file, "");
  expect(await refusal(file)).toContain("is not in a folder");
  (await scene.open()).close();
  const taken = join(scene.cacheDir, "taken");
  mkdirSync(join(taken, mirrorFile().split("/").at(-1) ?? ""), { recursive: true });
  expect(await refusal(taken)).toContain("is not a file");
});

test("a mirror that belongs to somebody else is refused", async () => {
  // Only the superuser can give a file away; everybody else is kept from opening it by the operating system.
  if (!isRoot) return expect(statSync(scene.cacheDir).uid).toBe(user);
  (await scene.open()).close();
  chownSync(mirrorFile(), 12_345, 12_345);
  expect(await refusal()).toContain("belongs to somebody else");
  const folder = join(scene.cacheDir, "theirs");
  mkdirSync(folder);
  chownSync(folder, 12_345, 12_345);
  expect(await refusal(folder)).toContain("belongs to somebody else");
});

test("a folder in which nothing can be written is read, and what cannot be fetched is said", async () => {
  // The superuser may write everywhere: the command runs as nobody.
  if (!isRoot) return expect(user).toBeGreaterThan(0);
  (await scene.open()).close();
  for (const name of readdirSync(scene.cacheDir)) chownSync(join(scene.cacheDir, name), 65_534, 65_534);
  chownSync(scene.cacheDir, 65_534, 65_534);
  chmodSync(scene.cacheDir, 0o500);
  const run = (args: string[], more: NodeJS.ProcessEnv = {}): Promise<[number | null, string]> =>
    new Promise((done) => {
      const env = {
        ...process.env,
        ...scene.sandbox.environment,
        ORANGE_CMDB_CACHE_DIR: scene.cacheDir,
        NODE_OPTIONS: "",
        ...more,
      };
      const child = spawn(process.execPath, [main, ...args], { uid: 65_534, gid: 65_534, env, cwd: "/" });
      let text = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (text += String(data)));
      child.once("close", (code) => done([code, text]));
    });
  const [code, text] = await run(["get", "location", "LOC-PAR-001", "-o", "json"]);
  expect(text).toContain("LOC-PAR-001");
  expect(code).toBe(0);
  const [refused, why] = await run(["sync"]);
  expect(why).toMatch(/may not be written; set ORANGE_CMDB_CACHE_DIR/);
  expect(refused).toBe(1);
  // What is too old is an error, and served where the user chose so, which is said.
  const [tooOld] = await run(["list", "locations"], { ORANGE_CMDB_MAX_AGE: "0" });
  expect(tooOld).toBe(1);
  const older = { ORANGE_CMDB_MAX_AGE: "0", ORANGE_CMDB_MAX_STALE: "3600" };
  const [served, said] = await run(["list", "locations"], older);
  expect([served, said]).toEqual([0, expect.stringContaining("LOC-PAR-001")]);
  expect(said).toMatch(/is used, because a newer one could not be had: the mirror .* may not be written/);
  // What stands in SQLite's log alone, as a process leaves it that is killed, is not passed over.
  const file = mirrorFile();
  chmodSync(scene.cacheDir, 0o700);
  truncateSync(`${file}.seal`);
  const killed = `const db = new (require("node:sqlite").DatabaseSync)(process.argv[1]);
    db.exec("UPDATE record SET name = 'another'");
    process.kill(process.pid, "SIGKILL");`;
  spawnSync(process.execPath, ["-e", killed, file], { uid: 65_534, gid: 65_534 });
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  chmodSync(scene.cacheDir, 0o500);
  const [logged, what] = await run(["list", "locations"]);
  expect([logged, what]).toEqual([1, expect.stringContaining("is not whole without its log")]);
  expect(what).toContain("run orange-cmdb sync where it may");
  chmodSync(scene.cacheDir, 0o700);
  expect((await run(["sync"]))[0]).toBe(0);
  chmodSync(scene.cacheDir, 0o500);
  expect(await run(["list", "locations"])).toEqual([0, expect.stringContaining("LOC-PAR-001")]);
  // Damage is said as well.
  chmodSync(scene.cacheDir, 0o700);
  const bytes = readFileSync(file);
  bytes[20_000] = (bytes[20_000] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  chmodSync(scene.cacheDir, 0o500);
  const [damaged, reason] = await run(["list", "locations"], older);
  expect([damaged, reason]).toEqual([1, expect.stringContaining("may not be written")]);
  expect(reason).toContain("is damaged");
});

test("a damaged mirror is fetched anew, and that is said", async () => {
  (await scene.open()).close();
  writeFileSync(mirrorFile(), Buffer.alloc(100_000, 7));
  const events: SyncEvent[] = [];
  const reader = await scene.open({ onEvent: (event) => events.push(event) });
  expect(events[0]).toMatchObject({ type: "rebuilt" });
  expect(reader.list("configurationItem")).toHaveLength(60);
  reader.close();
});

test("a mirror damaged where it is read is an error, never a record that is missing", async () => {
  const large = await makeScene({ size: 3_000 });
  try {
    (await large.open()).close();
    const file = join(large.cacheDir, readdirSync(large.cacheDir).find((name) => name.endsWith(".db")) ?? "");
    // The second half holds records only: what is known of the kinds can still be read.
    const half = Math.floor(statSync(file).size / 2 / 16_384) * 16_384;
    const handle = openSync(file, "r+");
    writeSync(handle, Buffer.alloc(statSync(file).size - half, 9), 0, undefined, half);
    closeSync(handle);
    const reader = await large.open();
    expect(() => reader.list("configurationItem")).toThrow(MirrorDamagedError);
    expect(() => reader.list("configurationItem")).toThrow(/is damaged .*; orange-cmdb sync fetches it anew/);
    reader.close();
    expect((await large.cli(["sync"])).code).toBe(0);
    const mended = await large.open();
    expect(mended.list("configurationItem")).toHaveLength(3_000);
    mended.close();
  } finally {
    await large.end();
  }
});
