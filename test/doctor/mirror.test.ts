import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import type { Check } from "../../provider/doctor";
import { sealMirror, sealOf } from "../../provider/inventory/mirror-seal";
import { makeScene, type Scene } from "../helpers/mirror";
import { examine } from "./helpers";

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});
afterEach(() => scene.end());

const next = "set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:";
const isRoot = process.getuid?.() === 0;

/** What doctor says of the mirror in a folder, where another command cannot use it either. */
async function refused(folder: string): Promise<unknown> {
  const changes = { ORANGE_CMDB_CACHE_DIR: folder };
  const { report, ended } = await examine(scene, changes);
  const other = await scene.cli(["sync"], changes);
  expect([ended.code, other.code]).toEqual([1, 1]);
  expect(other.err).toContain(next);
  return report.checks.filter(({ area }) => area === "mirror");
}

const failed = (detail: RegExp): unknown => [
  { area: "mirror", name: "file", status: "failed", detail: expect.stringMatching(detail) as string, next },
];

async function fileOf(): Promise<string> {
  expect((await scene.cli(["sync"])).code).toBe(0);
  return join(scene.cacheDir, readdirSync(scene.cacheDir).find((name) => name.endsWith(".db")) ?? "none");
}

test.each<[string, () => string, RegExp]>([
  ["everybody may write into", () => made("open", 0o777), /can be written by everybody \(chmod go-w mends that\)$/],
  ["a group may write into", () => made("open", 0o770), /can be written by its group \(chmod g-w mends that\)$/],
  ["is a file", () => made("file"), /is not in a folder$/],
  ["is below a file", () => join(made("file"), "below", "it"), /is not in a folder$/],
  ["cannot be made", () => "/proc/nowhere/below", /is in a folder that cannot be made$/],
])("a cache folder that %s fails, as it does elsewhere", async (_name, make, detail) => {
  expect(await refused(make())).toEqual(failed(detail));
});

function made(name: string, mode?: number): string {
  const path = join(scene.cacheDir, name);
  if (mode === undefined) writeFileSync(path, "");
  else mkdirSync(path);
  if (mode !== undefined) chmodSync(path, mode);
  return path;
}

test.each<[string, (file: string) => void, RegExp]>([
  [
    "a link",
    (file) => {
      renameSync(file, `${file}.real`);
      symlinkSync(`${file}.real`, file);
    },
    /is a link, which is not followed$/,
  ],
  [
    "a folder",
    (file) => {
      renameSync(file, `${file}.real`);
      mkdirSync(file);
    },
    /is not a file$/,
  ],
  // Only the superuser can give a file away.
  ...(isRoot
    ? [
        ["of somebody else", (file: string) => chownSync(file, 12_345, 12_345), /belongs to somebody else$/] as const,
      ].map((row) => [...row] as [string, (file: string) => void, RegExp])
    : []),
])("a mirror that is %s fails, as it does elsewhere", async (_name, spoil, detail) => {
  spoil(await fileOf());
  expect(await refused(scene.cacheDir)).toEqual(failed(detail));
});

test("a mirror that is a pipe fails, and is not waited for", async () => {
  const file = await fileOf();
  renameSync(file, `${file}.real`);
  expect(spawnSync("mkfifo", [file]).status).toBe(0);
  const { report, ended } = await examine(scene);
  expect(ended.code).toBe(1);
  expect(report.checks.filter(({ area }) => area === "mirror")).toEqual(failed(/is not a file$/));
});

test("a cache folder that is not there yet is fine, and nothing is left of the look at it", async () => {
  const { report, ended } = await examine(scene, { ORANGE_CMDB_CACHE_DIR: join(scene.cacheDir, "not", "there") });
  expect(ended.code).toBe(0);
  expect(report.checks.find(({ area }) => area === "mirror")).toMatchObject({ status: "ok", detail: "none yet" });
  expect(readdirSync(scene.cacheDir).filter((name) => name.startsWith(".orange-cmdb-"))).toEqual([]);
});

test("a mirror from the future is a warning, and is fetched again", async () => {
  const file = await fileOf();
  const db = new DatabaseSync(file);
  const year = 365 * 24 * 60 * 60 * 1000;
  db.exec(`UPDATE kind_state SET synced_at = synced_at + ${year}; PRAGMA wal_checkpoint(TRUNCATE)`);
  db.close();
  await sealMirror(file);
  expect(existsSync(sealOf(file))).toBe(true);
  const records = async (): Promise<Check | undefined> =>
    (await examine(scene)).report.checks.find(({ area, name }) => area === "mirror" && name === "records");
  expect(await records()).toEqual({
    area: "mirror",
    name: "records",
    status: "warning",
    detail: expect.stringMatching(/^\d+ locations of \d{4}-.*Z, which is yet to come, /) as string,
    next: "check the clock; it is fetched again when it is needed",
  });
  expect((await scene.cli(["list", "locations"])).code).toBe(0);
  expect((await scene.cli(["sync"])).code).toBe(0);
  expect(await records()).toMatchObject({ status: "ok", detail: expect.stringContaining("0 min old") as string });
});
