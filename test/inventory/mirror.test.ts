import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveSettings, SettingsError } from "../../provider/config";
import { openInventory } from "../../provider/open";
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

test("one sync serves many readers until it is too old", async () => {
  const readers = await Promise.all([1, 2, 3].map(() => openInventory({ args: args(), config: none })));
  expect(sandbox.requests.filter(({ path }) => path.includes("/configurationItems"))).toHaveLength(1);
  expect(readers[0]?.info().counts).toEqual({ account: 1, location: 10, servicePoint: 10, configurationItem: 60 });
  for (const reader of readers) reader.close();
});

test("only the kinds that are asked for are fetched", async () => {
  const reader = await openInventory({ args: args(), config: none, kinds: ["location"] });
  expect(() => reader.list("configurationItem")).toThrow(/not loaded/);
  reader.close();
});

test("how old it is goes by the kinds that were asked for", async () => {
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

test("filters, conditions, relations and limits", async () => {
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

test("no record: the nearest; several: all of them listed", async () => {
  const reader = await openInventory({ args: args(), config: none });
  expect(() => lookUpOne(reader, "location", { id: "LOC-PAR-01" })).toThrow(/did you mean "LOC-PAR-001"/);
  expect(() => lookUpOne(reader, "configurationItem", { filters: [{ name: "type", values: ["ROUTER"] }] })).toThrow(
    /30 configurationItems match.*CI-RTR-BRU-001 .*and 20 more/,
  );
  expect(lookUpOne(reader, "location", { name: "Paris 001" }).country).toBe("FR");
  reader.close();
});

test("of sensitive records no id is told that was not asked for", async () => {
  const reader = await openInventory({ args: args(), config: none });
  const said = (query: GetRecordArgs): string => {
    try {
      return JSON.stringify(lookUpOne(reader, "configurationItem", query, true));
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(said({ filters: [{ name: "type", values: ["ROUTER"] }] })).toMatch(
    /^30 configurationItems match filters \[.*\]; narrow it down with more filters, or name one by its id$/,
  );
  expect(said({ id: "CI-RTR-PAR-01" })).toBe('no configurationItem with id "CI-RTR-PAR-01" in the inventory');
  expect(said({ name: "par-rtr-1" })).toBe('no configurationItem with name "par-rtr-1" in the inventory');
  reader.close();
});

test("a failed sync leaves the inventory as it was", async () => {
  (await openInventory({ args: args(), config: none })).close();
  sandbox.fail({ status: 404, times: 99 });
  await expect(openInventory({ args: args(), config: none, refresh: true })).rejects.toThrow(/404/);
  const reader = await openInventory({ args: args(), config: none });
  expect(reader.info().counts.configurationItem).toBe(60);
  reader.close();
});

test("the mirror is its owner's alone, and its name tells nothing", async () => {
  (await openInventory({ args: args(), config: none })).close();
  for (const name of readdirSync(cacheDir)) {
    expect(statSync(join(cacheDir, name)).mode & 0o077).toBe(0);
    expect(name).toMatch(/^[0-9a-f]{32}\.db/);
  }
});

test.each<[string, unknown, string]>([
  [
    "a field",
    { location: { contry: ["x"] } },
    'a location has no field "contry"; fields are name, type, category, status, ',
  ],
  ["a kind", { locations: { country: ["x"] } }, 'there is no kind "locations"; kinds are location, servicePoint, '],
  ["a list", { location: { country: "x" } }, "kinds, their fields, and for each a list of JMESPath candidates"],
  ["a path", { location: { country: ["x["] } }, "kinds, their fields, and for each a list of JMESPath candidates"],
])("a field map with a mistake in %s is refused, and the mistake named", (_name, fieldMap, mistake) => {
  const args = { accessToken: "a", fieldMap: fieldMap as never };
  const said = `fieldMap is wrong: is not a field map: ${mistake}`;
  expect(() => resolveSettings(args, () => undefined, {})).toThrow(said);
  const env = { ORANGE_CMDB_ACCESS_TOKEN: "a", ORANGE_CMDB_FIELD_MAP: JSON.stringify(fieldMap) };
  expect(() => resolveSettings({}, () => undefined, env)).toThrow(said);
});

test("missing and wrong settings: one message that names each", () => {
  const resolve = (): unknown => resolveSettings({ endpoint: "ftp://x", maxAge: -1 }, none, {});
  expect(resolve).toThrow(SettingsError);
  expect(resolve).toThrow(/clientId[^]*ORANGE_CMDB_CLIENT_ID[^]*clientSecret[^]*endpoint is wrong[^]*maxAge is wrong/);
});

test.each(["[]", "{", '{"orange-cmdb:scope":7}', "null"])("a stack's configuration that is %s is not none", (text) => {
  process.env["PULUMI_CONFIG"] = text;
  try {
    const resolve = (): unknown => resolveSettings({ accessToken: "a" });
    expect(resolve).toThrow(SettingsError);
    expect(resolve).toThrow(/PULUMI_CONFIG is no map of texts in JSON/);
    process.env["PULUMI_CONFIG"] = '{"orange-cmdb:scope":"of the stack"}';
    expect(resolve()).toMatchObject({ api: { scope: "of the stack" } });
  } finally {
    delete process.env["PULUMI_CONFIG"];
  }
});

test("arguments before the stack's configuration before the environment before defaults", () => {
  const config = (key: string): string | undefined => ({ accessToken: "c", scope: "from-config" })[key];
  const env = { ORANGE_CMDB_SCOPE: "from-env", ORANGE_CMDB_MAX_AGE: "7" };
  expect(resolveSettings({}, config, env)).toMatchObject({ api: { scope: "from-config" }, maxAge: 7 });
  expect(resolveSettings({ scope: "from-args" }, config, env)).toMatchObject({ api: { scope: "from-args" } });
});
