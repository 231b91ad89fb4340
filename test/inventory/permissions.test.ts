import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { MirrorCorruptError } from "../../provider/inventory/mirror/mirror";
import { MirrorAccessError } from "../../provider/files/permissions";
import type { SyncEvent } from "../../provider/inventory/events";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { inventoryFileIn } from "./helpers/files";

let scene: TestEnvironment;
beforeEach(async () => {
  scene = await createTestEnvironment();
});
afterEach(() => scene.end());

const user = process.getuid?.();
const isRoot = user === 0;
const main = resolve(__dirname, "../../dist/cli/main.js");
const mirrorFile = (): string => inventoryFileIn(scene.cacheDir);
const manifestName = (): string => readdirSync(scene.cacheDir).find((name) => name.endsWith(".json")) ?? "none";

async function refusal(cacheDir = scene.cacheDir): Promise<string> {
  const error: unknown = await scene.open({ refresh: true }, { cacheDir }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(MirrorAccessError);
  expect((error as Error).message).toContain("ORANGE_CMDB_CACHE_DIR");
  return (error as Error).message;
}

test("a world-writable folder is rejected, sticky or not, and a private folder in it is accepted", async () => {
  const open = join(scene.cacheDir, "open");
  mkdirSync(open);
  chmodSync(open, 0o777);
  expect(await refusal(open)).toContain("is world-writable");
  chmodSync(open, 0o1777);
  expect(await refusal(open)).toContain("is world-writable");
  (await scene.open({}, { cacheDir: join(open, "own") })).close();
});

test("a link in place of the mirror is not followed", async () => {
  (await scene.open()).close();
  const other = join(scene.cacheDir, "other");
  mkdirSync(other);
  writeFileSync(join(other, "victim"), "theirs");
  symlinkSync(join(other, "victim"), join(other, manifestName()));
  expect(await refusal(other)).toContain("is a symbolic link");
  renameSync(mirrorFile(), join(other, "inventory"));
  symlinkSync(join(other, "inventory"), join(scene.cacheDir, manifestName().replace("json", "1.db")));
  expect(await refusal()).toContain("is a symbolic link");
});

test("a file in place of the folder, and a folder in place of the mirror, are rejected", async () => {
  const file = join(scene.cacheDir, "file");
  writeFileSync(file, "");
  expect(await refusal(file)).toContain("is not in a folder");
  (await scene.open()).close();
  const taken = join(scene.cacheDir, "taken");
  mkdirSync(join(taken, manifestName()), { recursive: true });
  expect(await refusal(taken)).toContain("is not a file");
});

test("a mirror of another user is rejected", async () => {
  // Only the superuser can give a file away; everybody else is kept from opening it by the operating system.
  if (!isRoot) return expect(statSync(scene.cacheDir).uid).toBe(user);
  (await scene.open()).close();
  chownSync(mirrorFile(), 12_345, 12_345);
  expect(await refusal()).toContain("is owned by another user");
  const folder = join(scene.cacheDir, "theirs");
  mkdirSync(folder);
  chownSync(folder, 12_345, 12_345);
  expect(await refusal(folder)).toContain("is owned by another user");
});

test("a read-only folder can be read, and a fetch in it fails with the reason", async () => {
  // The superuser may write everywhere: the command runs as an unprivileged user.
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
  expect(why).toMatch(/is not writable; set ORANGE_CMDB_CACHE_DIR/);
  expect(refused).toBe(1);
  // What is too old is an error, and served where the user chose so, which is said.
  const [tooOld] = await run(["list", "locations"], { ORANGE_CMDB_MAX_AGE: "0" });
  expect(tooOld).toBe(1);
  const older = { ORANGE_CMDB_MAX_AGE: "0", ORANGE_CMDB_MAX_STALE: "3600" };
  const [served, said] = await run(["list", "locations"], older);
  expect([served, said]).toEqual([0, expect.stringContaining("LOC-PAR-001")]);
  expect(said).toMatch(/because the refresh failed: the mirror .* is not writable/);
  // Damage is said as well.
  chmodSync(scene.cacheDir, 0o700);
  const file = mirrorFile();
  const bytes = readFileSync(file);
  bytes[20_000] = (bytes[20_000] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  chmodSync(scene.cacheDir, 0o500);
  const [damaged, reason] = await run(["list", "locations"], older);
  expect([damaged, reason]).toEqual([1, expect.stringContaining("is not writable")]);
  expect(reason).toContain("is corrupt");
});

test("a corrupt mirror is fetched again with a warning", async () => {
  (await scene.open()).close();
  writeFileSync(mirrorFile(), Buffer.alloc(100_000, 7));
  const events: SyncEvent[] = [];
  const reader = await scene.open({ onEvent: (event) => events.push(event) });
  expect(events[0]).toMatchObject({ type: "rebuilt" });
  expect(reader.list("configurationItem")).toHaveLength(60);
  reader.close();
});

test("corruption found during a read is an error, never a missing record", async () => {
  const large = await createTestEnvironment({ size: 3_000 });
  try {
    (await large.open()).close();
    const file = inventoryFileIn(large.cacheDir);
    const reader = await large.open();
    // The second half holds records only: what is known of the kinds can still be read.
    const half = Math.floor(statSync(file).size / 2 / 16_384) * 16_384;
    const handle = openSync(file, "r+");
    writeSync(handle, Buffer.alloc(statSync(file).size - half, 9), 0, undefined, half);
    closeSync(handle);
    expect(() => reader.list("configurationItem")).toThrow(MirrorCorruptError);
    expect(() => reader.list("configurationItem")).toThrowErrorMatchingInlineSnapshot(
      `"the inventory in <tmp>/<hash>.json is corrupt (database disk image is malformed); run orange-cmdb sync to fetch it again"`,
    );
    reader.close();
    expect((await large.cli(["sync"])).code).toBe(0);
    const mended = await large.open();
    expect(mended.list("configurationItem")).toHaveLength(3_000);
    mended.close();
  } finally {
    await large.end();
  }
});
