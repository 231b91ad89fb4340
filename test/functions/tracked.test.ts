import { jest } from "@jest/globals";
import type { dynamic } from "@pulumi/pulumi";
import { check, read } from "../../provider/resources/tracking";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
afterEach(() => scene.end());

/** The configuration of a stack, with what it says of the inventory. */
function configured(more: Record<string, string> = {}): dynamic.Config {
  const values: Record<string, string> = { ...(scene.args as Record<string, string>), ...more };
  return {
    get: (key: string) => values[key.replace("orange-cmdb:", "")],
    require: (key: string) => values[key.replace("orange-cmdb:", "")] ?? "",
  };
}

const refresh = (more?: Record<string, string>): Promise<dynamic.ReadResult> =>
  read("location", "LOC-PAR-001", { locationId: "LOC-PAR-001" }, configured(more));

test("a record that a current inventory lacks is gone", async () => {
  scene = await createTestEnvironment();
  expect(await refresh()).toMatchObject({ id: "LOC-PAR-001", props: { name: "Paris 001" } });
  scene.sandbox.remove("location", "LOC-PAR-001");
  expect(await refresh({ maxAge: "0" })).toEqual({ id: "" });
});

test("a record that a stale inventory lacks is not gone, but an error", async () => {
  scene = await createTestEnvironment();
  scene.sandbox.remove("location", "LOC-PAR-001");
  (await scene.open()).close();
  const write = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    scene.sandbox.fail({ status: 503, times: 999 });
    const older = refresh({ maxAge: "0", maxStale: "9999", timeout: "1" });
    await expect(older).rejects.toMatchObject({
      name: "RecordLookupError",
      code: "too-old",
      message: expect.stringMatching(
        /whether it was deleted is unknown, because the inventory of .* is stale \(.*GET .*503.*\); run the refresh when the API is available, or remove the record from the program$/s,
      ) as string,
      stack: "",
    });
    expect(write.mock.calls.join("")).toMatch(
      /^orange-cmdb: warning: using the inventory of .*, because the refresh failed/,
    );
  } finally {
    write.mockRestore();
  }
});

test("an unknown argument is rejected by name, and one field to track is a list of one", async () => {
  scene = await createTestEnvironment();
  const checked = (news: object): ReturnType<typeof check> => check("location", { ...news }, configured());
  expect((await checked({ locatonId: "LOC-PAR-001" })).failures).toMatchInlineSnapshot(`
       [
         {
           "property": "locatonId",
           "reason": "unknown argument locatonId; did you mean locationId?",
         },
       ]
    `);
  const site = { locationId: "LOC-PAR-001" };
  expect((await checked({ ...site, track: "country" })).inputs).toEqual({ ...site, track: ["country"], country: "FR" });
  expect((await checked({ ...site, track: 7 })).failures).toMatchInlineSnapshot(`
       [
         {
           "property": "track",
           "reason": "track must be a list of field names",
         },
       ]
    `);
  // What a refresh or an import has read is among the inputs, and so is a mark of Pulumi's.
  expect((await checked({ ...site, country: "FR", attributes: {}, __provider: "x" })).failures).toBeUndefined();
});

describe("track", () => {
  const failure = async (track: unknown, olds?: Record<string, unknown>): Promise<string | undefined> => {
    const news = { configurationItemId: "CI-RTR-PAR-001", track };
    const { failures = [] } = await check("configurationItem", news, configured(), olds);
    expect(failures.every(({ property }) => property === "track")).toBe(true);
    return failures[0]?.reason;
  };

  test("rejects a field that no record has, and accepts one that only another record has", async () => {
    scene = await createTestEnvironment();
    scene.sandbox.update("configurationItem", "CI-SWI-LYS-001", { rare: "", "odd.name": 1 });
    expect(await failure(["zzzzqqqqxxxx"])).toMatchInlineSnapshot(`"no configurationItem has zzzzqqqqxxxx"`);
    expect(await failure(["status", "attributes"])).toMatchInlineSnapshot(`"no configurationItem has attributes"`);
    expect(await failure(["propertis"])).toMatchInlineSnapshot(
      `"no configurationItem has propertis; did you mean properties?"`,
    );
    expect(await failure(["status", "manufacturer", "properties", "rare", "odd.name"])).toBeUndefined();
  });

  test("names the parent of a nested field", async () => {
    scene = await createTestEnvironment();
    expect(await failure(["servicePoint.id"])).toMatchInlineSnapshot(
      `"no configurationItem has servicePoint.id at its top level; name the whole field: did you mean servicePoint?"`,
    );
    expect(await failure(["attributes.state"])).toMatchInlineSnapshot(
      `"no configurationItem has attributes.state at its top level; name the whole field: did you mean state?"`,
    );
  });

  test("reports a field that disappeared from the last record with it as a change", async () => {
    scene = await createTestEnvironment();
    const before = { track: ["warranty"] };
    expect(await failure(["warranty"], { ...before, attributes: { warranty: "2027" } })).toBeUndefined();
    // The state does not hold it any more, and that it is tracked still is no slip.
    expect(await failure(["warranty"], before)).toBeUndefined();
    expect(await failure(["warranty"], { track: ["state"] })).toMatchInlineSnapshot(
      `"no configurationItem has warranty"`,
    );
    expect(await failure(["warranty"], { track: "warranty" })).toMatchInlineSnapshot(
      `"no configurationItem has warranty"`,
    );
  });
});

describe("a record that is named by a field", () => {
  const checked = (news: Record<string, unknown>, olds?: Record<string, unknown>, more?: Record<string, string>) =>
    check("configurationItem", news, configured(more), olds);
  const reason = async (...args: Parameters<typeof checked>): Promise<unknown> => {
    const { failures = [] } = await checked(...args);
    return failures.map((failure) => `${failure.property}: ${failure.reason}`).join("\n");
  };

  test("is found by a named field and by a field of the API's record, in any spelling of its comparator", async () => {
    scene = await createTestEnvironment();
    scene.sandbox.update("configurationItem", "CI-RTR-PAR-001", { port: [{ mac: "00:11:22:33:44:55" }] });
    const track = ["status"];
    const inputs = { configurationItemId: "CI-RTR-PAR-001", status: "OPERATIONAL" };
    for (const key of [
      { by: "ipAddress", value: "10.0.0.1" },
      { by: "ipAddress", value: "::ffff:10.0.0.1", as: "ip" },
      { by: "serialNumber", value: " sn00000001", as: "ignore-case" },
      { by: "port.mac", value: "0011.2233.4455", as: "mac" },
      { by: "attributes.port.mac", value: "00:11:22:33:44:55" },
    ])
      expect(await checked({ ...key, track })).toEqual({ inputs: { ...inputs, ...key, track } });
  });

  test("is found in the inventory that other resources of the operation read", async () => {
    scene = await createTestEnvironment();
    // The inventory is too old at once, and would be fetched again.
    const config = configured({ maxAge: "0" });
    const found = [];
    for (const value of ["10.0.0.1", "10.0.0.2", "10.0.0.3"]) {
      const { inputs } = await check("configurationItem", { by: "ipAddress", value, track: [] }, config);
      found.push(inputs?.["configurationItemId"]);
    }
    expect(new Set(found).size).toBe(3);
    expect(scene.lists()).toHaveLength(1);
  });

  test("is an error if no record or several records have the value", async () => {
    scene = await createTestEnvironment();
    scene.sandbox.update("configurationItem", "CI-RTR-LYS-001", { name: "twin" });
    scene.sandbox.update("configurationItem", "CI-RTR-MAD-001", { name: "twin" });
    expect(await reason({ by: "name", value: "twin" })).toMatchInlineSnapshot(
      `"value: 2 configurationItems have name "twin": CI-RTR-LYS-001, CI-RTR-MAD-001; use a field that only one of them has, or the id"`,
    );
    expect(await reason({ by: "serialNumber", value: "SN0000000l" })).toMatchInlineSnapshot(
      `"value: no configurationItem has serialNumber "SN0000000l"; did you mean "SN00000001" (CI-RTR-PAR-001), "SN00000002" (CI-SWI-PAR-001), "SN00000004" (CI-RTR-PAR-001-3)?"`,
    );
    expect(await reason({ by: "serialNumbr", value: "SN00000001" })).toMatchInlineSnapshot(
      `"value: no configurationItem has a field serialNumbr; did you mean serialNumber?"`,
    );
    expect(await reason({ by: "ipAddress", value: "router", as: "ip" })).toMatchInlineSnapshot(
      `"value: ipAddress "router" cannot be looked up: "router" is not an IP address or network"`,
    );
    const olds = { configurationItemId: "CI-RTR-PAR-001" };
    expect(await reason({ by: "name", value: "gone" }, olds)).toMatch(
      /^value: no configurationItem has name "gone".*; the stack has configurationItem CI-RTR-PAR-001 so far$/,
    );
  });

  test("does not show other records in an error if records are secrets", async () => {
    scene = await createTestEnvironment();
    scene.sandbox.update("configurationItem", "CI-RTR-LYS-001", { name: "twin" });
    scene.sandbox.update("configurationItem", "CI-RTR-MAD-001", { name: "twin" });
    for (const key of [
      { by: "name", value: "twin" },
      { by: "serialNumber", value: "SN0000000l" },
      { by: "serialNumbr", value: "SN00000001" },
    ])
      expect(await reason(key, {}, { sensitive: "true" })).not.toMatch(/CI-|SN00000001"|serialNumber\?/);
  });

  test("needs a field, a value and no id", async () => {
    scene = await createTestEnvironment();
    const id = { configurationItemId: "CI-RTR-PAR-001" };
    const [by, value] = ["ipAddress", "10.0.0.1"];
    const wrong = [
      {},
      { by },
      { value },
      { by, value: 7 },
      { by, value, as: "cidr" },
      { ...id, by, value },
      { as: "ip" },
    ];
    const reasons = [];
    for (const news of wrong) reasons.push(await reason(news));
    expect(reasons.join("\n")).toMatchInlineSnapshot(`
      "configurationItemId: configurationItemId is missing: pass it, or by and value
      value: value must be the text in the record's ipAddress
      by: by must be the field of the record that has the value
      value: value must be the text in the record's ipAddress
      as: as must be one of equals, ignore-case, trimmed, ip, mac
      configurationItemId: configurationItemId and by both name the record: remove configurationItemId, or by, value and as
      by: by must be the field of the record that has the value"
    `);
    expect(scene.sandbox.requests).toEqual([]);
  });

  test("keeps its arguments when it is read by its id, even if its value is another one", async () => {
    scene = await createTestEnvironment();
    const state = { configurationItemId: "CI-RTR-PAR-001", by: "ipAddress", value: "10.9.9.9", track: ["ipAddress"] };
    const { props } = await read("configurationItem", "CI-RTR-PAR-001", state, configured());
    expect(props).toEqual({ ...state, ipAddress: "10.0.0.1" });
  });

  test("is unknown if the value is unknown in the preview", async () => {
    scene = await createTestEnvironment();
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const key = { by: "ipAddress", value: unknown };
    expect(await checked(key)).toEqual({ inputs: { ...key, configurationItemId: unknown } });
    expect(scene.sandbox.requests).toEqual([]);
  });
});
