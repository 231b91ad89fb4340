import fetch, { type Response } from "node-fetch";
import { startSandbox, type Sandbox } from "../../sandbox";
import { RateLimit } from "../../sandbox/rate-limit";

let sandbox: Sandbox;
let token: string;
const environment = (name: string): string => sandbox.environment[`ORANGE_CMDB_${name}`] ?? "";

async function login(lifetime = sandbox): Promise<string> {
  const basic = Buffer.from(`${environment("CLIENT_ID")}:${environment("CLIENT_SECRET")}`).toString("base64");
  const answer = await fetch(lifetime.tokenUrl, {
    method: "POST",
    headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials&scope=b2b:core-information:readonly",
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

function get(path: string, changes: Record<string, string> = {}, method = "GET"): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token}`,
    "x-api-key": environment("API_KEY"),
    accept: "application/json",
    ...changes,
  };
  return fetch(`${sandbox.endpoint}${path}`, { method, headers });
}

beforeAll(async () => {
  sandbox = await startSandbox({ rate: 0 });
  token = await login();
});
afterAll(() => sandbox.close());

test.each([
  ["no token", { authorization: "" }, 401, 40],
  ["a token of another client", { authorization: "Bearer unknown" }, 401, 41],
  ["no API key", { "x-api-key": "" }, 403, 50],
  ["another representation", { accept: "text/html" }, 406, 62],
])("a request with %s is refused with the error of the API", async (_name, changes, status, code) => {
  const answer = await get("/locations", changes);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ code });
  expect(answer.headers.get("x-oapi-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("a token expires", async () => {
  const brief = await startSandbox({ tokenLifetime: 0 });
  try {
    const authorization = `Bearer ${await login(brief)}`;
    const answer = await fetch(`${brief.endpoint}/locations`, {
      headers: { authorization, "x-api-key": environment("API_KEY"), accept: "application/json" },
    });
    expect([answer.status, ((await answer.json()) as { code: number }).code]).toEqual([401, 42]);
  } finally {
    await brief.close();
  }
});

test("the sandbox rejects other methods than GET", async () => {
  const answer = await get("/locations", {}, "DELETE");
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET"]);
});

const body = async (path: string): Promise<Record<string, unknown>[]> =>
  (await (await get(path)).json()) as Record<string, unknown>[];
const ids = async (path: string): Promise<unknown[]> => (await body(path)).map(({ id }) => id);
const code = async (path: string): Promise<unknown[]> => {
  const answer = await get(path);
  return [answer.status, ((await answer.json()) as { code: number }).code];
};

test("pages have the counts of all matches and of the page, and no ETag", async () => {
  const answer = await get("/configurationItems?offset=50&limit=20");
  const headers = ["x-total-count", "x-result-count", "etag"].map((name) => answer.headers.get(name));
  expect([answer.status, ...headers]).toEqual([200, "60", "10", null]);
  expect(await answer.json()).toHaveLength(10);
  expect(await body("/configurationItems?limit=0")).toEqual([]);
});

test.each([
  ["limit=x", 28],
  ["limit=-1", 28],
  ["limit=251", 28],
  ["limit=1,2", 28],
  ["offset=", 28],
  ["sort=colour", 28],
  ["fields=colour", 28],
  ["displayNulls=maybe", 28],
  ["vendor=Cisco", 28],
])("refuses ?%s with status 400 and code %i", async (query, expected) => {
  expect(await code(`/configurationItems?${query}`)).toEqual([400, expected]);
});

describe("a sandbox of 600 items", () => {
  let large: Sandbox;
  const before = { sandbox: undefined as unknown as Sandbox, token: "" };
  beforeAll(async () => {
    Object.assign(before, { sandbox, token });
    large = await startSandbox({ size: 600, rate: 0, etags: true, limitBehaviour: "clamp" });
    sandbox = large;
    token = await login();
  });
  afterAll(async () => {
    ({ sandbox, token } = before);
    await large.close();
  });

  test("lists 250 records without a limit, and with one above 250 if it clamps", async () => {
    expect(await body("/configurationItems")).toHaveLength(250);
    expect(await body("/configurationItems?limit=1000")).toHaveLength(250);
  });

  test("sorts by several fields, and keeps the order of equal records", async () => {
    const all = large.records("configurationItem");
    const listed: unknown[] = [];
    for (let offset = 0; offset < 600; offset += 200)
      listed.push(...(await ids(`/configurationItems?sort=state,-location.id&limit=200&offset=${offset}`)));
    const key = (record: Record<string, unknown>): string[] => [
      String(record["state"]),
      (record["location"] as { id: string }).id,
    ];
    const sorted = all.toSorted((a, b) => {
      const [[state = "", place = ""], [other = "", there = ""]] = [key(a), key(b)];
      return state === other ? (place === there ? 0 : place < there ? 1 : -1) : state < other ? -1 : 1;
    });
    expect(listed).toEqual(sorted.map(({ id }) => id));
  });

  test("responds to an unchanged page with 304 if it has ETags", async () => {
    const first = await get("/configurationItems?limit=20");
    const tag = { "if-none-match": first.headers.get("etag") ?? "" };
    const again = await get("/configurationItems?limit=20", tag);
    expect([again.status, await again.text()]).toEqual([304, ""]);
    large.update("configurationItem", "CI-RTR-PAR-001", { reference: "CPE-1" });
    expect((await get("/configurationItems?limit=20", tag)).status).toBe(200);
  });
});

test("filters by several values of a field, by elements of arrays, and by the location's address", async () => {
  const all = sandbox.records("configurationItem");
  const matching = (field: string, ...values: string[]): unknown[] =>
    all.filter((record) => values.some((value) => (record[field] as string[]).includes(value))).map(({ id }) => id);
  expect(await ids("/configurationItems?type=ROUTER,DSL")).toEqual(matching("type", "ROUTER", "DSL"));
  const both = matching("category", "LAN_DEVICE").filter((id) => matching("category", "WAN_DEVICE").includes(id));
  expect(both).not.toEqual([]);
  expect(await ids("/configurationItems?category=LAN_DEVICE")).toEqual(expect.arrayContaining(both));
  expect(await ids("/configurationItems?location.address.country=PL&type=ROUTER")).toEqual([
    "CI-RTR-WAW-001",
    "CI-RTR-WAW-001-3",
    "CI-RTR-WAW-001-4",
  ]);
  expect(await ids("/servicePoints?billingAccount.id=BIL-PL")).toEqual(["SP-WAW-001"]);
  expect(await ids("/locations?id=LOC-LYS-001&id=LOC-PAR-001")).toEqual(["LOC-PAR-001", "LOC-LYS-001"]);
  expect(await ids("/locations?address.city=Nowhere")).toEqual([]);
  expect((await get("/locations?address.country=FR&limit=1")).headers.get("x-total-count")).toBe("3");
});

test("returns only the requested fields, omits nulls, and adds links", async () => {
  expect(await body("/locations?id=LOC-PAR-001&fields=id,address.city,address.state")).toEqual([
    { id: "LOC-PAR-001", address: { city: "Paris" } },
  ]);
  expect(await body("/locations?id=LOC-PAR-001&fields=address.state&displayNulls=true")).toEqual([
    { address: { state: null } },
  ]);
  expect(await body("/configurationItems?id=CI-RTR-PAR-001&fields=location.address.city")).toEqual([
    { location: { address: { city: "Paris" } } },
  ]);
  const href = `${sandbox.endpoint}/locations/LOC-PAR-001`;
  expect(await (await get("/locations/LOC-PAR-001?fields=id&displayLinks=true")).json()).toEqual({
    id: "LOC-PAR-001",
    _links: { self: { href, method: "GET" } },
  });
});

test("counts by the values of fields", async () => {
  expect(
    await (await get("/locations/aggregate?groupBy=address.country&address.city=Paris,Lyon,Warsaw")).json(),
  ).toEqual({ FR: 2, PL: 1 });
  const counts = (await (await get("/configurationItems/aggregate?groupBy=state,type")).json()) as object;
  expect(counts).toMatchObject({ OPERATIONAL: { ROUTER: expect.any(Number) as number }, TERMINATED: {} });
  expect(await code("/locations/aggregate")).toEqual([400, 27]);
  expect(await code("/locations/aggregate?groupBy=colour")).toEqual([400, 28]);
  expect(await code("/accounts/aggregate?groupBy=id")).toEqual([400, 28]);
});

test("returns status, version and caller as the vendor describes them", async () => {
  expect(await (await get("/status")).json()).toMatchObject({ status: "ok", version: "2.4.0" });
  expect(await (await get("/version")).json()).toEqual({
    version: { major: "2", minor: "4", patch: "0" },
    deprecated: false,
  });
  expect(await (await get("/me")).json()).toMatchObject({ apiKey: { type: "ACTIVE" } });
});

test("keeps the times of records", async () => {
  const changing = await startSandbox();
  const record = (id: string): Record<string, unknown> =>
    changing.records("location").find((location) => location["id"] === id) ?? {};
  const start = new Date().toISOString();
  changing.update("location", "LOC-PAR-001", { room: "1" });
  changing.update("location", "LOC-LYS-001", { updatedAt: "2020-01-01T00:00:00Z" });
  changing.add("location", { id: "LOC-NEW" });
  expect(record("LOC-PAR-001")["updatedAt"]).toEqual(expect.stringMatching(/Z$/));
  expect(String(record("LOC-PAR-001")["updatedAt"]) >= start).toBe(true);
  expect(record("LOC-LYS-001")).toMatchObject({ updatedAt: "2020-01-01T00:00:00Z" });
  expect(String(record("LOC-NEW")["createdAt"]) >= start).toBe(true);
  changing.remove("location", "LOC-NEW");
  expect(record("LOC-NEW")).toEqual({});
  expect(() => changing.remove("location", "LOC-NEW")).toThrowErrorMatchingInlineSnapshot(
    `"the sandbox has no location LOC-NEW"`,
  );
  await changing.close();
});

test.each(["refuse", "ignore"] as const)("can %s to sort", async (sort) => {
  const other = await startSandbox({ sort });
  const authorization = `Bearer ${await login(other)}`;
  const answer = await fetch(`${other.endpoint}/locations?sort=id`, {
    headers: { authorization, "x-api-key": environment("API_KEY"), accept: "application/json" },
  });
  if (sort === "refuse") expect(answer.status).toBe(400);
  else expect(((await answer.json()) as { id: string }[])[0]?.id).toBe("LOC-PAR-001");
  await other.close();
});

test("responds with 403 and code 53 to more than 25 requests in a second, and accepts those of the next second", async () => {
  const limit = new RateLimit(25);
  const admitted = Array.from({ length: 30 }, (_, index) => limit.admit(index));
  expect(admitted.filter(Boolean)).toHaveLength(25);
  expect([limit.admit(999), limit.admit(1000), limit.admit(1000)]).toEqual([false, true, false]);
  const limited = await startSandbox({ rate: 1 });
  const authorization = `Bearer ${await login(limited)}`;
  const headers = { authorization, "x-api-key": environment("API_KEY"), accept: "application/json" };
  const answers = [
    await fetch(`${limited.endpoint}/accounts`, { headers }),
    await fetch(`${limited.endpoint}/accounts`, { headers }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 403]);
  expect(await answers[1]?.json()).toMatchObject({ code: 53 });
  await limited.close();
});

test("a record is found by its id, and an unknown id returns 404", async () => {
  expect(await (await get("/locations/LOC-PAR-001")).json()).toMatchObject({ id: "LOC-PAR-001" });
  expect((await get("/locations/NONE")).status).toBe(404);
  expect((await get("/nothing")).status).toBe(404);
});

test("/doc describes the API, and needs no API key", async () => {
  const doc = (await (await get("/doc", { "x-api-key": "" })).json()) as { openapi: string; paths: object };
  expect(doc.openapi).toMatch(/^3\./);
  expect(Object.keys(doc.paths)).toEqual(
    expect.arrayContaining(["/locations", "/configurationItems/{configurationItemId}", "/status"]),
  );
});

test("equal seeds give equal data with valid references", async () => {
  const [one, same, other] = await Promise.all([
    startSandbox({ size: 200 }),
    startSandbox({ size: 200 }),
    startSandbox({ size: 200, seed: 2 }),
  ]);
  try {
    expect(same.records("configurationItem")).toEqual(one.records("configurationItem"));
    expect(other.records("configurationItem")).not.toEqual(one.records("configurationItem"));
    expect(one.records("configurationItem")).toHaveLength(200);
    const ids = new Set(one.records("configurationItem").map((record) => record["id"]));
    expect(ids.size).toBe(200);
  } finally {
    await Promise.all([one.close(), same.close(), other.close()]);
  }
});
