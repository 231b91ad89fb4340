import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
let inventory: string;
const credentials = { ORANGE_CMDB_CLIENT_ID: "", ORANGE_CMDB_CLIENT_SECRET: "", ORANGE_CMDB_ACCESS_TOKEN: "" };
beforeAll(async () => {
  scene = await createTestEnvironment();
  inventory = join(scene.cacheDir, "inventory.db");
  expect((await scene.cli(["sync", "--save", inventory])).code).toBe(0);
});
afterAll(() => scene.end());

test("--inventory takes precedence over the configuration that Pulumi passes", async () => {
  const config = JSON.stringify({ "orange-cmdb:inventoryFile": join(scene.cacheDir, "missing.db") });
  const list = ["list", "locations", "-o", "json"];
  expect((await scene.cli(list, { ...credentials, PULUMI_CONFIG: config })).err).toContain("missing.db");
  const { code, out } = await scene.cli([...list, "--inventory", "inventory.db"], {
    ...credentials,
    PULUMI_CONFIG: config,
  });
  expect([code, (JSON.parse(out) as unknown[]).length]).toEqual([0, 10]);
});

test("drift passes --inventory and --verbose on to the programs of Pulumi", async () => {
  const pulumi = join(scene.cacheDir, "pulumi");
  const state = JSON.stringify({ version: 3, deployment: { resources: [] } });
  const isHandedOver = `test "$ORANGE_CMDB_INVENTORY_FILE $ORANGE_CMDB_VERBOSE" = "${inventory} 1"`;
  const answers = `case "$2" in export) echo '${state}' ;; *) echo organization/net/dev ;; esac`;
  writeFileSync(pulumi, `#!/bin/sh\n${isHandedOver} || exit 3\n${answers}\n`);
  chmodSync(pulumi, 0o755);
  const drift = ["drift", "--stack", "dev", "-o", "json"];
  const env = { ...credentials, ORANGE_CMDB_PULUMI: pulumi, PULUMI_BACKEND_URL: "https://127.0.0.1:1" };
  const { code, err } = await scene.cli([...drift, "--inventory", "inventory.db", "--verbose"], env);
  expect([code, err]).toEqual([0, expect.stringContaining("rules from")]);
  expect((await scene.cli([...drift, "--inventory", "inventory.db"], env)).code).toBe(1);
});

test("an earlier name of an option is an error", async () => {
  const { code, err } = await scene.cli(["list", "locations", "--record", "exchanges"]);
  expect([code, err]).toEqual([1, expect.stringContaining("unknown option '--record'")]);
});
