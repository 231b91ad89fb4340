import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Check, DoctorReport } from "../../provider/doctor";
import { makeScene, type Scene } from "../helpers/mirror";
import { examine, verdict } from "./helpers";

const none = { ORANGE_CMDB_CLIENT_ID: "", ORANGE_CMDB_CLIENT_SECRET: "", ORANGE_CMDB_API_KEY: "" };

let scene: Scene;
let file: string;

beforeAll(async () => {
  scene = await makeScene();
  file = join(scene.cacheDir, "inventory.db");
  expect((await scene.cli(["sync", "--output", file])).code).toBe(0);
});
afterAll(() => scene.end());

const inventory = async (
  changes: Record<string, string>,
): Promise<{ code: number; areas: (report: string) => Check[]; report: DoctorReport }> => {
  const { report, ended } = await examine(scene, { ORANGE_CMDB_INVENTORY_FILE: file, ...changes });
  return { code: ended.code, areas: (area) => report.checks.filter((check) => check.area === area), report };
};

test("it is looked into, the mirror is not, and the service is not asked without credentials", async () => {
  const before = scene.sandbox.requests.length;
  const { code, areas, report } = await inventory(none);
  expect(code).toBe(0);
  expect(areas("inventory file")).toEqual([
    { area: "inventory file", name: "file", status: "ok", detail: `whole, from ${scene.sandbox.endpoint}` },
    {
      area: "inventory file",
      name: "records",
      status: "ok",
      detail: expect.stringContaining("60 configurationItems 0 min old") as string,
    },
  ]);
  expect(areas("mirror")).toEqual([]);
  expect(areas("service")).toMatchObject([
    { status: "unknown", detail: "not asked: an inventory file is read and no credentials are set" },
  ]);
  expect(report.assumptions).toEqual([]);
  expect(scene.sandbox.requests.length).toBe(before);
  const half = await inventory({ ORANGE_CMDB_CLIENT_SECRET: "" });
  expect(half.code).toBe(0);
  expect(half.areas("service")).toMatchObject([
    { detail: "not asked: an inventory file is read and clientSecret is not set" },
  ]);
});

test("the service is examined where there are credentials", async () => {
  const { code, areas, report } = await inventory({});
  expect(code).toBe(0);
  expect(areas("inventory file")).toHaveLength(2);
  expect(areas("mirror")).toEqual([]);
  expect(verdict(report, 2)).toMatchObject({ verdict: "confirmed" });
  expect(areas("service")).toContainEqual(expect.objectContaining({ name: "GET /locations", status: "ok" }));
});

test("one that is missing, damaged or of another service fails, with or without credentials", async () => {
  const damaged = join(scene.cacheDir, "damaged.db");
  const bytes = readFileSync(file);
  bytes[bytes.lastIndexOf("LOC-PAR-001")] = "l".charCodeAt(0);
  writeFileSync(damaged, bytes);
  const missing = join(scene.cacheDir, "missing.db");
  for (const [changes, message] of [
    [{ ORANGE_CMDB_INVENTORY_FILE: missing }, `${missing} cannot be read: ENOENT`],
    [{ ORANGE_CMDB_INVENTORY_FILE: damaged, ...none }, `${damaged} is damaged; make it anew`],
    [{ ORANGE_CMDB_ENDPOINT: "https://api.example.com/v2", ...none }, `of ${scene.sandbox.endpoint}, not of https`],
  ] as const) {
    const { code, areas } = await inventory(changes);
    expect(code).toBe(1);
    expect(areas("inventory file")).toMatchObject([
      {
        name: "file",
        status: "failed",
        detail: expect.stringContaining(message) as string,
        next: expect.stringContaining("orange-cmdb sync --output") as string,
      },
    ]);
  }
  const { code, out } = await scene.cli(["doctor", "--inventory", "missing.db"], none);
  expect(code).toBe(1);
  expect(out).toMatch(/✘ file: the inventory file .*missing\.db cannot be read: ENOENT\n {6}→ set inventoryFile/);
});
