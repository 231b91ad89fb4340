import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Changes } from "../../cli/output/changes";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
beforeEach(async () => {
  scene = await createTestEnvironment();
});
afterEach(() => scene.end());

const sync = async (): Promise<void> => (await scene.open({ refresh: true })).close();

/** Three versions: as it was, with changes, with others. */
async function threeVersions(): Promise<void> {
  await sync();
  scene.sandbox.update("configurationItem", "CI-RTR-PAR-001", { state: ["TERMINATED"], customer: undefined });
  scene.sandbox.remove("location", "LOC-LYS-001");
  await sync();
  scene.sandbox.update("configurationItem", "CI-RTR-PAR-001", { state: ["OPERATIONAL"] });
  scene.sandbox.add("location", { id: "LOC-NEW", name: "New | site", address: { city: "Lyon" } });
  await sync();
}

async function diff(...args: string[]): Promise<Changes> {
  const { out, code, err } = await scene.cli(["diff", "-o", "json", ...args]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out) as Changes;
}

/** The time of a change, which is a change, too. */
const updatedAt = { field: "updatedAt", before: expect.any(String) as string, after: expect.any(String) as string };

test("diff lists added, removed and changed records, with the fields", async () => {
  await threeVersions();
  const latest = await diff();
  expect([latest.from.number, latest.to.number]).toEqual([2, 3]);
  expect(latest.changes).toEqual([
    { change: "added", kind: "location", id: "LOC-NEW", name: "New | site" },
    {
      change: "changed",
      kind: "configurationItem",
      id: "CI-RTR-PAR-001",
      name: "par-router-001",
      fields: [{ field: "state", before: ["TERMINATED"], after: ["OPERATIONAL"] }, updatedAt],
    },
  ]);
  const all = await diff("--from", "1", "--to", "3");
  expect(all.changes.map(({ change, id }) => `${change} ${id}`)).toEqual([
    "removed LOC-LYS-001",
    "added LOC-NEW",
    "changed CI-RTR-PAR-001",
  ]);
  // What came and went in between is no difference; what was taken out of the record is.
  expect(all.changes[2]?.fields).toEqual([{ field: "customer", before: expect.anything() as unknown }, updatedAt]);
});

test("a version is found by time, or the error names the versions that exist", async () => {
  await threeVersions();
  const [, second] = (await scene.open()).history.versions();
  expect((await diff("--from", second?.syncedAt ?? "", "--to", "3")).from.number).toBe(2);
  const early = await scene.cli(["diff", "--from", "2d"]);
  expect(early.err).toMatch(/there is no version at .*; the mirror has versions 1 \(.*\) to 3/);
  expect(early.code).toBe(1);
  expect((await scene.cli(["diff", "--from", "yesterday"])).err).toContain('invalid version "yesterday"');
  expect((await scene.cli(["diff", "--from", "7"])).err).toContain("there is no version 7");
});

test("every format names the kinds that were not compared, and diff fails if there are no others", async () => {
  await scene.cli(["list", "locations"]);
  scene.sandbox.remove("location", "LOC-LYS-001");
  await sync();
  const left = ["servicePoint", "configurationItem", "account"];
  expect(await diff("--from", "1")).toMatchObject({ kinds: ["location"], notComparable: left });
  const said = "not compared: servicePoints, configurationItems, accounts (missing in version 1";
  for (const format of ["console", "markdown"])
    expect((await scene.cli(["diff", "--from", "1", "-o", format])).out).toContain(said);
  scene.sandbox.update("configurationItem", "CI-RTR-PAR-001", { state: ["TERMINATED"] });
  await sync();
  expect((await diff()).notComparable).toEqual([]);
  expect((await scene.cli(["diff"])).out).not.toContain("not compared");
});

test("diff fails if no kind of the version can be read", async () => {
  await scene.cli(["list", "accounts"]);
  await scene.cli(["list", "locations"]);
  scene.sandbox.fail({ status: 403, body: { code: 54, message: "Access denied" } });
  await scene.cli(["list", "accounts"], { ORANGE_CMDB_MAX_AGE: "0" });
  const { code, out, err } = await scene.cli(["diff", "--from", "1"]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("version 1 has no kind that can be read now");
});

test("--exit-code tells a pipeline that something changed", async () => {
  await sync();
  expect((await scene.cli(["diff", "--exit-code"])).code).toBe(0);
  scene.sandbox.remove("location", "LOC-LYS-001");
  await sync();
  expect((await scene.cli(["diff", "--exit-code"])).code).toBe(2);
});

test("a terminal and Markdown show foreign text escaped", async () => {
  await threeVersions();
  const { out } = await scene.cli(["diff"]);
  expect(out).toContain("1 added, 0 removed, 1 changed");
  expect(out).toContain('    state: ["TERMINATED"] → ["OPERATIONAL"]');
  const markdown = await scene.cli(["diff", "-o", "markdown"]);
  expect(markdown.out).toContain("| added | location | LOC-NEW | New &#124; site |  |");
});

test("history shows a record over time, and the versions that exist", async () => {
  await threeVersions();
  const { out } = await scene.cli(["history", "CI-RTR-PAR-001", "-o", "json"]);
  expect(JSON.parse(out)).toMatchObject([
    { change: "added", version: { number: 1 } },
    { change: "changed", version: { number: 2 }, fields: [{ field: "state" }, { field: "customer" }, updatedAt] },
    { change: "changed", version: { number: 3 }, fields: [{ field: "state", after: ["OPERATIONAL"] }, updatedAt] },
  ]);
  expect(JSON.parse((await scene.cli(["history", "LOC-LYS-001", "-o", "json"])).out)).toMatchObject([
    { change: "added" },
    { change: "removed", version: { number: 2 } },
  ]);
  expect((await scene.cli(["history"])).out.split("\n")).toHaveLength(4);
  expect((await scene.cli(["history", "NONE"])).err).toContain('no record "NONE" in any kept version');
});

test("unchanged records are stored once, and a sync without changes creates no version", async () => {
  await threeVersions();
  await sync();
  const [name = ""] = readdirSync(scene.cacheDir).filter((file) => file.endsWith(".db"));
  const db = new DatabaseSync(join(scene.cacheDir, name), { readOnly: true, timeout: 10_000 });
  const count = (sql: string): unknown => db.prepare(sql).get()?.["n"];
  // 81 at first, and then: two rows of the router, one of the new location.
  expect(count("SELECT count(*) AS n FROM record")).toBe(84);
  expect(count("SELECT count(*) AS n FROM version")).toBe(3);
  db.close();
});

test("another order of fields is not a change", async () => {
  await sync();
  const { id, name, ...rest } = scene.sandbox.records("location")[0] as { id: string; name: string };
  scene.sandbox.remove("location", id);
  scene.sandbox.add("location", { ...rest, name, id });
  await sync();
  const reader = await scene.open();
  expect(reader.history.versions()).toHaveLength(1);
  reader.close();
  expect((await scene.cli(["diff"])).out).toContain("is the only version");
});

test("diff of a version with itself reports that there is nothing to compare", async () => {
  await threeVersions();
  const out = async (...args: string[]): Promise<string> => (await scene.cli(["diff", ...args])).out;
  for (const from of ["0m", "3"])
    expect(await out("--from", from)).toMatch(/^no changes since version 3 \(.*\), the newest version$/m);
  expect(await out("--to", "1")).toMatch(/^version 1 \(.*\) is the oldest version/);
  expect(await out("--from", "2", "--to", "2")).toMatch(/^version 2 \(.*\) is compared with itself/);
  expect((await diff("--from", "0m")).changes).toEqual([]);
});

test("diff does not report all records of a kind that only the later version has", async () => {
  (await scene.open({ kinds: ["location"] })).close();
  await sync();
  const { kinds, changes } = await diff("--from", "1");
  expect(kinds).toEqual(["location"]);
  expect(changes).toEqual([]);
});

test("old versions are removed with the records that only they have", async () => {
  for (let round = 0; round < 6; round += 1) {
    scene.sandbox.update("location", "LOC-PAR-001", { round });
    (await scene.open({ refresh: true }, { historyVersions: 3 })).close();
  }
  const reader = await scene.open();
  expect(reader.history.versions().map(({ number }) => number)).toEqual([4, 5, 6]);
  expect(reader.history.of("LOC-PAR-001").map(({ version }) => version.number)).toEqual([4, 5, 6]);
  expect(reader.list("location")).toHaveLength(10);
  reader.close();
  scene.sandbox.update("location", "LOC-PAR-001", { round: "last" });
  (await scene.open({ refresh: true }, { historyDays: 0 })).close();
  const later = await scene.open();
  // The version before was replaced just now; those that were replaced earlier are older than nothing at all.
  expect(later.history.versions().length).toBeLessThanOrEqual(2);
  later.close();
});

test("diff without a mirror names the command that creates one", async () => {
  const { code, err } = await scene.cli(["diff"]);
  expect(err).toContain("run orange-cmdb sync");
  expect(code).toBe(1);
});
