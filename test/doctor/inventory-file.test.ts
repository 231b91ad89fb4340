import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Check, DoctorReport } from "../../provider/doctor";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { examine, verdict } from "./helpers";

const none = { ORANGE_CMDB_CLIENT_ID: "", ORANGE_CMDB_CLIENT_SECRET: "", ORANGE_CMDB_API_KEY: "" };

let scene: TestEnvironment;
let file: string;

beforeAll(async () => {
  scene = await createTestEnvironment();
  file = join(scene.cacheDir, "inventory.db");
  expect((await scene.cli(["sync", "--save", file])).code).toBe(0);
});
afterAll(() => scene.end());

const inventory = async (
  changes: Record<string, string>,
): Promise<{ code: number; areas: (report: string) => Check[]; report: DoctorReport }> => {
  const { report, ended } = await examine(scene, { ORANGE_CMDB_INVENTORY_FILE: file, ...changes });
  return { code: ended.code, areas: (area) => report.checks.filter((check) => check.area === area), report };
};

test("without credentials, the inventory file is examined, and neither the mirror nor the service", async () => {
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
  expect(areas("service")).toMatchInlineSnapshot(`
   [
     {
       "area": "service",
       "detail": "not checked: an inventory file is set and no credentials are set",
       "name": "token and GET /status",
       "status": "unknown",
     },
   ]
  `);
  expect(report.assumptions).toEqual([]);
  expect(scene.sandbox.requests.length).toBe(before);
  const half = await inventory({ ORANGE_CMDB_CLIENT_SECRET: "" });
  expect(half.code).toBe(0);
  expect(half.areas("service")).toMatchInlineSnapshot(`
   [
     {
       "area": "service",
       "detail": "not checked: an inventory file is set and clientSecret is not set",
       "name": "token and GET /status",
       "status": "unknown",
     },
   ]
  `);
});

test("with credentials, the service is examined as well", async () => {
  const { code, areas, report } = await inventory({});
  expect(code).toBe(0);
  expect(areas("inventory file")).toHaveLength(2);
  expect(areas("mirror")).toEqual([]);
  expect(verdict(report, 2)).toMatchObject({ verdict: "confirmed" });
  expect(areas("service")).toContainEqual(expect.objectContaining({ name: "GET /locations", status: "ok" }));
});

test("a missing or corrupt file, or one of another service, fails with or without credentials", async () => {
  const damaged = join(scene.cacheDir, "damaged.db");
  const bytes = readFileSync(file);
  bytes[bytes.lastIndexOf("LOC-PAR-001")] = "l".charCodeAt(0);
  writeFileSync(damaged, bytes);
  const missing = join(scene.cacheDir, "missing.db");
  for (const [changes, message] of [
    [{ ORANGE_CMDB_INVENTORY_FILE: missing }, `${missing} cannot be read: ENOENT`],
    [{ ORANGE_CMDB_INVENTORY_FILE: damaged, ...none }, `${damaged} is corrupt; create it again`],
    [{ ORANGE_CMDB_ENDPOINT: "https://api.example.com/v2", ...none }, `of ${scene.sandbox.endpoint}, not of https`],
  ] as const) {
    const { code, areas } = await inventory(changes);
    expect(code).toBe(1);
    expect(areas("inventory file")).toMatchObject([
      {
        name: "file",
        status: "failed",
        detail: expect.stringContaining(message) as string,
        next: expect.stringContaining("orange-cmdb sync --save") as string,
      },
    ]);
  }
  const { code, out } = await scene.cli(["doctor", "--inventory", "missing.db"], none);
  expect(code).toBe(1);
  expect(out).toMatch(/✘ file: the inventory file .*missing\.db cannot be read: ENOENT\n {6}→ set inventoryFile/);
});
