import * as pulumi from "@pulumi/pulumi";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Inventory, Location, type InventoryArgs } from "../../provider";
import { startSandbox, type Sandbox } from "../../sandbox";

let sandbox: Sandbox;
let folder: string;
let inventory: Inventory;

const args = (): InventoryArgs => ({
  endpoint: sandbox.endpoint,
  tokenUrl: sandbox.tokenUrl,
  clientId: sandbox.environment["ORANGE_CMDB_CLIENT_ID"],
  clientSecret: sandbox.environment["ORANGE_CMDB_CLIENT_SECRET"],
  apiKey: sandbox.environment["ORANGE_CMDB_API_KEY"],
  cacheDir: folder,
});

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
    call: () => ({}),
  });
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-functions-"));
  inventory = new Inventory(args());
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => void output.apply(resolve));

test("under mocks, an output as an argument gives a lifted result", async () => {
  const item = inventory.getConfigurationItemOutput({ id: pulumi.output("CI-RTR-PAR-001") });
  const site = inventory.getLocationOutput({ id: item.apply((record) => record.locationId ?? "") });
  expect(await value(site.country)).toBe("FR");
});

test("functions work inside apply", async () => {
  const ids = pulumi
    .output("LOC-PAR-001")
    .apply(async (locationId) => (await inventory.getConfigurationItems({ locationId })).ids);
  expect(await value(ids)).toHaveLength(6);
});

test("every kind has a singular and a plural function", async () => {
  const lists = [
    inventory.getLocations(),
    inventory.getServicePoints(),
    inventory.getConfigurationItems(),
    inventory.getAccounts(),
  ];
  expect((await Promise.all(lists)).map(({ ids }) => ids.length)).toEqual([10, 10, 60, 1]);
  expect((await inventory.getServicePoint({ name: "Paris 001 VPN" })).id).toBe("SP-PAR-001");
  expect((await inventory.getAccount({ id: "ACC-001" })).name).toBe("Exemple Industries");
  expect(await inventory.getStatus()).toMatchObject({ status: "ok" });
  expect(await inventory.getVersion()).toMatchObject({ version: { major: "2" } });
});

test("a look-up without a match names the nearest records, and one with several matches names all", async () => {
  await expect(inventory.getLocation({ name: "Pari 001" })).rejects.toThrowErrorMatchingInlineSnapshot(
    `"no location with name "Pari 001" in the inventory; did you mean "Paris 001", "Madrid 001", "Lyon 001"?"`,
  );
  await expect(
    inventory.getLocation({ filters: [{ name: "country", values: ["FR"] }] }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `"3 locations match filters [{"name":"country","values":["FR"]}]: LOC-LYS-001 (Lyon 001), LOC-MRS-001 (Marseille 001), LOC-PAR-001 (Paris 001); pass an id"`,
  );
});

test("an unknown argument is rejected", async () => {
  const wrong = (args: object): never => args as never;
  await expect(inventory.getAccount(wrong({ nme: "x" }))).rejects.toThrowErrorMatchingInlineSnapshot(
    `"getAccount takes no argument nme; did you mean name?"`,
  );
  await expect(inventory.getConfigurationItem(wrong({ limit: 1 }))).rejects.toThrowErrorMatchingInlineSnapshot(
    `"getConfigurationItem takes no argument limit; valid names are id, name, filters, where, locationId, servicePointId, accountId"`,
  );
  await expect(inventory.getConfigurationItems(wrong({ locatonId: "LOC-PAR-001" }))).rejects.toMatchObject({
    name: "QueryError",
    message: "getConfigurationItems takes no argument locatonId; did you mean locationId?",
  });
  await expect(inventory.getLocations(wrong({ id: "LOC-PAR-001" }))).rejects.toThrowErrorMatchingInlineSnapshot(
    `"getLocations takes no argument id; valid names are name, filters, where, locationId, servicePointId, accountId, limit, atLeast"`,
  );
  expect((await inventory.getLocations({ limit: 1, name: undefined })).ids).toHaveLength(1);
});

test("fewer records than atLeast are an error with the number found and the reason", async () => {
  const french = (...values: string[]): object => ({ filters: [{ name: "country", values }] });
  expect((await inventory.getLocations({ ...french("France"), atLeast: 3 })).ids).toHaveLength(3);
  expect((await inventory.getLocations({ ...french("Iceland"), atLeast: 0 })).ids).toEqual([]);
  await expect(inventory.getLocations({ ...french("FR"), atLeast: 4 })).rejects.toMatchObject({
    name: "RecordLookupError",
    code: "too-few",
    kind: "location",
    message:
      'at least 4 locations are required, and 3 of the 10 in the inventory match filters [{"name":"country","values":["FR"]}]',
  });
  await expect(
    inventory.getLocations({ ...french("Frence"), limit: 5, atLeast: 1 }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `"at least 1 location is required, and 0 of the 10 in the inventory match filters [{"name":"country","values":["Frence"]}]; no location has country "Frence"; values are FR, BE, DE, ES, GB, PL, … (8 in all)"`,
  );
  await expect(inventory.getAccounts({ atLeast: 2 })).rejects.toThrowErrorMatchingInlineSnapshot(
    `"at least 2 accounts are required, and the inventory has 1"`,
  );
  for (const [args, said] of [
    [{ atLeast: 1.5 }, "atLeast must be a whole number of at least 0, not 1.5"],
    [{ atLeast: -1 }, "atLeast must be a whole number of at least 0, not -1"],
    [{ atLeast: 3, limit: 2 }, "atLeast must not be more than limit: 3 is more than 2"],
  ] as const)
    await expect(inventory.getLocations(args)).rejects.toMatchObject({ name: "QueryError", message: said });
});

test("a filter value that no record has is a warning with existing values", async () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  try {
    expect((await inventory.getLocations({ filters: [{ name: "country", values: ["Frence"] }] })).ids).toEqual([]);
    expect(warn.mock.calls.flat()).toEqual([
      expect.stringMatching(/^orange-cmdb: no location has country "Frence"; values are FR, [A-Z]{2}, .*$/),
    ]);
    warn.mockClear();
    expect((await inventory.getLocations({ name: "paris 001" })).ids).toEqual([]);
    expect(warn.mock.calls.flat()).toMatchInlineSnapshot(`
     [
       "orange-cmdb: no location has name "paris 001"; did you mean "Paris 001"?",
     ]
    `);
  } finally {
    warn.mockRestore();
  }
});

test.each<[string, unknown]>([
  ["getLocations", { countri: "FR" }],
  ["getConfigurationItems", { type: "ROUTER" }],
  ["getLocation", "LOC-PAR-001"],
  ["getLocation", undefined],
  ["getLocations", null],
  ["getLocations", { filters: { name: "country" } }],
  ["getLocations", { filters: ["FR"] }],
  ["getLocations", { filters: [{ name: "country", value: ["FR"] }] }],
  ["getLocations", { filters: [{ name: "country", values: 7 }] }],
  ["getLocations", { filters: [{ name: "country", values: ["FR", null] }] }],
  ["getLocations", { limit: "5" }],
  ["getLocations", { locationId: null }],
  ["getAccount", { id: 7 }],
])("%s(%j) is an error that names the argument", async (name, given) => {
  const call = inventory[name as "getLocation"].bind(inventory) as (args: unknown) => Promise<unknown>;
  const error = await call(given).then(
    () => undefined,
    (caught: Error) => caught,
  );
  expect(error).toMatchObject({ name: "QueryError" });
  expect(error?.message).toMatchSnapshot();
  expect(pulumi.RunError.isInstance(error)).toBe(true);
});

test("a single text in place of a list is a list of one", async () => {
  const args = { filters: [{ name: "country", values: "France" }] } as never;
  expect((await inventory.getLocations(args)).ids).toHaveLength(3);
});

test("a setting that does not exist is an error that names the nearest", () => {
  const make = (given: unknown) => () => new Inventory(given as InventoryArgs);
  expect(make({ inventoryfile: "/x" })).toThrowErrorMatchingInlineSnapshot(`
   "settings of the inventory are missing or wrong:
     - inventoryfile does not exist; did you mean inventoryFile?"
  `);
  expect(make({ qqqqqqqq: 1 })).toThrowErrorMatchingInlineSnapshot(`
   "settings of the inventory are missing or wrong:
     - qqqqqqqq does not exist; settings are endpoint, tokenUrl, clientId, clientSecret, apiKey, accessToken, scope, cacheDir, maxAge, maxStale, fullSyncAge, inventoryFile, inventoryToken, historyVersions, historyDays, pageSize, requestsPerSecond, pagingStyle, limitParameter, offsetParameter, sorting, timeout, sensitive, recordingDir, fieldMap"
  `);
  expect(make("/x")).toThrowErrorMatchingInlineSnapshot(`
   "settings of the inventory are missing or wrong:
     - settings must be an object, such as { inventoryFile: "…" }"
  `);
  expect(make({ inventoryFile: undefined, other: undefined })).not.toThrow();
});

test("an argument of a tracked record that does not exist is an error that names the nearest", () => {
  const make = (given: object) => () => new Location("paris", given as never);
  expect(make({ locatonId: "LOC-PAR-001" })).toThrowErrorMatchingInlineSnapshot(
    `"Location takes no argument locatonId; did you mean locationId?"`,
  );
  expect(make({ locationId: "LOC-PAR-001", tracks: [] })).toThrowErrorMatchingInlineSnapshot(
    `"Location takes no argument tracks; did you mean track?"`,
  );
  expect(make({ locationId: "LOC-PAR-001", country: "FR" })).toThrowErrorMatchingInlineSnapshot(
    `"Location takes no argument country; valid names are locationId, by, value, as, track"`,
  );
});

test.each([{}, { filters: [] }, { name: undefined, filters: [] }])(
  "%j matches no record, not even the only one",
  async (none) => {
    await expect(inventory.getAccount(none)).rejects.toThrow("no account is selected: pass an id, a name or filters");
  },
);

test("a record cannot be mistaken for a file of the machine that runs the program", async () => {
  const fresh = new Inventory({ ...args(), maxAge: 0 });
  sandbox.update("location", "LOC-WAW-001", {
    photo: { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", path: "/etc/passwd" },
  });
  await expect(fresh.getLocation({ id: "LOC-WAW-001" })).rejects.toThrowErrorMatchingInlineSnapshot(
    `"location LOC-WAW-001 has an object with Pulumi's reserved key 4dabf18193072939515e22adb298388d"`,
  );
  await expect(fresh.getLocations()).rejects.toThrowErrorMatchingInlineSnapshot(
    `"location LOC-WAW-001 has an object with Pulumi's reserved key 4dabf18193072939515e22adb298388d"`,
  );
  expect((await fresh.getLocation({ id: "LOC-PAR-001" })).name).toBe("Paris 001");
});
