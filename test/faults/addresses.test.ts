import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startSandbox } from "../../sandbox";
import { CoreInformationClient } from "../../provider/api/client";
import { json, settingsFor } from "../helpers/server";
import { autoClose, useTestEnvironment } from "../helpers/hooks";
import { startProxy, type Running } from "../helpers/tls";

const scene = useTestEnvironment();
const closed = autoClose();

/** A server on the loopback address of IPv6, which leads to the sandbox. */
async function onSix(): Promise<string> {
  const sandbox = await startSandbox();
  closed(sandbox);
  const origin = new URL(sandbox.endpoint).origin;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { host: _host, connection: _connection, ...headers } = request.headers;
      const body = request.method === "POST" ? Buffer.concat(parts) : null;
      const asked = fetch(origin + request.url, {
        method: request.method ?? "GET",
        headers: headers as Record<string, string>,
        body,
      });
      void asked.then(async (answer) => {
        const counts = ["x-total-count", "x-result-count"].map((name) => [name, answer.headers.get(name) ?? "0"]);
        json(response, answer.status, await answer.json(), Object.fromEntries(counts) as Record<string, string>);
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, "::1", done));
  closed({
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  });
  return `http://[::1]:${(server.address() as AddressInfo).port}`;
}

test("the IPv6 loopback address serves the token and lists by plain HTTP, without a proxy", async () => {
  const origin = await onSix();
  const { code, out, err } = await scene().cli(["list", "locations", "-o", "json"], {
    ORANGE_CMDB_ENDPOINT: origin + new URL(scene().sandbox.endpoint).pathname,
    ORANGE_CMDB_TOKEN_URL: origin + new URL(scene().sandbox.tokenUrl).pathname,
    HTTPS_PROXY: "http://127.0.0.1:9",
    HTTP_PROXY: "http://127.0.0.1:9",
  });
  expect(err).not.toMatch(/^orange-cmdb:/m);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toHaveLength(10);
});

test.each(["http://[::2]/v2", "http://[::ffff:10.0.0.1]/v2", "http://[2001:db8::1]:8080/v2"])(
  "plain HTTP to %s is rejected, because it is not loopback",
  (url) => {
    expect(() => new CoreInformationClient(settingsFor(url))).toThrow(/must be https/);
  },
);

describe("a remote IPv6 address", () => {
  let proxy: Running & { readonly asked: { host: string }[] };
  beforeEach(async () => {
    proxy = await startProxy(9);
    closed(proxy);
  });
  const status = (noProxy: string): Promise<unknown> =>
    scene().cli(["status"], {
      ORANGE_CMDB_ENDPOINT: "https://[2001:db8::1]/v2",
      ORANGE_CMDB_ACCESS_TOKEN: "token",
      ORANGE_CMDB_TIMEOUT: "1",
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      NO_PROXY: noProxy,
    });

  test("is requested through the proxy, in brackets", async () => {
    await status("");
    expect(proxy.asked[0]?.host).toBe("[2001:db8::1]:443");
  });

  test.each(["[2001:db8::1]", "2001:db8::1", "other.test, 2001:DB8:0::1", "[2001:db8::1]:443", "*"])(
    "bypasses the proxy if NO_PROXY is %s",
    async (noProxy) => {
      await status(noProxy);
      expect(proxy.asked).toEqual([]);
    },
  );

  test.each(["[2001:db8::2]", "2001:db8::", "[2001:db8::1]:8443"])(
    "is requested through the proxy if NO_PROXY is %s",
    async (noProxy) => {
      await status(noProxy);
      expect(proxy.asked.length).toBeGreaterThan(0);
    },
  );
});
