import type { DoctorReport } from "../../provider/doctor";
import { autoClose, useTestEnvironment } from "../helpers/hooks";
import type { CommandResult } from "../helpers/environment";
import { startOddProxy } from "../helpers/tls";

const host = "cmdb.example.test";

const scene = useTestEnvironment();
const closed = autoClose();

/** A proxy that answers each CONNECT by these bytes, or by nothing. */
async function proxy(answer?: string): Promise<{ address: string; asked: string[] }> {
  const running = await startOddProxy(answer);
  closed(running);
  return { address: `http://127.0.0.1:${running.port}`, asked: running.asked };
}

/** Runs the command with a service that is behind a proxy. */
async function behind(
  address: string,
  args: readonly string[],
  changes: Record<string, string> = {},
): Promise<CommandResult & { seconds: number }> {
  const began = Date.now();
  const ended = await scene().cli(args, {
    ORANGE_CMDB_ENDPOINT: `https://${host}/v2`,
    ORANGE_CMDB_TOKEN_URL: `https://${host}/token`,
    ORANGE_CMDB_CACHE_DIR: ":memory:",
    ORANGE_CMDB_TIMEOUT: "2",
    HTTPS_PROXY: address,
    https_proxy: "",
    NO_PROXY: "",
    no_proxy: "",
    ...changes,
  });
  return { ...ended, seconds: (Date.now() - began) / 1000 };
}

const checksOf = ({ out }: CommandResult): DoctorReport["checks"] => (JSON.parse(out) as DoctorReport).checks;

const refusals: readonly [string, string][] = [
  ["403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"],
  ["302", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/login\r\n\r\n"],
  ["407", "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 6\r\n\r\ndenied"],
];

test.each(refusals)("doctor ends and fails behind a proxy that refuses with %s", async (_status, answer) => {
  const ended = await behind((await proxy(answer)).address, ["doctor", "-o", "json"]);
  expect(ended.code).toBe(1);
  const failed = checksOf(ended).filter(({ status }) => status === "failed");
  expect(failed.map(({ name }) => name)).toEqual([`certificate of ${host}`, "token and GET /status"]);
});

test.each(refusals)("a proxy that refuses with %s is reported at once", async (status, answer) => {
  const { address, asked } = await proxy(answer);
  for (const changes of [{}, { ORANGE_CMDB_ACCESS_TOKEN: "token" }]) {
    asked.splice(0);
    const { code, err } = await behind(address, ["list", "locations"], changes);
    expect(code).toBe(1);
    expect(err).toContain(`the proxy rejected the connection (${status})`);
    expect(err).toMatch(/check (the user and the password in )?HTTPS_PROXY/);
    expect(err).not.toMatch(/clientId|redirect/);
    expect(err.split("\n").filter((line) => line.startsWith("orange-cmdb: "))).toHaveLength(1);
    // The lists side by side, or the token once for all of them.
    expect(asked.length).toBeLessThanOrEqual(4);
  }
});

test.each([
  ["503", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "the proxy rejected the connection (503)"],
  ["nothing", "", "the proxy closed the connection, or the address is not an HTTP proxy"],
  [
    "text that is not HTTP",
    "hello\r\nthere\r\n\r\n",
    "the proxy closed the connection, or the address is not an HTTP proxy",
  ],
])("a proxy that responds with %s is retried, and then reported", async (_name, answer, message) => {
  const { address, asked } = await proxy(answer);
  const { code, err } = await behind(address, ["status"], {
    ORANGE_CMDB_TIMEOUT: "6",
    ORANGE_CMDB_ACCESS_TOKEN: "token",
  });
  expect([code, err]).toEqual([1, expect.stringContaining(message) as string]);
  expect(asked.length).toBeGreaterThan(1);
});

test.each([
  ["that does not respond", undefined],
  ["whose tunnel does not respond", "HTTP/1.1 200 OK\r\n\r\n"],
])("a proxy %s is waited for no longer than the timeout of the call", async (_name, answer) => {
  const running = await startOddProxy(answer, true);
  closed(running);
  const address = `http://127.0.0.1:${running.port}`;
  for (const args of [["list", "locations"], ["doctor"]]) {
    const { code, out, err, seconds } = await behind(address, args);
    expect([code, out + err]).toEqual([
      1,
      expect.stringMatching(/not complete within 2 s|connection timed out/) as string,
    ]);
    expect(seconds).toBeLessThan(8);
  }
});

test.each([
  ["an invalid port", "http://user:p4ssw0rd@127.0.0.1:notaport", "is not a URL"],
  ["a slash in its password", "http://user:p4ss/w0rd@127.0.0.1:9", "is not a URL"],
  ["a slash after digits in its password", "http://user:4/p4ssw0rd@127.0.0.1:9", "is not a URL"],
  ["an invalid percent escape", "http://user:p4ssw0rd%zz@127.0.0.1:9", "is not a URL"],
  ["a scheme only", "http://", "is not a URL"],
  ["another scheme", "socks5://user:p4ssw0rd@127.0.0.1:9", "names a proxy that is neither http nor https"],
])(
  "a proxy setting with %s is reported in one line that names the variable and not its value",
  async (_name, value, message) => {
    for (const [variable, args] of [
      ["HTTPS_PROXY", ["list", "locations"]],
      ["ALL_PROXY", ["status", "--verbose"]],
      ["HTTPS_PROXY", ["doctor", "-o", "json"]],
    ] as const) {
      const { code, out, err, seconds } = await behind("", args, { [variable]: value, ORANGE_CMDB_TIMEOUT: "30" });
      expect([code, out + err]).toEqual([1, expect.stringContaining(`${variable} ${message}`) as string]);
      expect(out + err).not.toMatch(/p4ss|w0rd|notaport/);
      // Not tried again.
      expect(seconds).toBeLessThan(8);
      if (args[0] !== "doctor") expect(err.split("\n").filter((line) => /^orange-cmdb: /.test(line))).toHaveLength(1);
      else
        expect(checksOf({ code, out, err })).toContainEqual({
          area: "service",
          name: `certificate of ${host}`,
          status: "failed",
          detail: expect.stringContaining(message) as string,
          next: expect.stringContaining("set HTTPS_PROXY to http://host:port") as string,
        });
    }
  },
);

test("doctor warns of an invalid proxy setting if no proxy is needed", async () => {
  const { code, out } = await scene().cli(["doctor", "-o", "json"], {
    HTTPS_PROXY: "socks5://127.0.0.1:9",
    https_proxy: "",
  });
  expect(code).toBe(0);
  const { checks } = JSON.parse(out) as DoctorReport;
  expect(checks.find(({ name }) => name === "proxy")).toMatchInlineSnapshot(`
   {
     "area": "environment",
     "detail": "HTTPS_PROXY names a proxy that is neither http nor https",
     "name": "proxy",
     "next": "set HTTPS_PROXY to http://host:port: other proxies are not supported",
     "status": "warning",
   }
  `);
});

test("a proxy setting without a scheme means http", async () => {
  const { address, asked } = await proxy(refusals[0]?.[1]);
  const { err } = await behind(address.replace("http://", ""), ["status"], { ORANGE_CMDB_ACCESS_TOKEN: "token" });
  expect(err).toContain("the proxy rejected the connection (403)");
  expect(asked).toEqual([`${host}:443`]);
});
