import { CoreInformationClient } from "../../provider/api/client";
import { apiDefaults } from "../../provider/api/http/settings";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";

let server: TestServer;
afterEach(() => server.close());

const { requestsPerSecond } = apiDefaults;

test("a list of many pages gets no 403 from a spike arrest of 25 requests a second", async () => {
  const times: number[] = [];
  let refused = 0;
  const all = Array.from({ length: 600 }, (_, index) => ({ id: `LOC-${index}` }));
  server = await startServer((request, response) => {
    const now = Date.now();
    times.push(now);
    if (times.filter((time) => time > now - 1000).length > 25) {
      refused += 1;
      return json(response, 403, { code: 53, message: "Too many requests" });
    }
    const { searchParams } = new URL(request.url ?? "", "http://test");
    const [offset, limit] = [Number(searchParams.get("offset")), Number(searchParams.get("limit"))];
    const page = all.slice(offset, offset + limit);
    json(response, 200, page, { "x-total-count": "600", "x-result-count": String(page.length) });
  });
  const paging = { ...apiDefaults.paging, pageSize: 11 };
  const client = new CoreInformationClient(settingsFor(server.url, { paging, requestsPerSecond, concurrency: 8 }));
  const found = await client.locations();
  client.close();
  expect(found).toHaveLength(600);
  expect(times.length).toBeGreaterThan(50);
  expect(refused).toBe(0);
}, 20_000);

test("the retries of a call count as requests", async () => {
  const times: number[] = [];
  server = await startServer((_request, response) => {
    times.push(Date.now());
    json(response, 500, {});
  });
  const client = new CoreInformationClient(settingsFor(server.url, { requestsPerSecond: 10, retries: 3 }), {
    baseDelay: 1,
  });
  const asked = Date.now();
  await expect(client.status()).rejects.toMatchObject({ status: 500 });
  client.close();
  expect(times).toHaveLength(4);
  expect((times[3] ?? 0) - asked).toBeGreaterThanOrEqual(290);
});

test.each<[string, number, object, Record<string, string>, number]>([
  ["429", 429, {}, {}, 1000],
  ["403 with code 53", 403, { code: 53 }, {}, 1000],
  ["403 with code 53 and Retry-After", 403, { code: 53 }, { "retry-after": "2" }, 2000],
])("after %s no call of the transport starts for the pause", async (_name, status, body, headers, pause) => {
  const times: number[] = [];
  server = await startServer((_request, response) => {
    times.push(Date.now());
    if (times.length === 1) json(response, status, body, headers);
    else json(response, 200, { status: "ok" });
  });
  const client = new CoreInformationClient(settingsFor(server.url), { baseDelay: 1 });
  const throttled = client.status();
  while (times.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.all([throttled, client.version(), client.doc()]);
  client.close();
  expect(times).toHaveLength(4);
  for (const time of times.slice(1)) expect(time - (times[0] ?? 0)).toBeGreaterThanOrEqual(pause - 10);
});
