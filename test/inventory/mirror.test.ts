import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveSettings } from "../../provider/settings/resolve";
import { SettingsError } from "../../provider/settings/settings-error";
import { openInventory } from "../../provider/inventory/open";
import { lookUpOne } from "../../provider/functions/look-up";
import type { GetRecordArgs } from "../../provider/functions/results";
import { startSandbox, type Sandbox } from "../../sandbox";

let sandbox: Sandbox;
let cacheDir: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  cacheDir = mkdtempSync(join(tmpdir(), "orange-cmdb-mirror-"));
});
afterEach(async () => {
  await sandbox.close();
  rmSync(cacheDir, { recursive: true, force: true });
});

const args = () => ({
  endpoint: sandbox.endpoint,
  tokenUrl: sandbox.tokenUrl,
  clientId: "sandbox-client",
  clientSecret: "sandbox-secret",
  apiKey: "sandbox-api-key",
  cacheDir,
});
const none = () => undefined;

test("one sync serves many readers until it exceeds maxAge", async () => {
  const readers = await Promise.all([1, 2, 3].map(() => openInventory({ args: args(), config: none })));
  expect(sandbox.requests.filter(({ path }) => path.includes("/configurationItems"))).toHaveLength(1);
  expect(readers[0]?.info().counts).toEqual({ account: 1, location: 10, servicePoint: 10, configurationItem: 60 });
  for (const reader of readers) reader.close();
});

test("only the requested kinds are fetched", async () => {
  const reader = await openInventory({ args: args(), config: none, kinds: ["location"] });
  expect(() => reader.list("configurationItem")).toThrow(/not loaded/);
  reader.close();
});

test("the age of the mirror is that of the requested kinds", async () => {
  (await openInventory({ args: args(), config: none })).close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const since = Date.now();
  const some = await openInventory({ args: args(), config: none, kinds: ["location"], notBefore: since });
  expect(Date.parse(some.info().syncedAt)).toBeGreaterThanOrEqual(since);
  some.close();
  const all = await openInventory({ args: args(), config: none });
  expect(Date.parse(all.info().syncedAt)).toBeLessThan(since);
  all.close();
});

test("a list applies filters, conditions, relations and limits", async () => {
  const reader = await openInventory({ args: args(), config: none });
  const ids = (query: object): string[] => reader.list("configurationItem", query).map((record) => record.id);
  expect(ids({ filters: [{ name: "id", values: ["CI-RTR-*-001"] }] })).toHaveLength(10);
  expect(
    ids({
      filters: [
        { name: "manufacturer", values: ["Cisco"] },
        { name: "type", values: ["ROUTER", "ETHERNET_SWITCH"] },
      ],
    }).length,
  ).toBeGreaterThan(0);
  expect(ids({ where: "type == 'ROUTER' && locationId == 'LOC-PAR-001'" })).toContain("CI-RTR-PAR-001");
  expect(ids({ locationId: "LOC-PAR-001" })).toHaveLength(6);
  expect(ids({ servicePointId: "SP-PAR-001", limit: 2 })).toHaveLength(2);
  expect(ids({})).toEqual([...ids({})].sort());
  expect(() => ids({ where: "type ==" })).toThrow(/not JMESPath/);
  reader.close();
});

test("a lookup without a match suggests the nearest ids, and one with several matches lists them", async () => {
  const reader = await openInventory({ args: args(), config: none });
  expect(() => lookUpOne(reader, "location", { id: "LOC-PAR-01" })).toThrowErrorMatchingInlineSnapshot(
    `"no location with id "LOC-PAR-01" in the inventory; did you mean "LOC-PAR-001", "LOC-MAD-001", "LOC-WAW-001"?"`,
  );
  expect(() =>
    lookUpOne(reader, "configurationItem", { filters: [{ name: "type", values: ["ROUTER"] }] }),
  ).toThrowErrorMatchingInlineSnapshot(
    `"30 configurationItems match filters [{"name":"type","values":["ROUTER"]}]: CI-RTR-BRU-001 (bru-router-001), CI-RTR-BRU-001-3 (bru-router-001-3), CI-RTR-BRU-001-4 (bru-router-001-4), CI-RTR-FRA-001 (fra-router-001), CI-RTR-FRA-001-3 (fra-router-001-3), CI-RTR-FRA-001-4 (fra-router-001-4), CI-RTR-LON-001 (lon-router-001), CI-RTR-LON-001-3 (lon-router-001-3), CI-RTR-LON-001-4 (lon-router-001-4), CI-RTR-LYS-001 (lys-router-001) and 20 more; pass an id"`,
  );
  expect(lookUpOne(reader, "location", { name: "Paris 001" }).country).toBe("FR");
  reader.close();
});

test("an error about sensitive records names no other ids", async () => {
  const reader = await openInventory({ args: args(), config: none });
  const said = (query: GetRecordArgs): string => {
    try {
      return JSON.stringify(lookUpOne(reader, "configurationItem", query, true));
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(said({ filters: [{ name: "type", values: ["ROUTER"] }] })).toMatch(
    /^30 configurationItems match filters \[.*\]; add filters, or pass an id$/,
  );
  expect(said({ id: "CI-RTR-PAR-01" })).toMatchInlineSnapshot(
    `"no configurationItem with id "CI-RTR-PAR-01" in the inventory"`,
  );
  expect(said({ name: "par-rtr-1" })).toMatchInlineSnapshot(
    `"no configurationItem with name "par-rtr-1" in the inventory"`,
  );
  reader.close();
});

test("a failed sync leaves the inventory unchanged", async () => {
  (await openInventory({ args: args(), config: none })).close();
  sandbox.fail({ status: 404, times: 99 });
  await expect(openInventory({ args: args(), config: none, refresh: true })).rejects.toThrow(/404/);
  const reader = await openInventory({ args: args(), config: none });
  expect(reader.info().counts.configurationItem).toBe(60);
  reader.close();
});

test("the mirror is private to its owner, and its name reveals nothing", async () => {
  (await openInventory({ args: args(), config: none })).close();
  for (const name of readdirSync(cacheDir)) {
    expect(statSync(join(cacheDir, name)).mode & 0o077).toBe(0);
    expect(name).toMatch(/^[0-9a-f]{32}\.(json|lock(-journal)?|1\.db)$/);
  }
});

test.each<[string, unknown, string]>([
  [
    "a field",
    { location: { contry: ["x"] } },
    'a location has no field "contry"; fields are name, type, category, status, ',
  ],
  ["a kind", { locations: { country: ["x"] } }, 'unknown kind "locations"; kinds are location, servicePoint, '],
  ["a list", { location: { country: "x" } }, "kinds, their fields, and for each a list of JMESPath candidates"],
  ["a path", { location: { country: ["x["] } }, "kinds, their fields, and for each a list of JMESPath candidates"],
])("a field map with a mistake in %s is rejected with the mistake", (_name, fieldMap, mistake) => {
  const args = { accessToken: "a", fieldMap: fieldMap as never };
  const said = `fieldMap is wrong: is not a field map: ${mistake}`;
  expect(() => resolveSettings(args, () => undefined, {})).toThrow(said);
  const env = { ORANGE_CMDB_ACCESS_TOKEN: "a", ORANGE_CMDB_FIELD_MAP: JSON.stringify(fieldMap) };
  expect(() => resolveSettings({}, () => undefined, env)).toThrow(said);
});

test("one message names all missing and invalid settings", () => {
  const resolve = (): unknown => resolveSettings({ endpoint: "ftp://x", maxAge: -1 }, none, {});
  expect(resolve).toThrow(SettingsError);
  expect(resolve).toThrowErrorMatchingInlineSnapshot(`
   "settings of the inventory are missing or wrong:
     - clientId is missing: pulumi config set orange-cmdb:clientId …  or  ORANGE_CMDB_CLIENT_ID=…
     - clientSecret is missing: pulumi config set --secret orange-cmdb:clientSecret …  or  ORANGE_CMDB_CLIENT_SECRET=…
     - endpoint is wrong: is not an https:// URL (pulumi config set orange-cmdb:endpoint …  or  ORANGE_CMDB_ENDPOINT=…)
     - maxAge is wrong: is negative (pulumi config set orange-cmdb:maxAge …  or  ORANGE_CMDB_MAX_AGE=…)"
  `);
});

test.each(["[]", "{", '{"orange-cmdb:scope":7}', "null"])("a stack configuration that is %s is rejected", (text) => {
  process.env["PULUMI_CONFIG"] = text;
  try {
    const resolve = (): unknown => resolveSettings({ accessToken: "a" });
    expect(resolve).toThrow(SettingsError);
    expect(resolve).toThrow(/PULUMI_CONFIG must be a JSON object of strings/);
    process.env["PULUMI_CONFIG"] = '{"orange-cmdb:scope":"of the stack"}';
    expect(resolve()).toMatchObject({ api: { scope: "of the stack" } });
  } finally {
    delete process.env["PULUMI_CONFIG"];
  }
});

test("arguments override the stack configuration, the environment and defaults", () => {
  const config = (key: string): string | undefined => ({ accessToken: "c", scope: "from-config" })[key];
  const env = { ORANGE_CMDB_SCOPE: "from-env", ORANGE_CMDB_MAX_AGE: "7" };
  expect(resolveSettings({}, config, env)).toMatchObject({ api: { scope: "from-config" }, maxAge: 7 });
  expect(resolveSettings({ scope: "from-args" }, config, env)).toMatchObject({ api: { scope: "from-args" } });
});
