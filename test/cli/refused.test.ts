import { existsSync } from "node:fs";
import { join } from "node:path";
import { startProxy, type Proxy } from "../helpers/proxy";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";

describe.each([403, 404] as const)("accounts that the API denies with %s", (status) => {
  let scene: TestEnvironment;
  let proxy: Proxy;

  beforeAll(async () => {
    scene = await createTestEnvironment();
    proxy = await startProxy(scene.sandbox, (url) => url.includes("/accounts"), status);
  });
  afterAll(async () => {
    await proxy.close();
    await scene.end();
  });

  const cli = (...args: string[]): Promise<CommandResult> => scene.cli(args, { ORANGE_CMDB_ENDPOINT: proxy.endpoint });
  const why = new RegExp(`the API denies accounts to this account: GET .*/accounts.*\\(${status}`);
  const unsearched = new RegExp(`^warning: accounts are not searched: ${why.source}`, "m");

  test("are a warning of sync, and an error if sync was asked for them", async () => {
    const { code, out, err } = await cli("sync");
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^10 locations, 10 servicePoints, 60 configurationItems from /),
    ]);
    expect(err).toMatch(new RegExp(`^warning: ${why.source}`, "m"));
    const json = await cli("sync", "-o", "json");
    expect(JSON.parse(json.out)).toMatchObject({ unavailable: { account: expect.stringMatching(why) as string } });
    const file = join(scene.cacheDir, "accounts.db");
    const asked = await cli("sync", "accounts", "--save", file);
    expect([asked.code, asked.out, asked.err]).toEqual([1, "", expect.stringMatching(why)]);
    expect([asked.err.includes("0 accounts"), existsSync(file)]).toEqual([false, false]);
    // Who does not ask for them is not told.
    const locations = await cli("sync", "locations", "-o", "json");
    expect(locations.err).not.toContain("accounts");
    expect(JSON.parse(locations.out)).not.toHaveProperty("unavailable");
  });

  test("are a warning of search on stderr, whatever search finds", async () => {
    const nothing = await cli("search", "no such record", "-o", "json");
    expect([nothing.code, nothing.out]).toEqual([0, "[]\n"]);
    expect(nothing.err).toMatch(unsearched);
    const some = await cli("search", "lyon", "-o", "csv");
    expect([some.code, some.err]).toEqual([0, expect.stringMatching(unsearched)]);
    expect((await cli("search", "lyon", "--kind", "locations")).err).toBe("");
    const named = await cli("search", "exemple", "--kind", "accounts");
    expect([named.code, named.out, named.err]).toEqual([1, "", expect.stringMatching(why)]);
  });
});

test("no warning about accounts is printed if the API returns them", async () => {
  const scene = await createTestEnvironment();
  try {
    const synced = await scene.cli(["sync", "-o", "json"]);
    expect(synced.err).not.toContain("warning");
    expect(JSON.parse(synced.out)).not.toHaveProperty("unavailable");
    expect((await scene.cli(["search", "lyon"])).err).toBe("");
  } finally {
    await scene.end();
  }
});
