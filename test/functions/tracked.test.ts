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
