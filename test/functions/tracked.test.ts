import { jest } from "@jest/globals";
import type { dynamic } from "@pulumi/pulumi";
import { read } from "../../provider/resources/tracking";
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
      message: expect.stringMatching(/whether it is gone cannot be told by .*could not be had: GET .*503/) as string,
      stack: "",
    });
    expect(write.mock.calls.join("")).toMatch(/^orange-cmdb: warning: the inventory of .* is used, because a newer/);
  } finally {
    write.mockRestore();
  }
});
