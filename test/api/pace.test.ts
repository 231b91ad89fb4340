import { CoreInformationClient } from "../../provider/api/client";
import { Pace } from "../../provider/api/pace";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";

const paging = { style: "offset", limitParameter: "limit", offsetParameter: "offset", pageSize: 10 } as const;
const all = Array.from({ length: 400 }, (_, index) => ({ id: `LOC-${index}` }));

let server: TestServer;
afterEach(() => server.close());

/** Lists from a server that refuses what is more than `most` at once; answers how many were refused, early and late. */
async function listWithin(most: number, status: number, body: object): Promise<{ early: number; late: number }> {
  let now = 0;
  const refusals: number[] = [];
  server = await startServer((request, response) => {
    const offset = Number(new URL(request.url ?? "", "http://test").searchParams.get("offset"));
    now += 1;
    if (now > most) {
      now -= 1;
      refusals.push(server.requests.length);
      return json(response, status, body);
    }
    setTimeout(() => {
      now -= 1;
      json(response, 206, all.slice(offset, offset + 10), { "x-total-count": "400", "x-result-count": "10" });
    }, 5);
  });
  const client = new CoreInformationClient(settingsFor(server.url, { paging, concurrency: 8, retries: 8 }), {
    baseDelay: 1,
  });
  const found = await client.locations();
  client.close();
  expect(new Set(found.map(({ id }) => id)).size).toBe(400);
  const half = server.requests.length / 2;
  return { early: refusals.filter((at) => at <= half).length, late: refusals.filter((at) => at > half).length };
}

test.each([
  ["429", 429, { code: 53, message: "Too many requests" }],
  ["403 with code 53", 403, { code: 53, message: "Too many requests" }],
])("%s slows a list down, and it still comes whole", async (_name, status, body) => {
  const { early, late } = await listWithin(2, status, body);
  expect(early).toBeGreaterThan(0);
  // Eight at once for all forty pages would be refused most of the time.
  expect(early + late).toBeLessThan(60);
});

test("half as many when refused, once for all that were under way together, and one more after each good round", async () => {
  server = await startServer(() => undefined);
  const pace = new Pace(8);
  const begun = Date.now() - 1;
  pace.slowDown(begun, 0);
  expect(pace.concurrency).toBe(4);
  pace.slowDown(begun, 0);
  expect(pace.concurrency).toBe(4);
  for (let round = 0; round < 4; round += 1) pace.speedUp();
  expect(pace.concurrency).toBe(5);
  for (let round = 0; round < 100; round += 1) pace.speedUp();
  expect(pace.concurrency).toBe(8);
  for (let fault = 0; fault < 9; fault += 1) pace.slowDown(Date.now(), 0);
  expect(pace.concurrency).toBe(1);
});

test("nothing is sent while the API wants a pause", async () => {
  server = await startServer(() => undefined);
  const pace = new Pace(2);
  pace.slowDown(Date.now(), 100);
  const asked = Date.now();
  await pace.run(() => Promise.resolve(), new AbortController().signal);
  expect(Date.now() - asked).toBeGreaterThanOrEqual(95);
});
