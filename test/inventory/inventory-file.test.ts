import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { InventoryFileError } from "../../provider/inventory/store/database";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
let file: string;
const none = { ORANGE_CMDB_CLIENT_ID: "", ORANGE_CMDB_CLIENT_SECRET: "", ORANGE_CMDB_API_KEY: "" };
const nowhere = { ...none, ORANGE_CMDB_ENDPOINT: "", ORANGE_CMDB_TOKEN_URL: "" };

beforeAll(async () => {
  scene = await createTestEnvironment({ size: 300 });
  file = join(scene.cacheDir, "inventory file.db");
  const { code, out } = await scene.cli(["sync", "--save", file, "-o", "json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ counts: { configurationItem: 300 }, file });
});
afterAll(() => scene.end());

test("every command reads an inventory file without credentials and without the API", async () => {
  const before = scene.sandbox.requests.length;
  const list = await scene.cli(["list", "configuration-items", "-o", "json", "--inventory", file], nowhere);
  expect(JSON.parse(list.out)).toHaveLength(300);
  const get = await scene.cli(["get", "location", "LOC-PAR-001", "-o", "json"], {
    ...nowhere,
    ORANGE_CMDB_INVENTORY_FILE: file,
  });
  expect(JSON.parse(get.out)).toMatchObject({ id: "LOC-PAR-001" });
  const found = await scene.cli(["--inventory", file, "search", "paris", "--kind", "locations", "-o", "json"], nowhere);
  expect((JSON.parse(found.out) as unknown[]).length).toBeGreaterThan(0);
  expect((await scene.cli(["--inventory", file, "history"], nowhere)).out).toMatch(/^ +1 {2}20/);
  const reader = await scene.open({ kinds: ["location"] }, { inventoryFile: file, cacheDir: "/nowhere" });
  expect(reader.info().endpoint).toBe(scene.sandbox.endpoint);
  expect(reader.nearest("location", "LOC-PAR-0O1", "id")[0]).toBe("LOC-PAR-001");
  reader.close();
  expect(scene.sandbox.requests.length).toBe(before);
});

test("an inventory file is private to its owner, has no credentials, and reading creates no other file", () => {
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(readdirSync(scene.cacheDir).filter((name) => name.startsWith("inventory"))).toEqual(["inventory file.db"]);
  expect(readFileSync(file, "latin1")).not.toMatch(/sandbox-client|sandbox-secret|sandbox-api-key/);
});

test("an inventory file can be read on a read-only file system", async () => {
  const reader = await scene.open({}, { inventoryFile: file });
  expect(reader.list("location").length).toBeGreaterThan(0);
  reader.close();
});

/** Opens a file that is not as it should be. */
async function refusal(path: string, changes: object = {}): Promise<string> {
  const error: unknown = await scene.open({}, { inventoryFile: path, ...changes }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InventoryFileError);
  expect((error as Error).message).toContain(path);
  return (error as Error).message;
}

test("any changed byte is detected", async () => {
  const whole = readFileSync(file);
  const bad = join(scene.cacheDir, "bad.db");
  const places = [20, 100, 5_000, ...Array.from({ length: 40 }, () => Math.floor(Math.random() * whole.length))];
  for (const place of places) {
    const damaged = Buffer.from(whole);
    damaged[place] = (damaged[place] ?? 0) ^ 0x55;
    writeFileSync(bad, damaged);
    expect([place, await refusal(bad)]).toEqual([
      place,
      expect.stringMatching(/is corrupt|is not an inventory file|schema/),
    ]);
  }
  writeFileSync(bad, whole.subarray(0, whole.length / 2));
  expect(await refusal(bad)).toContain("corrupt");
});

test("a file that is not an inventory, or does not exist, is rejected", async () => {
  const other = join(scene.cacheDir, "other.db");
  writeFileSync(other, "just text");
  expect(await refusal(other)).toContain("is not an inventory file");
  const database = join(scene.cacheDir, "database.db");
  const db = new DatabaseSync(database);
  db.exec("CREATE TABLE t (x)");
  db.close();
  expect(await refusal(database)).toContain("is not an inventory file");
  expect(await refusal(join(scene.cacheDir, "none.db"))).toContain("ENOENT");
});

test("a named pipe is rejected without waiting", async () => {
  const pipe = join(scene.cacheDir, "pipe.db");
  execFileSync("mkfifo", [pipe]);
  const message = `the inventory file ${pipe} is a pipe or a device; use a file that orange-cmdb sync --save has written`;
  expect(await scene.cli(["list", "locations", "--inventory", pipe], nowhere)).toEqual({
    code: 1,
    out: "",
    err: `orange-cmdb: ${message}\n`,
  });
  expect(await refusal("/dev/null")).toContain("is a pipe or a device");
}, 20_000);

test("corruption found during a read suggests to create the file again", async () => {
  const bad = join(scene.cacheDir, "bad later.db");
  copyFileSync(file, bad);
  const written = new Date(2026, 0, 1);
  utimesSync(bad, written, written);
  const reader = await scene.open({}, { inventoryFile: bad });
  const half = statSync(bad).size / 2;
  writeFileSync(bad, readFileSync(bad).fill(9, half));
  // Somebody writes it.
  for (const read of [() => reader.list("configurationItem"), () => reader.list("location", { limit: 1 })])
    expect(read).toThrow(/^the inventory in .*bad later\.db was written while it was read; try again$/);
  // The disk does.
  utimesSync(bad, written, written);
  expect(() => reader.list("configurationItem")).toThrowErrorMatchingInlineSnapshot(
    `"the inventory in <tmp>/bad later.db is corrupt (database disk image is malformed); create it again with orange-cmdb sync --save"`,
  );
  reader.close();
});

test("a file of another version, endpoint, account or field map is rejected", async () => {
  const other = join(scene.cacheDir, "version.db");
  copyFileSync(file, other);
  const db = new DatabaseSync(other);
  db.exec("PRAGMA user_version = 99");
  db.close();
  expect(await refusal(other)).toMatch(
    /another version of orange-cmdb \(schema 99, this version reads \d+\).*sync --save/,
  );
  expect(await refusal(file, { endpoint: "https://api.example.com/v2" })).toContain(scene.sandbox.endpoint);
  expect(await refusal(file, { clientId: "somebody-else" })).toContain("another account");
  expect(await refusal(file, { fieldMap: { location: { name: ["other"] } } })).toContain("another fieldMap");
});

test("sync rejects an inventory file", async () => {
  const { code, err } = await scene.cli(["sync", "--inventory", file]);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("remove --inventory") as string });
});

test("status uses the API and its credentials even if an inventory file is set", async () => {
  const { code, err } = await scene.cli(["status"], { ...none, ORANGE_CMDB_INVENTORY_FILE: file });
  expect(err).toContain("ORANGE_CMDB_CLIENT_ID");
  expect(code).toBe(1);
});

test("an output path that cannot be written is rejected before the fetch", async () => {
  const before = scene.sandbox.requests.length;
  for (const output of [join(scene.cacheDir, "none", "a.db"), scene.cacheDir]) {
    const { code, err } = await scene.cli(["sync", "--save", output]);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("cannot be written") as string });
  }
  expect(scene.sandbox.requests.length).toBe(before);
  expect(await refusal(scene.cacheDir)).toContain("cannot be read: EISDIR");
});

test("a relative path is rejected", async () => {
  const relative = await scene.open({}, { inventoryFile: "inventory.db" }).catch((error: unknown) => error as Error);
  expect((relative as Error).message).toMatch(/inventoryFile is wrong: must be an absolute path/);
  // The command stands in one folder only.
  const { code } = await scene.cli(["list", "locations", "--inventory", "inventory file.db"], nowhere);
  expect(code).toBe(0);
});
