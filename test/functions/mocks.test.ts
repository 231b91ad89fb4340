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

test("under mocks, an output argument leads to a lifted result", async () => {
  const item = inventory.getConfigurationItemOutput({ id: pulumi.output("CI-RTR-PAR-001") });
  const site = inventory.getLocationOutput({ id: item.apply((record) => record.locationId ?? "") });
  expect(await value(site.country)).toBe("FR");
});

test("inside apply", async () => {
  const ids = pulumi
    .output("LOC-PAR-001")
    .apply(async (locationId) => (await inventory.getConfigurationItems({ locationId })).ids);
  expect(await value(ids)).toHaveLength(6);
});

test("every kind, singular and plural", async () => {
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

test("no record: the nearest names; several: all of them", async () => {
  await expect(inventory.getLocation({ name: "Pari 001" })).rejects.toThrow('did you mean "Paris 001"');
  await expect(inventory.getLocation({ filters: [{ name: "country", values: ["FR"] }] })).rejects.toThrow(
    "3 locations match",
  );
});

test("an argument that there is not is refused: it would narrow nothing down", async () => {
  const wrong = (args: object): never => args as never;
  await expect(inventory.getAccount(wrong({ nme: "x" }))).rejects.toThrow(
    "getAccount takes no argument nme; did you mean name?",
  );
  await expect(inventory.getConfigurationItem(wrong({ limit: 1 }))).rejects.toThrow(
    "getConfigurationItem takes no argument limit; it takes id, name, filters, where,",
  );
  await expect(inventory.getConfigurationItems(wrong({ locatonId: "LOC-PAR-001" }))).rejects.toMatchObject({
    name: "QueryError",
    message: "getConfigurationItems takes no argument locatonId; did you mean locationId?",
  });
  await expect(inventory.getLocations(wrong({ id: "LOC-PAR-001" }))).rejects.toThrow(
    "getLocations takes no argument id",
  );
  expect((await inventory.getLocations({ limit: 1, name: undefined })).ids).toHaveLength(1);
});

test("fewer records than atLeast are an error that says what was found, and why", async () => {
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
  await expect(inventory.getLocations({ ...french("Frence"), limit: 5, atLeast: 1 })).rejects.toThrow(
    /^at least 1 locations are required, and 0 of .*\]; no location has country "Frence"; values are FR, /,
  );
  await expect(inventory.getAccounts({ atLeast: 2 })).rejects.toThrow(
    "at least 2 accounts are required, and the inventory has 1",
  );
  for (const [args, said] of [
    [{ atLeast: 1.5 }, "atLeast must be a whole number of at least 0, not 1.5"],
    [{ atLeast: -1 }, "atLeast must be a whole number of at least 0, not -1"],
    [{ atLeast: 3, limit: 2 }, "atLeast must not be more than limit: 3 is more than 2"],
  ] as const)
    await expect(inventory.getLocations(args)).rejects.toMatchObject({ name: "QueryError", message: said });
});

test("a value that no record has is a warning with those that records have", async () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  try {
    expect((await inventory.getLocations({ filters: [{ name: "country", values: ["Frence"] }] })).ids).toEqual([]);
    expect(warn.mock.calls.flat()).toEqual([
      expect.stringMatching(/^orange-cmdb: no location has country "Frence"; values are FR, [A-Z]{2}, .*$/),
    ]);
    warn.mockClear();
    expect((await inventory.getLocations({ name: "paris 001" })).ids).toEqual([]);
    expect(warn.mock.calls.flat()).toEqual([
      'orange-cmdb: no location has name "paris 001"; did you mean "Paris 001"?',
    ]);
  } finally {
    warn.mockRestore();
  }
});

test.each<[string, unknown, string]>([
  [
    "getLocations",
    { countri: "FR" },
    'getLocations takes no argument countri; country is a field: use filters: [{ name: "country", values: ["…"] }]',
  ],
  [
    "getConfigurationItems",
    { type: "ROUTER" },
    'getConfigurationItems takes no argument type; type is a field: use filters: [{ name: "type", values: ["…"] }]',
  ],
  [
    "getLocation",
    "LOC-PAR-001",
    "getLocation takes an object with id, name, filters, where, locationId, servicePointId, accountId, not a text",
  ],
  ["getLocation", undefined, /^getLocation takes an object with .*, not missing$/.source],
  ["getLocations", null, "not null"],
  [
    "getLocations",
    { filters: { name: "country" } },
    'getLocations: filters must be a list such as [{ name: "country", values: ["FR"] }], not an object',
  ],
  ["getLocations", { filters: ["FR"] }, "getLocations: filters[0] must be { name, values }, not a text"],
  ["getLocations", { filters: [{ name: "country", value: ["FR"] }] }, "filters[0]"],
  [
    "getLocations",
    { filters: [{ name: "country", values: 7 }] },
    "getLocations: filters[0].values must be a list of texts, not a number",
  ],
  [
    "getLocations",
    { filters: [{ name: "country", values: ["FR", null] }] },
    "getLocations: filters[0].values[1] must be a text, not null",
  ],
  ["getLocations", { limit: "5" }, "getLocations: limit must be a number, not a text"],
  ["getLocations", { locationId: null }, "getLocations: locationId must be a text, not null"],
  ["getAccount", { id: 7 }, "getAccount: id must be a text, not a number"],
])("%s(%j) is an error that names the argument", async (name, given, said) => {
  const call = inventory[name as "getLocation"].bind(inventory) as (args: unknown) => Promise<unknown>;
  const error = await call(given).then(
    () => undefined,
    (caught: Error) => caught,
  );
  expect(error).toMatchObject({
    name: "QueryError",
    message: expect.stringMatching(said.startsWith("^") ? said : escape(said)) as string,
  });
  expect(pulumi.RunError.isInstance(error)).toBe(true);
});

/** A text as a regular expression. */
const escape = (text: string): string => text.replace(/[[\](){}.*+?|\\^$]/g, "\\$&");

test("one text where a list is expected is a list of one", async () => {
  const args = { filters: [{ name: "country", values: "France" }] } as never;
  expect((await inventory.getLocations(args)).ids).toHaveLength(3);
});

test("a setting that does not exist is an error that names the nearest", () => {
  const make = (given: unknown) => () => new Inventory(given as InventoryArgs);
  expect(make({ inventoryfile: "/x" })).toThrow("inventoryfile does not exist; did you mean inventoryFile?");
  expect(make({ qqqqqqqq: 1 })).toThrow(/qqqqqqqq does not exist; settings are endpoint, tokenUrl, /);
  expect(make("/x")).toThrow('settings must be an object, such as { inventoryFile: "…" }');
  expect(make({ inventoryFile: undefined, other: undefined })).not.toThrow();
});

test("an argument of a tracked record that does not exist is an error that names the nearest", () => {
  const make = (given: object) => () => new Location("paris", given as never);
  expect(make({ locatonId: "LOC-PAR-001" })).toThrow("Location takes no argument locatonId; did you mean locationId?");
  expect(make({ locationId: "LOC-PAR-001", tracks: [] })).toThrow("did you mean track?");
  expect(make({ locationId: "LOC-PAR-001", country: "FR" })).toThrow("it takes locationId, track");
});

test.each([{}, { filters: [] }, { name: undefined, filters: [] }])(
  "%j names no record, not even the only one",
  async (none) => {
    await expect(inventory.getAccount(none)).rejects.toThrow(
      "an id, a name or filters must say which account is meant",
    );
  },
);

test("a record cannot pass for a file of the machine that runs the program", async () => {
  const fresh = new Inventory({ ...args(), maxAge: 0 });
  sandbox.update("location", "LOC-WAW-001", {
    photo: { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", path: "/etc/passwd" },
  });
  await expect(fresh.getLocation({ id: "LOC-WAW-001" })).rejects.toThrow(
    "location LOC-WAW-001 holds an object with a mark",
  );
  await expect(fresh.getLocations()).rejects.toThrow("location LOC-WAW-001 holds an object with a mark");
  expect((await fresh.getLocation({ id: "LOC-PAR-001" })).name).toBe("Paris 001");
});
