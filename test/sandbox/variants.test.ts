import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { expectSame } from "../helpers/expect-same";
import { servedBy } from "../helpers/served";
import type { SandboxOptions } from "../../sandbox";

const size = 1_100;

let scene: TestEnvironment;
afterEach(() => scene.end());

interface Listed {
  readonly id: string;
  readonly status?: string;
  readonly attributes: object;
}

/** Runs the command, which must end well, and returns what it prints as JSON. */
async function run<T>(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<T> {
  const { code, out, err } = await scene.cli([...args, "-o", "json"], settings);
  expect({ code, err }).toEqual({ code: 0, err: expect.any(String) as string });
  return JSON.parse(out) as T;
}

/** Each configuration item as the command lists it, out of the mirror. */
const listed = (settings: Readonly<Record<string, string>>): Promise<Listed[]> =>
  run<Listed[]>(["list", "configuration-items"], settings);

/** How each request for configuration items was answered, since the last call. */
function taker(): () => string[] {
  let taken = 0;
  return () => {
    const since = scene.sandbox.requests.slice(taken).filter(({ path }) => path.includes("/configurationItems?"));
    taken = scene.sandbox.requests.length;
    return since.map(({ path, status }) => `${status} ${path.split("?")[1] ?? ""}`);
  };
}

/** Pages of 250 records, of which the first is the last of the page before; `sort` is a part of the query. */
const pages = (sort: string, limit = 250): string[] =>
  [0, 249, 498, 747, 996].map((offset) => `200 limit=${limit}&offset=${offset}${sort}`);
const byId = "&sort=id";
const latestFirst = "200 limit=250&offset=0&sort=-updatedAt";

interface Variant {
  readonly options: SandboxOptions;
  readonly settings?: Readonly<Record<string, string>>;
  /** The requests for configuration items, sorted: of the first sync, and of one after a record has changed. */
  readonly first: readonly string[];
  readonly later: readonly string[];
}

test.each<[string, Variant]>([
  ["as the vendor describes it", { options: {}, first: pages(byId), later: [latestFirst] }],
  ["refuses a limit above 250", { options: { limitBehaviour: "refuse" }, first: pages(byId), later: [latestFirst] }],
  [
    "answers a limit of 1000 by 250 records",
    {
      options: { limitBehaviour: "clamp" },
      settings: { ORANGE_CMDB_PAGE_SIZE: "1000" },
      first: pages(byId, 1_000),
      later: ["200 limit=1000&offset=0&sort=-updatedAt"],
    },
  ],
  [
    "refuses every sort",
    {
      options: { sort: "refuse" },
      first: [`400 limit=250&offset=0${byId}`, ...pages("")],
      later: ["400 limit=250&offset=0&sort=-updatedAt", ...pages("")],
    },
  ],
  ["ignores every sort", { options: { sort: "ignore" }, first: pages(byId), later: [latestFirst, ...pages(byId)] }],
  ["sends ETags", { options: { etags: true }, first: pages(byId), later: [latestFirst] }],
  [
    "sends ETags, and every list is read in full",
    {
      options: { etags: true },
      settings: { ORANGE_CMDB_FULL_SYNC_AGE: "0" },
      first: pages(byId),
      // The first page has the change, so the others are read as well.
      later: pages(byId),
    },
  ],
])("sync and list return every record, also after a change, from a server that %s", async (_name, variant) => {
  const { options, settings = {}, first, later } = variant;
  scene = await createTestEnvironment({ size, ...options });
  const taken = taker();
  const counts = { account: 1, configurationItem: size };
  expect(await run(["sync"], settings)).toMatchObject({ counts });
  expect(taken().sort()).toEqual([...first].sort());
  const served = (): object[] => servedBy(scene.sandbox, "configurationItem");
  const records = await listed(settings);
  expectSame(
    records.map(({ attributes }) => attributes),
    served(),
  );

  scene.sandbox.update("configurationItem", "CI-ACC-BRU-001-2", { state: ["CANCELLED"] });
  expect(await run(["sync"], settings)).toMatchObject({ counts });
  expect(taken().sort()).toEqual([...later].sort());
  const again = await listed(settings);
  expectSame(
    again.map(({ attributes }) => attributes),
    served(),
  );
  expect(again.find(({ id }) => id === "CI-ACC-BRU-001-2")?.status).toBe("CANCELLED");
  expect(taken()).toEqual([]);
});

test("a limit that the server refuses is an error that names it, and no inventory is stored", async () => {
  scene = await createTestEnvironment();
  const { code, out, err } = await scene.cli(["sync"], { ORANGE_CMDB_PAGE_SIZE: "1000" });
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain("limit must be at most 250");
  expect((await scene.cli(["status"])).out).not.toContain("configurationItem");
});

test("sync and list return every record within the rate limit, without a refused request", async () => {
  scene = await createTestEnvironment({ size: 8_000, rate: 25 });
  const { counts } = await run<{ counts: object }>(["sync"], { ORANGE_CMDB_REQUESTS_PER_SECOND: "20" });
  expect(counts).toMatchObject({ configurationItem: 8_000 });
  expect(scene.sandbox.requests.filter(({ status }) => status !== 200)).toEqual([]);
});
