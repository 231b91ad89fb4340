import { recorderFor } from "../../provider/api/recording/recorder";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agents } from "../../provider/api/http/agents";
import { Transport } from "../../provider/api/http/transport";
import { json, settingsFor } from "../helpers/server";

import { client, failure, ok, server, start, urls } from "./helpers/client";

describe("a response that echoes a secret", () => {
  test("loses the header that has the secret, and no other", async () => {
    await start((_request, response) =>
      json(response, 200, {}, { etag: '"secret-token"', "x-total-count": "1", "x-echo": "key=secret-key" }),
    );
    const transport = new Transport(settingsFor(server.url));
    const { headers } = await transport.get(["locations"]);
    expect([headers.get("etag"), headers.get("x-echo"), headers.get("x-total-count")]).toEqual([null, null, "1"]);
    expect(transport.redact("with secret-token")).toBe("with [secret]");
    transport.close();
  });

  test.each([
    ["escaped as HTML", (key: string) => key.replace(/["&<]/g, (mark) => `&#${mark.charCodeAt(0)};`)],
    [
      "escaped by names",
      (key: string) => key.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;"),
    ],
    ["as the JSON of the headers", (key: string) => JSON.stringify({ key })],
    ["in the address of its log", (key: string) => `?key=${encodeURIComponent(key)}`],
    ["in base64", (key: string) => Buffer.from(key).toString("base64")],
  ])("hides it in the page of a gateway, %s", async (_how, write) => {
    const apiKey = 'p&ss<w"rd';
    await start(
      ({ headers }, response) => {
        response.writeHead(403, { "content-type": "text/html" });
        response.end(`<p>Refused: ${write(String(headers["x-api-key"]))}`);
      },
      { apiKey },
    );
    expect((await failure(client.status())).detail).toMatch(/^<p>Refused: .*\[secret\]/);
  });

  test("keeps all headers if none has the secret", async () => {
    await start((_request, response) => json(response, 200, {}, { etag: '"sec', "x-echo": 'ret-token"' }));
    const transport = new Transport(settingsFor(server.url));
    const { headers } = await transport.get(["locations"]);
    expect([headers.get("etag"), headers.get("x-echo")]).toEqual(['"sec', 'ret-token"']);
    transport.close();
  });
});

test("checkRecord repeats the error of an exchange that could not be recorded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-calls-"));
  try {
    await start(ok);
    new Transport(settingsFor(server.url)).checkRecord();
    const transport = new Transport(settingsFor(server.url), { recorder: recorderFor(join(folder, "record")) });
    await transport.get(["status"]);
    transport.checkRecord();
    rmSync(folder, { recursive: true });
    await expect(transport.get(["status"])).rejects.toThrowErrorMatchingInlineSnapshot(`
     "the folder <tmp>/record of --record-http was deleted meanwhile; use an empty or a new folder
     Cause: ENOENT: no such file or directory, scandir '<tmp>/record'"
    `);
    expect(() => transport.checkRecord()).toThrowErrorMatchingInlineSnapshot(`
     "the folder <tmp>/record of --record-http was deleted meanwhile; use an empty or a new folder
     Cause: ENOENT: no such file or directory, scandir '<tmp>/record'"
    `);
    transport.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("a call", () => {
  test("requests its path below the endpoint, with the headers of the API", async () => {
    await start(ok, {}, "/b2b/v2//");
    await client.status();
    await client.version();
    await client.doc();
    await client.get("servicePoint", "a/b ?&ü");
    expect(urls()).toEqual([
      "/b2b/v2/status",
      "/b2b/v2/version",
      "/b2b/v2/doc",
      "/b2b/v2/servicePoints/a%2Fb%20%3F%26%C3%BC",
    ]);
    for (const { method, headers } of server.requests) {
      expect(method).toBe("GET");
      expect(headers).toMatchObject({
        accept: "application/json",
        authorization: "Bearer secret-token",
        "x-api-key": "secret-key",
      });
      expect(headers).not.toHaveProperty("if-none-match");
    }
  });

  test("sends no API key if none is set, and an ETag if there is one", async () => {
    await start(ok);
    const transport = new Transport(settingsFor(server.url, { apiKey: undefined }));
    const { status, body, headers } = await transport.get(["x"], { query: { a: "1 2", b: "&" }, ifNoneMatch: '"t"' });
    transport.close();
    expect([status, Buffer.from(body).toString(), headers.get("content-type")]).toEqual([
      200,
      '{"status":"OK"}',
      "application/json",
    ]);
    expect(urls()).toEqual(["/x?a=1+2&b=%26"]);
    expect(server.requests[0]?.headers).toHaveProperty("if-none-match", '"t"');
    expect(server.requests[0]?.headers).not.toHaveProperty("x-api-key");
  });

  test("accepts 304 only after it sent an ETag", async () => {
    await start((_request, response) => response.writeHead(304).end());
    const transport = new Transport(settingsFor(server.url));
    expect(await transport.get(["x"], { ifNoneMatch: '"t"' })).toMatchObject({ status: 304 });
    expect(await failure(transport.get(["x"]))).toMatchInlineSnapshot(`
     {
       "code": undefined,
       "description": undefined,
       "detail": "(empty)",
       "hint": "check whether a proxy caches responses of the API",
       "method": "GET",
       "reason": "http",
       "requestId": undefined,
       "status": 304,
       "summary": "304 response to a request without If-None-Match",
       "url": "http://127.0.0.1:<port>/x",
     }
    `);
    transport.close();
  });

  test("returns a record, or undefined for 404, and rejects any other error", async () => {
    await start((_request, response, count) => {
      if (count === 1) json(response, 200, { id: "A" });
      else json(response, count === 2 ? 404 : 409, {});
    });
    expect(await client.get("location", "A")).toEqual({ id: "A" });
    expect(await client.get("location", "A")).toBeUndefined();
    expect(await failure(client.get("location", "A"))).toMatchObject({ status: 409 });
    expect(urls()).toEqual(Array(3).fill("/locations/A"));
    // A token endpoint that is not there says nothing of the record.
    client.close();
    await server.close();
    const ready = { accessToken: undefined, clientId: "a", clientSecret: "b" };
    await start((_request, response) => json(response, 404, {}), ready);
    expect(await failure(client.get("location", "A"))).toMatchObject({ reason: "token", status: 404 });
  });

  test("lists each kind at its path", async () => {
    await start((_request, response) =>
      json(response, 200, [{ id: "A" }], { "x-total-count": "1", "x-result-count": "1" }),
    );
    for (const list of [client.locations(), client.servicePoints(), client.configurationItems(), client.accounts()])
      expect(await list).toEqual([{ id: "A" }]);
    const paths = urls().map((url) => url?.split("?")[0]);
    expect(paths.sort()).toEqual(["/accounts", "/configurationItems", "/locations", "/servicePoints"]);
  });
});

describe("connections", () => {
  const names = ["https_proxy", "all_proxy", "no_proxy"];
  const every = names.flatMap((name) => [name, name.toUpperCase()]);
  const kept = Object.fromEntries(every.map((name) => [name, process.env[name]]));
  const agents = new Agents();
  beforeEach(async () => {
    await start(ok);
    for (const name of every) delete process.env[name];
  });
  afterEach(() => {
    for (const name of every) delete process.env[name];
    for (const [name, value] of Object.entries(kept)) if (value !== undefined) process.env[name] = value;
  });
  const agentOf = async (url: string): Promise<HttpAgent> => await agents.for(new URL(url));

  test("are kept open, and certificates are always verified", async () => {
    const plain = await agentOf("http://127.0.0.1:1");
    expect(plain).toBeInstanceOf(HttpAgent);
    expect(plain).toMatchObject({ keepAlive: true });
    const secure = await agentOf("https://api.example.com");
    expect(secure).toBeInstanceOf(HttpsAgent);
    expect(secure).toMatchObject({ options: { keepAlive: true, rejectUnauthorized: true } });
    expect(await agentOf("https://other.example.com")).toBe(secure);
    expect(await agentOf("http://localhost")).toBe(plain);
  });

  test.each(every.filter((name) => !/^no_/i.test(name)))(
    "use the proxy of %s, except to loopback and hosts of NO_PROXY",
    async (name) => {
      process.env[name] = "http://proxy.example.com:3128";
      const proxied = await agentOf("https://api.example.com");
      expect(proxied).toMatchObject({ keepAlive: true, connectOpts: { rejectUnauthorized: true } });
      expect(String((proxied as unknown as { proxy: URL }).proxy)).toBe("http://proxy.example.com:3128/");
      expect(await agentOf("https://other.example.com")).toBe(proxied);
      for (const url of ["https://127.0.0.1", "http://127.0.0.1"])
        expect(await agentOf(url)).not.toHaveProperty("proxy");
      process.env["no_proxy"] = "api.example.com";
      expect(await agentOf("https://api.example.com")).not.toHaveProperty("proxy");
    },
  );

  test.each(["no_proxy", "NO_PROXY"])(
    "bypass the proxy to IPv6 addresses that %s has without brackets",
    async (name) => {
      process.env["https_proxy"] = "http://proxy.example.com:3128";
      const direct = await agentOf("https://127.0.0.1");
      const proxied = await agentOf("https://[2001:db8::1]");
      expect(proxied).toHaveProperty("proxy");
      for (const names of ["2001:db8::1", "2001:DB8:0::1", "a.example.com, 2001:db8::1 b.example.com"]) {
        process.env[name] = names;
        expect(await agentOf("https://[2001:db8::1]")).toBe(direct);
        for (const other of ["https://[2001:db8::2]", "https://c.example.com"])
          expect(await agentOf(other)).toBe(proxied);
      }
    },
  );

  test("to loopback use the protocol of the address", async () => {
    process.env["https_proxy"] = "http://proxy.example.com:3128";
    expect(await agentOf("https://127.0.0.1")).toBeInstanceOf(HttpsAgent);
    // Where plain http goes is decided elsewhere; through a proxy it never goes.
    expect(await agentOf("http://api.example.com")).toBe(await agentOf("http://127.0.0.1"));
    process.env["no_proxy"] = "api.example.com";
    expect(await agentOf("https://api.example.com")).toBe(await agentOf("https://localhost"));
  });

  test("are closed with the client", async () => {
    await client.status();
    const socket = server.requests[0]?.socket;
    const ended = new Promise((resolve) => socket?.once("close", resolve));
    client.close();
    await ended;
    const mine = new Agents();
    const destroyed = jest.spyOn(HttpsAgent.prototype, "destroy");
    await mine.for(new URL("https://api.example.com"));
    mine.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(destroyed).toHaveBeenCalled();
  });
});
