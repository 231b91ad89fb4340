import fetch, { type Response } from "node-fetch";
import { startSandbox, type Sandbox } from "../../sandbox";

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
  ["a token of somebody else", { authorization: "Bearer nobody" }, 401, 41],
  ["no API key", { "x-api-key": "" }, 403, 50],
  ["another representation", { accept: "text/html" }, 406, 62],
])("%s is refused as the API refuses it", async (_name, changes, status, code) => {
  const answer = await get("/locations", changes);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ code });
  expect(answer.headers.get("x-oapi-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("a token ends", async () => {
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

test("it only answers to GET, and says so", async () => {
  const answer = await get("/locations", {}, "DELETE");
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET"]);
});

test("pages have the counts of all that match and of the page, and no ETag", async () => {
  const answer = await get("/configurationItems?offset=50&limit=20");
  const headers = ["x-total-count", "x-result-count", "etag"].map((name) => answer.headers.get(name));
  expect([answer.status, ...headers]).toEqual([200, "60", "10", null]);
  expect(await answer.json()).toHaveLength(10);
  expect((await get("/configurationItems?limit=x")).status).toBe(400);
  expect((await get("/configurationItems?limit=251")).status).toBe(400);
  expect((await get("/configurationItems?vendor=Cisco")).status).toBe(400);
});

test("a record is found by its id, and what is not there is a 404", async () => {
  expect(await (await get("/locations/LOC-PAR-001")).json()).toMatchObject({ id: "LOC-PAR-001" });
  expect((await get("/locations/NONE")).status).toBe(404);
  expect((await get("/nothing")).status).toBe(404);
});

test("/doc describes what is served", async () => {
  const doc = (await (await get("/doc")).json()) as { openapi: string; paths: object };
  expect(doc.openapi).toMatch(/^3\./);
  expect(Object.keys(doc.paths)).toEqual(
    expect.arrayContaining(["/locations", "/configurationItems/{configurationItemId}", "/status"]),
  );
});

test("the same seed gives the same data, linked consistently", async () => {
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
