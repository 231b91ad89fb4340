import type { DoctorReport } from "../../provider/doctor";
import { makeScene, type Ended, type Scene } from "../helpers/mirror";
import { startOddProxy } from "../helpers/tls";

const host = "cmdb.example.test";

let scene: Scene;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  scene = await makeScene();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => scene.end());

/** A proxy that answers each CONNECT by these bytes, or by nothing. */
async function proxy(answer?: string): Promise<{ address: string; asked: string[] }> {
  const running = await startOddProxy(answer);
  closing.push(() => running.close());
  return { address: `http://127.0.0.1:${running.port}`, asked: running.asked };
}

/** Runs the command with a service that is behind a proxy. */
async function behind(
  address: string,
  args: readonly string[],
  changes: Record<string, string> = {},
): Promise<Ended & { seconds: number }> {
  const began = Date.now();
  const ended = await scene.cli(args, {
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
