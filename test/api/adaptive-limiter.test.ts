import { CoreInformationClient } from "../../provider/api/client";
import { AdaptiveLimiter } from "../../provider/api/http/adaptive-limiter";
import { apiDefaults } from "../../provider/api/http/settings";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";

const paging = { ...apiDefaults.paging, pageSize: 10 };
const all = Array.from({ length: 400 }, (_, index) => ({ id: `LOC-${index}` }));

const open = new AbortController().signal;

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
    throttlePause: 1,
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
])("%s slows a list down, and it is still complete", async (_name, status, body) => {
  const { early, late } = await listWithin(2, status, body);
  expect(early).toBeGreaterThan(0);
  // Eight at once for all forty pages would be refused most of the time.
  expect(early + late).toBeLessThan(60);
});

test("the limit halves once for all calls in flight that are throttled, and grows by one after each good round", async () => {
  server = await startServer(() => undefined);
  const pace = new AdaptiveLimiter({ concurrency: 8, requestsPerSecond: 1_000 }, open);
  const begun = Date.now() - 1;
  pace.onThrottled(begun, 0);
  expect(pace.concurrency).toBe(4);
  pace.onThrottled(begun, 0);
  expect(pace.concurrency).toBe(4);
  for (let round = 0; round < 4; round += 1) pace.onSuccess();
  expect(pace.concurrency).toBe(5);
  for (let round = 0; round < 100; round += 1) pace.onSuccess();
  expect(pace.concurrency).toBe(8);
  for (let fault = 0; fault < 9; fault += 1) pace.onThrottled(Date.now(), 0);
  expect(pace.concurrency).toBe(1);
});

test("no request is sent during the pause of Retry-After", async () => {
  server = await startServer(() => undefined);
  const pace = new AdaptiveLimiter({ concurrency: 2, requestsPerSecond: 1_000 }, open);
  pace.onThrottled(Date.now(), 100);
  const asked = Date.now();
  await pace.run(() => Promise.resolve(), new AbortController().signal);
  expect(Date.now() - asked).toBeGreaterThanOrEqual(95);
});

test("calls start evenly spaced, the first one at once", async () => {
  server = await startServer(() => undefined);
  const pace = new AdaptiveLimiter({ concurrency: 10, requestsPerSecond: 25 }, open);
  const asked = Date.now();
  const starts: number[] = [];
  await Promise.all(
    Array.from({ length: 6 }, () => pace.run(() => Promise.resolve(starts.push(Date.now() - asked)), open)),
  );
  expect(starts[0]).toBeLessThan(20);
  // A busy machine may delay a start, which never brings another one forward.
  for (const [place, start] of starts.entries()) expect(start).toBeGreaterThanOrEqual(place * 40 - 5);
});

test("calls that are overdue after a busy moment of the process do not start at once", async () => {
  server = await startServer(() => undefined);
  const pace = new AdaptiveLimiter({ concurrency: 10, requestsPerSecond: 50 }, open);
  const starts: number[] = [];
  const calls = Array.from({ length: 6 }, () => pace.run(() => Promise.resolve(starts.push(performance.now())), open));
  await calls[0];
  const busyUntil = performance.now() + 150;
  while (performance.now() < busyUntil);
  await Promise.all(calls);
  // A call may start late and the next one on time, but each later call is an interval of 20 ms after the turn of the one before, so
  // the calls since the busy moment take as many intervals.
  const [, ...after] = starts;
  expect(after).toHaveLength(5);
  for (const [place, start] of after.entries()) expect(start - busyUntil).toBeGreaterThanOrEqual(place * 20);
});

test("a call that is aborted in the queue ends at once and never starts", async () => {
  server = await startServer(() => undefined);
  const pace = new AdaptiveLimiter({ concurrency: 2, requestsPerSecond: 1 }, open);
  await pace.run(() => Promise.resolve(), open);
  const stop = new AbortController();
  let started = 0;
  const asked = Date.now();
  // Two wait for their turn, and one for a slot.
  const calls = [1, 2, 3].map(() => pace.run(() => Promise.resolve((started += 1)), stop.signal));
  setTimeout(() => stop.abort(new Error("cancelled")), 20);
  for (const call of calls) await expect(call).rejects.toThrow("cancelled");
  expect(Date.now() - asked).toBeLessThan(500);
  await pace.run(() => Promise.resolve(), open);
  expect(started).toBe(0);
}, 10_000);

test("closing ends the calls in the queue", async () => {
  server = await startServer(() => undefined);
  const closing = new AbortController();
  const pace = new AdaptiveLimiter({ concurrency: 2, requestsPerSecond: 1 }, closing.signal);
  await pace.run(() => Promise.resolve(), open);
  const call = pace.run(() => Promise.resolve(), open);
  setTimeout(() => closing.abort(new Error("closed")), 20);
  await expect(call).rejects.toThrow("closed");
});
