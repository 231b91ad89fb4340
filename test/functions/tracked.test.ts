import { jest } from "@jest/globals";
import type { dynamic } from "@pulumi/pulumi";
import { check, read } from "../../provider/resources/tracking";
import { makeScene, type Scene } from "../helpers/mirror";

let scene: Scene;
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

test("a record that an inventory of now lacks is gone", async () => {
  scene = await makeScene();
  expect(await refresh()).toMatchObject({ id: "LOC-PAR-001", props: { name: "Paris 001" } });
  scene.sandbox.remove("location", "LOC-PAR-001");
  expect(await refresh({ maxAge: "0" })).toEqual({ id: "" });
});

test("a record that an older inventory lacks may have come since: it is not gone, and that is said", async () => {
  scene = await makeScene();
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
        /whether it is gone cannot be told by .*could not be had: GET .*503.*; refresh where the API can be reached, or take the record out of the program$/s,
      ) as string,
      stack: "",
    });
    expect(write.mock.calls.join("")).toMatch(/^orange-cmdb: warning: the inventory of .* is used, because a newer/);
  } finally {
    write.mockRestore();
  }
});

test("an argument that does not exist is refused by name, and one field to track is a list of one", async () => {
  scene = await makeScene();
  const checked = (news: object): ReturnType<typeof check> => check("location", { ...news }, configured());
  expect((await checked({ locatonId: "LOC-PAR-001" })).failures).toEqual([
    { property: "locatonId", reason: "there is no argument locatonId; did you mean locationId?" },
  ]);
  const site = { locationId: "LOC-PAR-001" };
  expect((await checked({ ...site, track: "country" })).inputs).toEqual({ ...site, track: ["country"], country: "FR" });
  expect((await checked({ ...site, track: 7 })).failures).toEqual([
    { property: "track", reason: "track must be a list of names of fields" },
  ]);
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

  test("a field that no record has is refused; one that only another record has is not", async () => {
    scene = await makeScene();
    scene.sandbox.update("configurationItem", "CI-SWI-LYS-001", { rare: "", "odd.name": 1 });
    expect(await failure(["zzzzqqqqxxxx"])).toBe("no configurationItem has zzzzqqqqxxxx");
    expect(await failure(["status", "attributes"])).toBe("no configurationItem has attributes");
    expect(await failure(["propertis"])).toBe("no configurationItem has propertis; did you mean properties?");
    expect(await failure(["status", "manufacturer", "properties", "rare", "odd.name"])).toBeUndefined();
  });

  test("of a field that is inside another, that other is named", async () => {
    scene = await makeScene();
    const only = "at its top, and what is inside a field is not told apart; did you mean";
    expect(await failure(["servicePoint.id"])).toBe(`no configurationItem has servicePoint.id ${only} servicePoint?`);
    expect(await failure(["attributes.state"])).toBe(`no configurationItem has attributes.state ${only} state?`);
  });

  test("a field that has gone from the last record that had it is a change", async () => {
    scene = await makeScene();
    const before = { track: ["warranty"] };
    expect(await failure(["warranty"], { ...before, attributes: { warranty: "2027" } })).toBeUndefined();
    // The state does not hold it any more, and that it is tracked still is no slip.
    expect(await failure(["warranty"], before)).toBeUndefined();
    expect(await failure(["warranty"], { track: ["state"] })).toBe("no configurationItem has warranty");
    expect(await failure(["warranty"], { track: "warranty" })).toBe("no configurationItem has warranty");
  });
});
