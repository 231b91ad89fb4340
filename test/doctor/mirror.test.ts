import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "../../provider/doctor";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { inventoryFileIn, rewriteInventory } from "../inventory/helpers/files";
import { examine } from "./helpers";

let scene: TestEnvironment;
beforeEach(async () => {
  scene = await createTestEnvironment();
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
  return inventoryFileIn(scene.cacheDir);
}

test.each<[string, () => string, RegExp]>([
  ["is world-writable", () => made("open", 0o777), /is world-writable; run chmod go-w on it$/],
  ["is group-writable", () => made("open", 0o770), /is group-writable; run chmod g-w on it$/],
  ["is a file", () => made("file"), /is not in a folder$/],
  ["is below a file", () => join(made("file"), "below", "it"), /is not in a folder$/],
  ["cannot be created", () => "/proc/nowhere/below", /is in a folder that cannot be created$/],
])("a cache folder that %s fails, as in other commands", async (_name, make, detail) => {
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
    /is a symbolic link$/,
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
        [
          "owned by another user",
          (file: string) => chownSync(file, 12_345, 12_345),
          /is owned by another user$/,
        ] as const,
      ].map((row) => [...row] as [string, (file: string) => void, RegExp])
    : []),
])("a mirror that is %s fails, as in other commands", async (_name, spoil, detail) => {
  spoil(await fileOf());
  expect(await refused(scene.cacheDir)).toEqual(failed(detail));
});

test("a mirror that is a pipe fails without waiting", async () => {
  const file = await fileOf();
  renameSync(file, `${file}.real`);
  expect(spawnSync("mkfifo", [file]).status).toBe(0);
  const { report, ended } = await examine(scene);
  expect(ended.code).toBe(1);
  expect(report.checks.filter(({ area }) => area === "mirror")).toMatchInlineSnapshot(`
   [
     {
       "area": "mirror",
       "detail": "<tmp>/<hash>.1.db is not a file",
       "name": "file",
       "next": "set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:",
       "status": "failed",
     },
   ]
  `);
});

test("a missing cache folder is accepted, and the check leaves no file", async () => {
  const { report, ended } = await examine(scene, { ORANGE_CMDB_CACHE_DIR: join(scene.cacheDir, "not", "there") });
  expect(ended.code).toBe(0);
  expect(report.checks.find(({ area }) => area === "mirror")).toMatchObject({ status: "ok", detail: "none yet" });
  expect(readdirSync(scene.cacheDir).filter((name) => name.startsWith(".orange-cmdb-"))).toEqual([]);
});

test("a mirror from the future is a warning, and is fetched again", async () => {
  const file = await fileOf();
  const year = 365 * 24 * 60 * 60 * 1000;
  rewriteInventory(file, `UPDATE kind_state SET synced_at = synced_at + ${year}`);
  const records = async (): Promise<Check | undefined> =>
    (await examine(scene)).report.checks.find(({ area, name }) => area === "mirror" && name === "records");
  expect(await records()).toEqual({
    area: "mirror",
    name: "records",
    status: "warning",
    detail: expect.stringMatching(/^\d+ locations of \d{4}-.*Z, which is in the future, /) as string,
    next: "check the clock; it is fetched again when it is needed",
  });
  expect((await scene.cli(["list", "locations"])).code).toBe(0);
  expect((await scene.cli(["sync"])).code).toBe(0);
  expect(await records()).toMatchObject({ status: "ok", detail: expect.stringContaining("0 min old") as string });
});
