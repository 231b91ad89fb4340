import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transport, type RetryEvent } from "../../provider/api/http/transport";
import { json, settingsFor } from "../helpers/server";

import { client, failure, ok, retried, server, start, urls } from "./helpers/client";

describe("a call that fails", () => {
  test("is retried with a growing delay, and each retry is reported", async () => {
    jest.spyOn(Math, "random").mockReturnValue(0.5);
    await start((_request, response) => json(response, 503, { code: 5 }), { retries: 3 });
    expect(await failure(client.status())).toMatchObject({ reason: "http", status: 503, code: 5 });
    const reason = `GET ${server.url}/status: temporarily unavailable (503, code 5); try again later`;
    expect(retried).toEqual(
      [0.5, 1, 2].map((delay, at) => ({ url: `${server.url}/status`, reason, delay, attempt: at + 1 })),
    );
    expect(server.requests).toHaveLength(4);
  });

  test("waits at most 0.5 s before the first retry and 30 s before any other by default", async () => {
    jest.spyOn(Math, "random").mockReturnValue(0.000_001);
    await start((_request, response) => json(response, 500, {}), { retries: 1 });
    const delays: number[] = [];
    const onRetry = ({ delay }: RetryEvent): number => delays.push(delay * 1_000_000);
    for (const options of [{ onRetry }, { onRetry, baseDelay: 1e9 }]) {
      const transport = new Transport(settingsFor(server.url, { retries: 1 }), options);
      await failure(transport.get(["x"]));
      transport.close();
    }
    expect(delays.map(Math.round)).toEqual([500, 30_000]);
  });

  test("is not retried after a permanent error, nor beyond the number of retries", async () => {
    await start((_request, response) => json(response, 409, {}), { retries: 3 });
    await failure(client.status());
    expect([server.requests.length, retried.length]).toEqual([1, 0]);
  });

  test("succeeds at the last retry", async () => {
    await start((request, response, count) => (count < 3 ? json(response, 500, {}) : ok(request, response, count)));
    expect(await client.status()).toEqual({ status: "OK" });
    expect(retried.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test("waits as long as Retry-After says", async () => {
    await start((request, response, count) =>
      count === 1 ? json(response, 429, {}, { "retry-after": "0" }) : ok(request, response, count),
    );
    await client.status();
    expect(retried).toMatchObject([{ delay: 0 }]);
  });

  test("fails at once if Retry-After exceeds its timeout", async () => {
    await start((_request, response) => json(response, 503, {}, { "retry-after": "6" }));
    expect(await failure(client.status())).toMatchObject({ reason: "http", status: 503 });
    expect([server.requests.length, retried.length]).toEqual([1, 0]);
  });

  test("is retried if an attempt exceeds its timeout", async () => {
    await start((request, response, count) => (count === 1 ? undefined : ok(request, response, count)), {
      attemptTimeout: 40,
    });
    expect(await client.status()).toEqual({ status: "OK" });
    expect(retried.map(({ reason }) => reason)).toMatchInlineSnapshot(`
      [
        "GET http://127.0.0.1:<port>/status: no response within 0.04 s; check endpoint, the network and the proxy settings",
      ]
    `);
  });

  test("fails when its timeout has passed", async () => {
    await start(() => undefined, { timeout: 60 });
    expect(await failure(client.status())).toMatchInlineSnapshot(`
           {
             "hint": "raise timeout or try again later",
             "method": "GET",
             "reason": "timeout",
             "summary": "not complete within 0.06 s",
             "url": "http://127.0.0.1:<port>/status",
           }
        `);
    expect(server.requests).toHaveLength(1);
  });

  test("reports the first error if its timeout passes during a retry", async () => {
    await start((_request, response, count) => (count === 1 ? json(response, 503, {}) : undefined), { timeout: 200 });
    expect(await failure(client.status())).toMatchObject({ reason: "http", status: 503 });
    expect(server.requests).toHaveLength(2);
  });

  test("is aborted by the caller at any time, and by the end of the client", async () => {
    await start(() => undefined);
    const stopped = { reason: "aborted", method: "GET", url: `${server.url}/status`, summary: "aborted by the caller" };
    expect(await failure(client.status({ signal: AbortSignal.abort() }))).toEqual(stopped);
    expect(await failure(client.status({ signal: AbortSignal.timeout(20) }))).toEqual(stopped);
    const call = failure(client.status());
    setTimeout(() => client.close(), 20);
    expect(await call).toEqual(stopped);
  });

  test("is aborted while it waits for its next attempt", async () => {
    await start((_request, response) => json(response, 503, {}, { "retry-after": "4" }));
    const stop = new AbortController();
    const call = failure(client.status({ signal: stop.signal }));
    const seen = setInterval(() => retried.length > 0 && stop.abort(), 5);
    expect(await call).toMatchObject({ reason: "aborted" });
    clearInterval(seen);
    expect(server.requests).toHaveLength(1);
  });

  test("is retried after a reset connection, and names the reset", async () => {
    await start((request) => request.socket.destroy(), { retries: 1 });
    expect(await failure(client.status())).toMatchInlineSnapshot(`
           {
             "hint": "check endpoint, the network and the proxy settings",
             "method": "GET",
             "reason": "network",
             "summary": "connection reset (ECONNRESET)",
             "url": "http://127.0.0.1:<port>/status",
           }
        `);
    expect(server.requests).toHaveLength(2);
  });

  test("is retried after a response that is not JSON, and shows its beginning", async () => {
    await start((request, response, count) =>
      count < 3 ? response.end("<html>secret-key") : ok(request, response, count),
    );
    expect(await client.status()).toEqual({ status: "OK" });
    await client.close();
    await server.close();
    await start((_request, response) => response.writeHead(203).end("<html>secret-key"));
    expect(await failure(client.status())).toMatchInlineSnapshot(`
           {
             "hint": "check whether a proxy truncates or replaces responses of the API",
             "method": "GET",
             "reason": "invalid",
             "status": 203,
             "summary": "the response is not JSON: <html>[secret]",
             "url": "http://127.0.0.1:<port>/status",
           }
        `);
    expect(server.requests).toHaveLength(3);
  });

  test("is not retried after a response that is nested too deep", async () => {
    await start((_request, response) => void response.end("[".repeat(101) + "]".repeat(101)));
    expect(await failure(client.get("location", "a b"))).toMatchInlineSnapshot(`
           {
             "hint": "the response does not match the API; check endpoint",
             "method": "GET",
             "reason": "invalid",
             "summary": "the response is nested more than 100 levels deep",
             "url": "http://127.0.0.1:<port>/locations/a%20b",
           }
        `);
    expect(server.requests).toHaveLength(1);
  });

  const mebibyte = 1024 * 1024;
  test.each<[string, number, () => Promise<unknown>]>([
    ["one value", 16 * mebibyte, () => client.status()],
    ["a list", 256 * mebibyte, () => client.locations()],
  ])("fails at once if the content length exceeds the limit of %s", async (_name, most, call) => {
    let size = most + 1;
    await start(
      (request, response) => {
        response.writeHead(200, { "content-length": String(size) });
        if (size > most) response.write("[");
        else response.write("[", () => request.socket.destroy());
      },
      { retries: 1 },
    );
    expect(await failure(call())).toMatchObject({
      reason: "network",
      summary: "the response exceeds the maximum size (max-size)",
      hint: "lower pageSize",
    });
    expect(server.requests).toHaveLength(1);
    size = most;
    expect((await failure(call())).summary).not.toContain("larger");
    expect(server.requests).toHaveLength(3);
  });

  test("fails if a response without a content length exceeds the limit", async () => {
    await start((_request, response) => void response.end(Buffer.alloc(16 * mebibyte + 1, " ")));
    expect(await failure(client.status())).toMatchObject({ summary: expect.stringContaining("max-size") as string });
    expect(server.requests).toHaveLength(1);
  });

  test("waits until the date of Retry-After, by the clock of the server", async () => {
    const date = "Tue, 01 Jan 2036 00:00:00 GMT";
    await start((request, response, count) =>
      count === 1 ? json(response, 503, {}, { "retry-after": date, date }) : ok(request, response, count),
    );
    await client.status();
    expect(retried).toMatchObject([{ delay: 0 }]);
  });

  test("does not follow a redirect, so that no credentials leave the host", async () => {
    await start((request, response, count) =>
      count === 1 ? void response.writeHead(302, { location: "/other" }).end() : ok(request, response, count),
    );
    expect(await failure(client.status())).toMatchObject({ status: 302, summary: "redirected" });
    expect(urls()).toEqual(["/status"]);
  });

  test("is recorded if the settings have a recording folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-calls-"));
    try {
      await start((_request, response) => json(response, 409, { message: "not for CI-1" }), { recordingDir: folder });
      await failure(client.get("location", "PAR"));
      const [name = "", ...more] = readdirSync(folder);
      expect(more).toEqual([]);
      expect(JSON.parse(readFileSync(join(folder, name), "utf8"))).toMatchObject({
        path: "/locations/text-1",
        status: 409,
        body: { message: "text-2" },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("names the token endpoint if that refuses", async () => {
    await start((_request, response) => json(response, 401, { code: 42 }));
    expect(await failure(client.status())).toMatchObject({ status: 401, code: 42 });
    expect(urls()).toEqual(["/status"]);
  });
});
