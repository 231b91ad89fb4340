import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiError } from "../../provider/api/errors/errors";
import type { SyncEvent } from "../../provider/inventory/events";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { startProxy } from "../helpers/proxy";
import { json, startServer } from "../helpers/server";

let scene: TestEnvironment;
afterEach(() => scene.end());

test("8 processes that start with an empty mirror make one sync, and 7 report that they wait", async () => {
  scene = await createTestEnvironment({ size: 2_500, delay: 100 });
  const ended = await Promise.all(
    Array.from({ length: 8 }, () => scene.cli(["get", "configuration-item", "CI-RTR-PAR-001", "-o", "json"])),
  );
  for (const { code, out } of ended) {
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id: "CI-RTR-PAR-001" });
  }
  // Each page once: 250 records, of which the first is the last of the page before.
  const offsets = Array.from({ length: 11 }, (_, page) => page * 249);
  expect(
    scene
      .lists()
      .map((path) => Number(/[?&]offset=(\d+)/.exec(path)?.[1]))
      .sort((one, other) => one - other),
  ).toEqual(offsets);
  expect(ended.filter(({ err }) => err.includes("fetched "))).toHaveLength(1);
  expect(ended.filter(({ err }) => err.includes("waiting for another process")).length).toBeGreaterThanOrEqual(1);
});

test("explicit syncs that overlap share one fetch, and a later one fetches again", async () => {
  // Long enough for the other processes to start on a busy machine.
  scene = await createTestEnvironment({ delay: 1_500 });
  const ended = await Promise.all([1, 2, 3].map(() => scene.cli(["sync", "locations"])));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(scene.lists()).toHaveLength(1);
  await scene.cli(["sync", "locations"]);
  expect(scene.lists()).toHaveLength(2);
});

test("a failed sync fails all waiting processes with the same error, without another attempt", async () => {
  scene = await createTestEnvironment({ delay: 200 });
  scene.sandbox.fail({ status: 404, body: { code: 60, message: "Resource not found" }, times: 99 });
  const open = (): Promise<unknown> => scene.open({ kinds: ["location"] }).catch((error: unknown) => error);
  const errors = await Promise.all([open(), open(), open(), open()]);
  const [first] = errors as ApiError[];
  expect(first).toBeInstanceOf(ApiError);
  expect(first).toMatchObject({ status: 404, code: 60 });
  for (const error of errors as ApiError[]) expect(error.message).toBe(first?.message);
  expect(scene.lists()).toHaveLength(1);
  // Who comes afterwards tries for itself.
  expect(await open()).toBeInstanceOf(ApiError);
  expect(scene.lists()).toHaveLength(2);
});

test("a reader sees the state of its opening during a sync", async () => {
  scene = await createTestEnvironment();
  const reader = await scene.open();
  scene.sandbox.update("location", "LOC-PAR-001", { name: "Renamed" });
  scene.sandbox.remove("configurationItem", "CI-RTR-PAR-001");
  const later = await scene.open({ refresh: true });
  expect(reader.get("location", "LOC-PAR-001")?.name).toBe("Paris 001");
  expect(reader.list("configurationItem")).toHaveLength(60);
  expect(later.get("location", "LOC-PAR-001")?.name).toBe("Renamed");
  expect(later.list("configurationItem")).toHaveLength(59);
  reader.close();
  later.close();
});

test("a mirror can be read after its writer is killed at any moment, and the next sync succeeds", async () => {
  scene = await createTestEnvironment({ size: 3_000, delay: 5 });
  const pageSize = { ORANGE_CMDB_PAGE_SIZE: "100" };
  const began = Date.now();
  const first = scene.start(["sync"], pageSize);
  expect(await new Promise((done) => first.once("close", done))).toBe(0);
  const whole = Date.now() - began;
  for (let round = 0; round < 50; round += 1) {
    // Every sync finds something new, so that each has something to write.
    scene.sandbox.update("configurationItem", "CI-RTR-PAR-001", { round });
    const child = scene.start(round % 2 === 0 ? ["sync", "--full"] : ["sync"], pageSize);
    const closed = new Promise((done) => child.once("close", done));
    await new Promise((done) => setTimeout(done, Math.random() * whole));
    child.kill("SIGKILL");
    await closed;
    const reader = await scene.open({}, { maxAge: 3600 });
    expect(reader.list("configurationItem")).toHaveLength(3_000);
    reader.close();
  }
  const last = await scene.cli(["sync", "-o", "json"], pageSize);
  expect(last.code).toBe(0);
  expect(JSON.parse(last.out)).toMatchObject({ counts: { configurationItem: 3_000 } });
  const reader = await scene.open();
  expect(reader.get("configurationItem", "CI-RTR-PAR-001")?.attributes["round"]).toBe(49);
  reader.close();
}, 180_000);

test("a sync that changes no record keeps the inventory file, and one that does replaces it", async () => {
  scene = await createTestEnvironment({ etags: true });
  (await scene.open()).close();
  const file = (): string => readdirSync(scene.cacheDir).find((name) => name.endsWith(".db")) ?? "none";
  const first = file();
  const before = statSync(join(scene.cacheDir, first));
  const opened = await scene.open();
  await new Promise((done) => setTimeout(done, 20));
  // By the changes, and by the whole lists.
  for (const full of [false, true]) {
    const again = await scene.open({ refresh: true, full });
    expect(Date.parse(again.info().syncedAt)).toBeGreaterThan(Date.parse(opened.info().syncedAt));
    again.close();
    const after = statSync(join(scene.cacheDir, file()));
    expect([file(), after.ino, after.mtimeMs]).toEqual([first, before.ino, before.mtimeMs]);
  }
  // Who opens it later knows of the check.
  const later = await scene.open();
  expect(Date.parse(later.info().syncedAt)).toBeGreaterThan(Date.parse(opened.info().syncedAt));
  later.close();
  scene.sandbox.update("location", "LOC-PAR-001", { name: "Renamed" });
  expect((await scene.cli(["sync"])).code).toBe(0);
  expect(readdirSync(scene.cacheDir).filter((name) => name.endsWith(".db"))).toEqual([file()]);
  expect(file()).not.toBe(first);
  expect(opened.get("location", "LOC-PAR-001")?.name).toBe("Paris 001");
  opened.close();
});

test("a first sync that is killed leaves no mirror, and the next one creates it", async () => {
  scene = await createTestEnvironment({ size: 3_000, delay: 20 });
  for (let round = 0; round < 5; round += 1) {
    const child = scene.start(["sync"], { ORANGE_CMDB_PAGE_SIZE: "50" });
    const closed = new Promise((done) => child.once("close", done));
    await new Promise((done) => setTimeout(done, 150 + 60 * round));
    child.kill("SIGKILL");
    await closed;
    expect(readdirSync(scene.cacheDir).filter((name) => name.endsWith(".db"))).toEqual([]);
  }
  expect((await scene.cli(["sync"])).code).toBe(0);
  const names = readdirSync(scene.cacheDir).filter((name) => /^[0-9a-f]{32}/.test(name));
  expect(names.map((name) => name.slice(32)).sort()).toEqual([".1.db", ".json", ".lock"]);
});

test("an unchanged list with ETags needs one 304 for each page", async () => {
  scene = await createTestEnvironment({ etags: true });
  const everyTime = { fullSyncAge: 0 };
  (await scene.open({ kinds: ["configurationItem", "location"] })).close();
  const events: SyncEvent[] = [];
  const again = await scene.open(
    { kinds: ["configurationItem", "location"], refresh: true, onEvent: (event) => events.push(event) },
    everyTime,
  );
  const since = scene.sandbox.requests.filter(({ path }) => path.includes("?")).slice(2);
  expect(since.map(({ status }) => status)).toEqual([304, 304]);
  expect(events.at(-1)).toMatchObject({ type: "done", counts: [{ changed: 0 }, { changed: 0 }] });
  expect(again.history.versions()).toHaveLength(1);
  again.close();
  // A record more is another page of the list: it is read again, and whole.
  scene.sandbox.update("location", "LOC-PAR-001", { name: "Renamed" });
  const changed = await scene.open({ kinds: ["configurationItem", "location"], refresh: true }, everyTime);
  expect(changed.get("location", "LOC-PAR-001")?.name).toBe("Renamed");
  expect(changed.list("location")).toHaveLength(10);
  changed.close();
});

test("only the requested kinds are loaded, and a later kind joins them", async () => {
  scene = await createTestEnvironment();
  (await scene.open({ kinds: ["location"] })).close();
  const both = await scene.open({ kinds: ["location", "servicePoint"] });
  expect(both.info().counts).toEqual({ location: 10, servicePoint: 10 });
  expect(scene.lists().map((path) => path.split("/").at(-1)?.split("?")[0])).toEqual(["locations", "servicePoints"]);
  both.close();
});

test("kinds that are requested during a fetch are fetched once each", async () => {
  scene = await createTestEnvironment();
  const readers = [];
  for (const kind of ["location", "servicePoint", "configurationItem", "account"] as const)
    readers.push(await scene.open({ kinds: [kind] }));
  expect(scene.lists().map((path) => /(\w+)\?/.exec(path)?.[1])).toEqual([
    "locations",
    "servicePoints",
    "configurationItems",
    "accounts",
  ]);
  for (const reader of readers) reader.close();
});

test("a stale inventory is used only if allowed, with a warning", async () => {
  scene = await createTestEnvironment();
  (await scene.open()).close();
  await scene.sandbox.close();
  const broken = { maxAge: 0, timeout: 1 };
  await expect(scene.open({}, broken)).rejects.toBeInstanceOf(ApiError);
  const events: SyncEvent[] = [];
  const stale = await scene.open({ onEvent: (event) => events.push(event) }, { ...broken, maxStale: 3600 });
  expect(stale.info().staleReason).toMatch(/connection refused/);
  expect(stale.list("location")).toHaveLength(10);
  expect(events.at(-1)).toMatchObject({ type: "stale" });
  stale.close();
  // A sync is asked for what is new.
  const file = join(scene.cacheDir, "inventory.db");
  const env = { ORANGE_CMDB_MAX_STALE: "3600", ORANGE_CMDB_TIMEOUT: "1" };
  expect(await scene.cli(["sync", "--save", file], env)).toMatchObject({ code: 1, out: "" });
  expect(existsSync(file)).toBe(false);
  // Without an inventory there is nothing to serve.
  await expect(scene.open({}, { ...broken, maxStale: 3600, apiKey: "another" })).rejects.toBeInstanceOf(ApiError);
}, 30_000);

test.each([
  ["the credentials", (): void => undefined, { clientSecret: "another-secret" }, /no token.*\(401\)/],
  ["the access", (): void => scene.sandbox.fail({ status: 403, times: 9 }), {}, /access denied \(403/],
])(
  "a stale inventory is not used if the API refuses %s, because the right to read may be lost",
  async (_what, refuse, args, message) => {
    scene = await createTestEnvironment();
    (await scene.open()).close();
    refuse();
    const refused = scene.open({ kinds: ["location"] }, { ...args, maxAge: 0, maxStale: 3600 });
    await expect(refused).rejects.toThrow(message);
  },
);

const oauthError = (error: string): [body: string, type: string] => [JSON.stringify({ error }), "application/json"];
const page: [body: string, type: string] = ["<html>Blocked</html>", "text/html"];

test.each<[number, string, "refused" | "unavailable", [body: string, type: string]]>([
  [400, "an OAuth error", "refused", oauthError("invalid_client")],
  [400, "an HTML page", "refused", page],
  [401, "an OAuth error", "refused", oauthError("invalid_client")],
  [401, "an HTML page", "refused", page],
  [403, "an OAuth error", "refused", oauthError("unauthorized_client")],
  [403, "an HTML page", "unavailable", page],
  [404, "an HTML page", "unavailable", page],
  [405, "JSON", "unavailable", ["{}", "application/json"]],
  [302, "an HTML page", "unavailable", page],
  [200, "an HTML page", "unavailable", page],
  [429, "JSON", "unavailable", ["{}", "application/json"]],
  [500, "an OAuth error", "unavailable", oauthError("server_error")],
])("a token endpoint that answers %d with %s counts as %s", async (status, _what, is, [body, type]) => {
  scene = await createTestEnvironment();
  (await scene.open({ kinds: ["location"] })).close();
  const server = await startServer((_request, response) => {
    response.writeHead(status, { "content-type": type, ...(status === 302 ? { location: "/login" } : {}) });
    response.end(body);
  });
  const args = { tokenUrl: `${server.url}/token`, maxAge: 0, timeout: 1 };
  try {
    const failed = await scene.open({ kinds: ["location"] }, args).catch((error: unknown) => error);
    expect(failed).toMatchObject({ status, message: expect.stringContaining(`no token (${status})`) as string });
    const { hint } = failed as ApiError;
    if (is === "refused") expect(hint).toMatch(/^check clientId and clientSecret /);
    else expect(hint).toMatch(/^(?:check tokenUrl, the network and the proxy settings|try again later)$/);
    const opening = scene.open({ kinds: ["location"] }, { ...args, maxStale: 3600 });
    if (is === "refused") return await expect(opening).rejects.toMatchObject({ status });
    const stale = await opening;
    expect(stale.info().staleReason).toContain(`(${status})`);
    stale.close();
  } finally {
    await server.close();
  }
});

test.each([
  [401, "refused"],
  [403, "refused"],
  [404, "unavailable"],
  [500, "unavailable"],
] as const)("an API that answers %d counts as %s", async (status, is) => {
  scene = await createTestEnvironment();
  (await scene.open({ kinds: ["location"] })).close();
  scene.sandbox.fail({ status, times: 999 });
  const opening = scene.open({ kinds: ["location"] }, { maxAge: 0, timeout: 1, maxStale: 3600 });
  if (is === "refused") return await expect(opening).rejects.toMatchObject({ status });
  const stale = await opening;
  expect(stale.info().staleReason).toContain(`(${status}`);
  stale.close();
});

test("a stale inventory is used if the API limits the rate of calls", async () => {
  scene = await createTestEnvironment();
  (await scene.open()).close();
  scene.sandbox.fail({ status: 403, body: { code: 53, message: "Too many requests" }, times: 999 });
  const stale = await scene.open({ kinds: ["location"] }, { maxAge: 0, timeout: 1, maxStale: 3600 });
  expect(stale.info().staleReason).toMatch(/too many requests/);
  stale.close();
});

test("a mirror in memory leaves no file", async () => {
  scene = await createTestEnvironment();
  const reader = await scene.open({}, { cacheDir: ":memory:" });
  expect(reader.list("configurationItem")).toHaveLength(60);
  expect(readdirSync(scene.cacheDir)).toEqual([]);
  reader.close();
});

test("two openings in one process and another process share one sync of each kind", async () => {
  // Long enough for the other process to start on a busy machine.
  scene = await createTestEnvironment({ size: 2_000, delay: 1_000 });
  const first = scene.open({ kinds: ["configurationItem"] }, { pageSize: 200 });
  await new Promise((done) => setTimeout(done, 200));
  const second = scene.open({ kinds: ["location"] });
  await new Promise((done) => setTimeout(done, 100));
  const other = scene.cli(["list", "configuration-items", "-o", "json"], { ORANGE_CMDB_PAGE_SIZE: "200" });
  expect((await other).err).toMatch(/^waiting for another process/);
  expect(JSON.parse((await other).out)).toHaveLength(2_000);
  (await first).close();
  (await second).close();
  expect(new Set(scene.lists()).size).toBe(scene.lists().length);
});

test("a failed first sync leaves no files", async () => {
  scene = await createTestEnvironment();
  scene.sandbox.fail({ status: 404, times: 99 });
  await expect(scene.open()).rejects.toBeInstanceOf(ApiError);
  expect(readdirSync(scene.cacheDir).filter((name) => !name.endsWith(".lock"))).toEqual([]);
});

test("an invalid setting fails at once, without a sync", async () => {
  scene = await createTestEnvironment();
  const started = Date.now();
  const { code, err } = await scene.cli(["sync"], { ORANGE_CMDB_ENDPOINT: "http://api.example.com/v2" });
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringMatching(/endpoint is wrong: must be https.*ORANGE_CMDB_ENDPOINT/) as string,
  });
  expect(Date.now() - started).toBeLessThan(10_000);
});

test("a failure is not shared with processes of other settings", async () => {
  scene = await createTestEnvironment({ delay: 100 });
  const wrong = scene
    .open({ kinds: ["location"] }, { clientSecret: "wrong", timeout: 5 })
    .catch((error: unknown) => error);
  await new Promise((done) => setTimeout(done, 20));
  const right = await scene.open({ kinds: ["location"] });
  expect(right.list("location")).toHaveLength(10);
  right.close();
  expect(await wrong).toMatchObject({ reason: "token" });
});

test("a search while the inventory is fetched waits for it", async () => {
  scene = await createTestEnvironment({ size: 1_000, delay: 60 });
  (await scene.open({}, { pageSize: 50 })).close();
  scene.sandbox.update("configurationItem", "CI-RTR-PAR-001", { name: "Zanzibar" });
  const before = scene.lists().length;
  // Slow enough for a search that starts on a busy machine.
  const sync = scene.cli(["sync", "--full"], { ORANGE_CMDB_PAGE_SIZE: "50", ORANGE_CMDB_REQUESTS_PER_SECOND: "4" });
  while (
    !scene
      .lists()
      .slice(before)
      .some((path) => path.includes("offset=49&"))
  )
    await new Promise((done) => setTimeout(done, 5));
  const { code, out, err } = await scene.cli(["search", "lyon", "--kind", "locations", "-o", "json"]);
  expect(err).toContain("waiting for another process");
  expect((JSON.parse(out) as unknown[]).length).toBeGreaterThan(0);
  expect(code).toBe(0);
  expect((await sync).code).toBe(0);
});

test("accounts that are denied midway fail the sync, and no account is stored", async () => {
  scene = await createTestEnvironment();
  for (let index = 0; index < 5; index += 1)
    scene.sandbox.add("account", { id: `ACC-MORE-${index}`, name: `More ${index}` });
  const proxy = await startProxy(scene.sandbox, (url) => url.includes("/accounts") && !url.includes("offset=0"));
  const opening = scene.open({ searchable: true }, { endpoint: proxy.endpoint, pageSize: 2 });
  await expect(opening).rejects.toMatchObject({ status: 403, code: 50 });
  await proxy.close();
  expect(readdirSync(scene.cacheDir).filter((name) => !name.endsWith(".lock"))).toEqual([]);
});

const ofAccounts = (url: string): boolean => url.includes("/accounts");
const away = { status: "gone" };

test.each([
  [403, false, undefined, "refused"],
  [403, false, away, "refused"],
  [404, true, undefined, "refused"],
  [404, true, away, "an error"],
  [403, true, away, "an error"],
] as const)(
  "accounts with status %d, present before: %p, with the body %p, are %s",
  async (status, given, body, is) => {
    scene = await createTestEnvironment();
    let refuses = !given;
    const proxy = await startProxy(scene.sandbox, (url) => refuses && ofAccounts(url), status, body);
    const events: SyncEvent[] = [];
    const open = (refresh: boolean): ReturnType<TestEnvironment["open"]> =>
      scene.open({ refresh, onEvent: (event) => events.push(event) }, { endpoint: proxy.endpoint });
    (await open(false)).close();
    refuses = true;
    if (is === "refused") {
      const reader = await open(true);
      expect(() => reader.list("account")).toThrow(/denies accounts/);
      expect(events.at(-1)).toMatchObject({ type: "done", refused: ["account"] });
      expect(events.at(-1)).not.toMatchObject({ counts: expect.arrayContaining([{ kind: "account" }]) as unknown });
      reader.close();
    } else {
      await expect(open(true)).rejects.toMatchObject({
        status,
        code: undefined,
        hint: expect.stringContaining("delete the mirror (orange-cmdb doctor shows its file)") as string,
      });
      const reader = await open(false);
      expect(reader.list("account").length).toBeGreaterThan(0);
      reader.close();
    }
    await proxy.close();
  },
);

test.each([403, 404])("a token endpoint that answers %d does not refuse accounts", async (status) => {
  scene = await createTestEnvironment();
  (await scene.open({ kinds: ["account"] })).close();
  const server = await startServer((_request, response) => json(response, status, {}));
  try {
    const opening = scene.open({ kinds: ["account"], refresh: true }, { tokenUrl: `${server.url}/token` });
    await expect(opening).rejects.toMatchObject({ reason: "token", status });
  } finally {
    await server.close();
  }
  const reader = await scene.open({ kinds: ["account"] });
  expect(reader.list("account").length).toBeGreaterThan(0);
  reader.close();
});

test("unused mirrors of other settings are removed", async () => {
  scene = await createTestEnvironment();
  const old = join(scene.cacheDir, `${"a".repeat(32)}.json`);
  const recent = join(scene.cacheDir, `${"b".repeat(32)}.json`);
  const token = join(scene.cacheDir, `${"c".repeat(32)}-token.json`);
  for (const path of [old, recent, token]) writeFileSync(path, "");
  const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
  utimesSync(old, daysAgo(31), daysAgo(31));
  utimesSync(recent, daysAgo(5), daysAgo(5));
  utimesSync(token, daysAgo(2), daysAgo(2));
  (await scene.open()).close();
  expect([old, recent, token].map((path) => existsSync(path))).toEqual([false, true, false]);
});
