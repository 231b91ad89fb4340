import { CoreInformationClient } from "../../provider/api/client";
import { Agents } from "../../provider/api/http/agents";
import { proxyErrorOf, ProxyError, proxyAddress, proxySetting, refusedByProxy } from "../../provider/api/http/proxy";
import { autoClose } from "../helpers/hooks";
import { json, settingsFor, startServer } from "../helpers/server";
import { certificateFor, startOddProxy, startProxy, startTls } from "../helpers/tls";

const host = "cmdb.example.test";
const closed = autoClose();

/** The environment without any proxy, and with these variables; what it was comes back. */
let kept: NodeJS.ProcessEnv;
beforeEach(() => {
  kept = process.env;
  process.env = Object.fromEntries(Object.entries(kept).filter(([name]) => !/proxy/i.test(name)));
});
afterEach(() => (process.env = kept));

const words = ({ code, message, hint, final }: ProxyError): object => ({ code, message, hint, final });

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe("the proxy setting", () => {
  test("is the first variable that is not empty", () => {
    expect(proxySetting()).toBeUndefined();
    for (const variable of ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"]) {
      process.env[variable] = `http://${variable}`;
      expect(proxySetting()).toEqual({ variable, value: `http://${variable}` });
    }
    process.env["https_proxy"] = "";
    expect(proxySetting()).toEqual({ variable: "HTTPS_PROXY", value: "http://HTTPS_PROXY" });
  });

  test.each([
    ["http://proxy.example.test:3128", "http://proxy.example.test:3128/"],
    ["https://user:p%40ss@proxy.example.test", "https://user:p%40ss@proxy.example.test/"],
    ["proxy.example.test:3128", "http://proxy.example.test:3128/"],
    ["user:pass@proxy.example.test:3128", "http://user:pass@proxy.example.test:3128/"],
    ["http://[::1]:3128", "http://[::1]:3128/"],
  ])("accepts %s", (value, address) => {
    expect(proxyAddress({ variable: "HTTPS_PROXY", value }).href).toBe(address);
  });

  test.each([
    "http://",
    "http://host:notaport",
    "http://user:p/w@host",
    "http://user:4?w@host",
    "http://user:4#w@host",
    "http://us%zzer:w@host",
    "http://user:w%zz@host",
  ])("rejects %s without showing it", (value) => {
    expect(words(thrown(() => proxyAddress({ variable: "all_proxy", value })) as ProxyError)).toEqual({
      code: "PROXY_SETTING",
      message: "all_proxy is not a URL",
      hint: "set all_proxy to http://host:port, and percent-encode special characters of the password (%2F for /)",
      final: true,
    });
  });

  test.each(["socks5://host:1", "ftp://user:4/w@host", "xhttp://host", "httpsx://host"])(
    "rejects the protocol of %s",
    (value) => {
      expect(words(thrown(() => proxyAddress({ variable: "HTTPS_PROXY", value })) as ProxyError)).toEqual({
        code: "PROXY_SETTING",
        message: "HTTPS_PROXY names a proxy that is neither http nor https",
        hint: "set HTTPS_PROXY to http://host:port: other proxies are not supported",
        final: true,
      });
    },
  );
});

describe("an error of a proxy", () => {
  test.each([
    [403, true],
    [407, true],
    [429, false],
    [499, true],
    [500, false],
    [503, false],
    [NaN, false],
  ])("with status %d is final: %p", (status, final) => {
    const fault = words(refusedByProxy(status));
    expect(fault).toMatchObject({ code: `PROXY_${status}`, final });
    expect(fault).toMatchSnapshot();
    // As node-fetch leaves it, too.
    expect(words(proxyErrorOf({ code: `PROXY_${status}` }) as ProxyError)).toEqual(fault);
    const { hint } = refusedByProxy(status);
    process.env["all_proxy"] = "http://host";
    expect(refusedByProxy(status).hint).toBe(hint.replace("HTTPS_PROXY", "all_proxy"));
  });

  test("is distinguished from other errors", () => {
    const fault = new ProxyError("PROXY_SETTING", "message", "hint", true);
    expect(proxyErrorOf(fault)).toBe(fault);
    expect(fault.name).toBe("ProxyError");
    for (const other of [undefined, null, {}, { code: "ECONNRESET" }, { code: "XPROXY_403" }, { code: "PROXY_403x" }])
      expect(proxyErrorOf(other)).toBeUndefined();
    expect(proxyErrorOf({ code: "PROXY_" })).toBeUndefined();
  });
});

/** A client of a service that is asked for through this proxy. */
function clientBehind(address: string, changes: Parameters<typeof settingsFor>[1] = {}): CoreInformationClient {
  process.env["HTTPS_PROXY"] = address;
  const client = new CoreInformationClient(settingsFor(`https://${host}/v2`, changes), { baseDelay: 1 });
  closed({ close: async () => client.close() });
  return client;
}

const failure = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe("a call through a proxy", () => {
  test.each<[string, string, number]>([
    ["403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 1],
    ["204", "HTTP/1.1 204 No Content\r\n\r\n", 1],
    ["503", "HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n", 3],
    ["bytes that are not HTTP", "hello\r\n\r\n", 3],
    ["nothing", "", 3],
  ])("fails if the proxy responds with %s", async (_name, answer, calls) => {
    const proxy = await startOddProxy(answer);
    closed(proxy);
    const client = clientBehind(`http://127.0.0.1:${proxy.port}`);
    const failed = await failure(client.status());
    expect(failed).toMatchObject({ reason: "network" });
    expect((failed as { details: unknown }).details).toMatchSnapshot();
    expect(proxy.asked).toEqual(Array(calls).fill(`${host}:443`));
    await until(() => proxy.open() === 0);
  });

  test("fails with the system's error if there is no proxy", async () => {
    const proxy = await startOddProxy("");
    await proxy.close();
    const client = clientBehind(`http://127.0.0.1:${proxy.port}`, { retries: 0 });
    const { message } = (await failure(client.status())) as Error;
    expect(message).toContain("connection refused");
    expect(message).not.toContain("the proxy cuts");
  });

  test("verifies the certificate of the server, whatever the environment says", async () => {
    const api = await startTls(await certificateFor(host), (_request, response) => json(response, 200, {}));
    const proxy = await startProxy(api.port);
    closed(proxy);
    closed(api);
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    jest.spyOn(process, "emitWarning").mockReturnValue();
    const client = clientBehind(`http://127.0.0.1:${proxy.port}`);
    expect((await failure(client.status())) as Error).toMatchObject({
      message: expect.stringContaining("NODE_EXTRA_CA_CERTS") as string,
    });
    expect(proxy.asked.map((asked) => asked.host)).toEqual([`${host}:443`]);
    jest.restoreAllMocks();
  });

  test("closes its connection to a silent proxy if it is aborted, and with the client", async () => {
    const proxy = await startOddProxy();
    closed(proxy);
    const client = clientBehind(`http://127.0.0.1:${proxy.port}`, { timeout: 60_000, attemptTimeout: 60_000 });
    const caller = new AbortController();
    const first = failure(client.status({ signal: caller.signal }));
    await until(() => proxy.asked.length === 1 && proxy.open() === 1);
    caller.abort();
    expect(await first).toMatchObject({ reason: "aborted" });
    await until(() => proxy.open() === 0);
    const others = [failure(client.status()), failure(client.status())];
    await until(() => proxy.asked.length === 3);
    client.close();
    for (const other of others) expect(await other).toMatchObject({ reason: "aborted" });
    await until(() => proxy.open() === 0);
  });

  test("bypasses the proxy for hosts and IPv6 addresses of NO_PROXY, and for loopback", async () => {
    process.env["HTTPS_PROXY"] = "http://127.0.0.1:9";
    const agents = new Agents();
    const way = async (url: string): Promise<string> => (await agents.for(new URL(url))).constructor.name;
    expect(await way(`https://${host}/`)).toBe("CheckingProxyAgent");
    expect(await way("https://[2001:db8::1]/")).toBe("CheckingProxyAgent");
    expect(await way("https://localhost/")).toBe("Agent");
    expect(await way("http://127.0.0.1/")).toBe("Agent");
    for (const [names, url] of [
      [host, `https://${host}/`],
      [`other.test, ${host}`, `https://${host}/`],
      ["2001:db8::1", "https://[2001:db8::1]/"],
      ["other.test 2001:DB8:0::1", "https://[2001:db8::1]/"],
      ["[2001:db8::1]", "https://[2001:db8::1]/"],
    ] as const) {
      process.env["NO_PROXY"] = names;
      expect([names, await way(url)]).toEqual([names, "Agent"]);
      expect(await way("https://[2001:db8::2]/")).toBe("CheckingProxyAgent");
    }
    process.env["no_proxy"] = "other.test";
    expect(await way(`https://${host}/`)).toBe("CheckingProxyAgent");
    agents.close();
  });

  test("uses a new agent only if the setting changes", async () => {
    const agents = new Agents();
    const agent = (): unknown => agents.for(new URL(`https://${host}/`));
    const direct = await agent();
    expect(await agent()).toBe(direct);
    process.env["HTTPS_PROXY"] = "http://127.0.0.1:9";
    const first = await agent();
    expect(first).not.toBe(direct);
    expect(await agent()).toBe(first);
    process.env["HTTPS_PROXY"] = "http://127.0.0.1:10";
    expect(await agent()).not.toBe(first);
    process.env["HTTPS_PROXY"] = "http://";
    await expect(agent()).rejects.toThrowErrorMatchingInlineSnapshot(`"HTTPS_PROXY is not a URL"`);
    agents.close();
  });
});

test("connections without a proxy are closed with the client", async () => {
  const server = await startServer((_request, response) => json(response, 200, { status: "OK" }));
  closed(server);
  const client = new CoreInformationClient(settingsFor(server.url));
  await client.status();
  client.close();
  expect(await failure(client.status())).toMatchObject({ reason: "aborted" });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((done) => setTimeout(done, 10));
}
