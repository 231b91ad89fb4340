import { CoreInformationClient } from "../../provider/api/client";
import { Agents } from "../../provider/api/agents";
import { faultOfProxy, ProxyError, proxyAddress, proxySetting, refusedByProxy } from "../../provider/api/proxy";
import { closedAfterEach } from "../helpers/lifetimes";
import { json, settingsFor, startServer } from "../helpers/server";
import { certificateFor, startOddProxy, startProxy, startTls } from "../helpers/tls";

const host = "cmdb.example.test";
const closed = closedAfterEach();

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

describe("the setting", () => {
  test("is that of the first variable that says something", () => {
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
  ])("%s is an address", (value, address) => {
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
  ])("%s is none, and what it says is not repeated", (value) => {
    expect(words(thrown(() => proxyAddress({ variable: "all_proxy", value })) as ProxyError)).toEqual({
      code: "PROXY_SETTING",
      message: "all_proxy is no address",
      hint: "set all_proxy to http://host:port, the special characters of a password written as %2F for / and so on",
      final: true,
    });
  });

  test.each(["socks5://host:1", "ftp://user:4/w@host", "xhttp://host", "httpsx://host"])(
    "%s cannot be used",
    (value) => {
      expect(words(thrown(() => proxyAddress({ variable: "HTTPS_PROXY", value })) as ProxyError)).toEqual({
        code: "PROXY_SETTING",
        message: "HTTPS_PROXY names a proxy that is neither http nor https",
        hint: "set HTTPS_PROXY to http://host:port: no other proxies can be used",
        final: true,
      });
    },
  );
});

describe("what a proxy says", () => {
  test.each([
    [403, "the proxy refuses the connection (403)", "check HTTPS_PROXY, and what the proxy lets through", true],
    [407, "the proxy refuses the connection (407)", "check the user and the password in HTTPS_PROXY", true],
    [429, "the proxy refuses the connection (429)", "check HTTPS_PROXY, and what the proxy lets through", false],
    [499, "the proxy refuses the connection (499)", "check HTTPS_PROXY, and what the proxy lets through", true],
    [500, "the proxy refuses the connection (500)", "check HTTPS_PROXY, and what the proxy lets through", false],
    [503, "the proxy refuses the connection (503)", "check HTTPS_PROXY, and what the proxy lets through", false],
    [NaN, "the proxy cuts the connection, or is none", "check HTTPS_PROXY", false],
  ])("%d", (status, message, hint, final) => {
    const fault = { code: `PROXY_${status}`, message, hint, final };
    expect(words(refusedByProxy(status))).toEqual(fault);
    // As node-fetch leaves it, too.
    expect(words(faultOfProxy({ code: `PROXY_${status}` }) as ProxyError)).toEqual(fault);
    process.env["all_proxy"] = "http://host";
    expect(refusedByProxy(status).hint).toBe(hint.replace("HTTPS_PROXY", "all_proxy"));
  });

  test("is told from what others say", () => {
    const fault = new ProxyError("PROXY_SETTING", "message", "hint", true);
    expect(faultOfProxy(fault)).toBe(fault);
    expect(fault.name).toBe("ProxyError");
    for (const other of [undefined, null, {}, { code: "ECONNRESET" }, { code: "XPROXY_403" }, { code: "PROXY_403x" }])
      expect(faultOfProxy(other)).toBeUndefined();
    expect(faultOfProxy({ code: "PROXY_" })).toBeUndefined();
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

describe("through a proxy", () => {
  test.each<[string, string, string, number]>([
    ["403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "the proxy refuses the connection (403)", 1],
    ["204", "HTTP/1.1 204 No Content\r\n\r\n", "the proxy refuses the connection (204)", 1],
    ["503", "HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n", "the proxy refuses the connection (503)", 3],
    ["what is no HTTP", "hello\r\n\r\n", "the proxy cuts the connection, or is none", 3],
    ["nothing", "", "the proxy cuts the connection, or is none", 3],
  ])("that answers %s", async (_name, answer, summary, calls) => {
    const proxy = await startOddProxy(answer);
    closed(proxy);
    const client = clientBehind(`http://127.0.0.1:${proxy.port}`);
    expect(await failure(client.status())).toMatchObject({ reason: "network", fault: { summary } });
    expect(proxy.asked).toEqual(Array(calls).fill(`${host}:443`));
    await until(() => proxy.open() === 0);
  });

  test("that is not there: in the words of the system", async () => {
    const proxy = await startOddProxy("");
    await proxy.close();
    const client = clientBehind(`http://127.0.0.1:${proxy.port}`, { retries: 0 });
    const { message } = (await failure(client.status())) as Error;
    expect(message).toContain("refuses connections");
    expect(message).not.toContain("the proxy cuts");
  });

  test("the certificate at the other end is checked, whatever the environment says", async () => {
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

  test("a call that is given up ends its connection to one that says nothing, and the client those of all others", async () => {
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

  test("not where NO_PROXY excepts the host, an address of IPv6 with or without brackets, nor on loopback", async () => {
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

  test("the way is found anew where the setting changes, and kept where it does not", async () => {
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
    await expect(agent()).rejects.toThrow("HTTPS_PROXY is no address");
    agents.close();
  });
});

test("what is kept open ends with the client, through no proxy too", async () => {
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
