import type { DoctorReport } from "../../provider/doctor";
import { closedAfterEach, sharedScene } from "../helpers/lifetimes";
import type { Ended } from "../helpers/mirror";
import { startOddProxy } from "../helpers/tls";

const host = "cmdb.example.test";

const scene = sharedScene();
const closed = closedAfterEach();

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
): Promise<Ended & { seconds: number }> {
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

const checksOf = ({ out }: Ended): DoctorReport["checks"] => (JSON.parse(out) as DoctorReport).checks;

const refusals: readonly [string, string][] = [
  ["403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"],
  ["302", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/login\r\n\r\n"],
  ["407", "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 6\r\n\r\ndenied"],
];

test.each(refusals)("doctor behind a proxy that refuses by %s comes to an end, and fails", async (_status, answer) => {
  const ended = await behind((await proxy(answer)).address, ["doctor", "-o", "json"]);
  expect(ended.code).toBe(1);
  const failed = checksOf(ended).filter(({ status }) => status === "failed");
  expect(failed.map(({ name }) => name)).toEqual([`certificate of ${host}`, "token and GET /status"]);
});

test.each(refusals)("a proxy that refuses by %s is said to, at once", async (status, answer) => {
  const { address, asked } = await proxy(answer);
  for (const changes of [{}, { ORANGE_CMDB_ACCESS_TOKEN: "token" }]) {
    asked.splice(0);
    const { code, err } = await behind(address, ["list", "locations"], changes);
    expect(code).toBe(1);
    expect(err).toContain(`the proxy refuses the connection (${status})`);
    expect(err).toMatch(/check (the user and the password in )?HTTPS_PROXY/);
    expect(err).not.toMatch(/clientId|redirect/);
    expect(err.split("\n").filter((line) => line.startsWith("orange-cmdb: "))).toHaveLength(1);
    // The lists side by side, or the token once for all of them.
    expect(asked.length).toBeLessThanOrEqual(4);
  }
});

test.each([
  ["503", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "the proxy refuses the connection (503)"],
  ["nothing", "", "the proxy cuts the connection, or is none"],
  ["what is no HTTP", "hello\r\nthere\r\n\r\n", "the proxy cuts the connection, or is none"],
])("a proxy that answers by %s is asked again, and then said", async (_name, answer, message) => {
  const { address, asked } = await proxy(answer);
  const { code, err } = await behind(address, ["status"], {
    ORANGE_CMDB_TIMEOUT: "6",
    ORANGE_CMDB_ACCESS_TOKEN: "token",
  });
  expect([code, err]).toEqual([1, expect.stringContaining(message) as string]);
  expect(asked.length).toBeGreaterThan(1);
});

test.each([
  ["that says nothing", undefined],
  ["behind which nobody says anything", "HTTP/1.1 200 OK\r\n\r\n"],
])("a proxy %s is not waited for beyond the time of a call", async (_name, answer) => {
  const running = await startOddProxy(answer, true);
  closed(running);
  const address = `http://127.0.0.1:${running.port}`;
  for (const args of [["list", "locations"], ["doctor"]]) {
    const { code, out, err, seconds } = await behind(address, args);
    expect([code, out + err]).toEqual([
      1,
      expect.stringMatching(/not done within 2 s|the host does not answer/) as string,
    ]);
    expect(seconds).toBeLessThan(8);
  }
});

test.each([
  ["a port that is none", "http://user:p4ssw0rd@127.0.0.1:notaport", "is no address"],
  ["a slash in its password", "http://user:p4ss/w0rd@127.0.0.1:9", "is no address"],
  ["a slash after digits in it", "http://user:4/p4ssw0rd@127.0.0.1:9", "is no address"],
  ["a percent sign that begins nothing", "http://user:p4ssw0rd%zz@127.0.0.1:9", "is no address"],
  ["nothing but a scheme", "http://", "is no address"],
  ["another scheme", "socks5://user:p4ssw0rd@127.0.0.1:9", "names a proxy that is neither http nor https"],
])(
  "a proxy that is set with %s: one line that names the variable, and not its value",
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

test("doctor warns of a proxy that cannot be used, where it is not needed", async () => {
  const { code, out } = await scene().cli(["doctor", "-o", "json"], {
    HTTPS_PROXY: "socks5://127.0.0.1:9",
    https_proxy: "",
  });
  expect(code).toBe(0);
  const { checks } = JSON.parse(out) as DoctorReport;
  expect(checks.find(({ name }) => name === "proxy")).toMatchObject({
    status: "warning",
    detail: "HTTPS_PROXY names a proxy that is neither http nor https",
  });
});

test("a proxy that is set without a scheme is one of http", async () => {
  const { address, asked } = await proxy(refusals[0]?.[1]);
  const { err } = await behind(address.replace("http://", ""), ["status"], { ORANGE_CMDB_ACCESS_TOKEN: "token" });
  expect(err).toContain("the proxy refuses the connection (403)");
  expect(asked).toEqual([`${host}:443`]);
});
