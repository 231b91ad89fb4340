import { proposePath } from "../../provider/doctor/fields";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { json, startServer } from "../helpers/server";
import { examine } from "./helpers";

let scene: TestEnvironment;
beforeEach(async () => (scene = await createTestEnvironment()));
afterEach(() => scene.end());

const proposed = async (records: readonly object[]): Promise<unknown> => {
  const server = await startServer((request, response) => {
    const isList = request.url?.startsWith("/locations?") ?? false;
    json(response, 200, isList ? records : [], { "x-total-count": String(isList ? records.length : 0) });
  });
  const settings = { ORANGE_CMDB_ENDPOINT: server.url, ORANGE_CMDB_ACCESS_TOKEN: "the-access-token" };
  const { report } = await examine(scene, settings).finally(() => server.close());
  const value = report.proposals.find(({ setting }) => setting === "fieldMap")?.value;
  return value === undefined ? undefined : (JSON.parse(value) as unknown);
};

test("a field that is already mapped or empty is not proposed", async () => {
  const records = ["a", "b", "c"].map((id) => ({ id, name: "", label: " ", siteName: "" }));
  expect(await proposed(records)).toBeUndefined();
});

test("names that are data, and fields of few records, are not proposed", async () => {
  const sites = { JeanDupont: { label: "x" }, FOC1234X0AB: { label: "x" } };
  const records = ["a", "b", "c"].map((id) => ({ id, sites, ...(id === "a" ? { siteTitle: "x" } : {}) }));
  expect(await proposed(records)).toBeUndefined();
});

test("a path that half of the records have is proposed in any case", async () => {
  const records = ["a", "b", "c", "d"].map((id) => ({ id, ...(id < "c" ? { SiteName: "x" } : {}) }));
  expect(await proposed(records)).toEqual({ location: { name: ["SiteName"] } });
});

test("a path that is already mapped is skipped", () => {
  const records = [{ id: "a", label: "x", siteTitle: "y" }];
  expect(proposePath("name", records)).toBe("label");
  expect(proposePath("name", records, ["name", "label"])).toBe("siteTitle");
});
