import { spawn, spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { createTestEnvironment } from "../helpers/environment";
import { certificateFor } from "../helpers/tls";
import { selfSigned } from "../../provider/terraform/plugin/certificate";
import { hostEnvironment, startProvider } from "./helpers/host";
import { address, plainEnvironment, type BuiltProvider } from "./helpers/provider";
import { makeWorkspace, prepare } from "./helpers/workspace";

let provider: BuiltProvider;

beforeAll(() => {
  provider = prepare();
}, 900_000);
afterAll(() => provider.remove());

const schema = ["tfplugin6.Provider", "GetProviderSchema"] as const;

test("only a client with the certificate of the host can connect", async () => {
  const host = await certificateFor("localhost");
  const started = await startProvider([provider.program], { PLUGIN_CLIENT_CERT: host.cert });
  try {
    expect(started.line.slice(0, 3)).toEqual(["1", "6", "unix"]);
    expect([started.line[4], started.line[5]?.includes("=")]).toEqual(["grpc", false]);
    expect(await started.call(...schema, host)).toHaveProperty("data_source_schemas.orangecmdb_location");
    await expect(started.call(...schema, await certificateFor("localhost"))).rejects.toThrow(/UNAVAILABLE/);
    await expect(started.call(...schema)).rejects.toThrow(/UNAVAILABLE/);
    expect(await started.call(...schema, host)).toHaveProperty("provider.block");
  } finally {
    await started.end();
  }
  expect(existsSync(started.line[3] ?? "")).toBe(false);
});

test("the provider ends on request of the host, and after the host has ended", async () => {
  const host = await certificateFor("localhost");
  const told = await startProvider([provider.program], { PLUGIN_CLIENT_CERT: host.cert });
  const ended = once(told.child, "exit");
  await told.call("plugin.GRPCController", "Shutdown", host);
  expect(await ended).toEqual([0, null]);
  expect(existsSync(told.line[3] ?? "")).toBe(false);

  // A host of its own that is killed: the provider gets no message.
  const script = `const { spawn } = require("node:child_process");
    const child = spawn(process.argv[1], [], { stdio: ["ignore", "inherit", "ignore"], env: process.env });
    console.log(child.pid); setInterval(() => {}, 1000);`;
  const env = { ...plainEnvironment(), ...hostEnvironment };
  const orphaning = spawn(process.execPath, ["-e", script, provider.program], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines: string[] = [];
  const reader = createInterface(orphaning.stdout);
  reader.on("line", (line) => lines.push(line));
  while (lines.length < 2) await once(reader, "line");
  const pid = Number(lines.find((line) => /^\d+$/.test(line)));
  const socket = lines.find((line) => line.startsWith("1|"))?.split("|")[3] ?? "";
  expect([pid > 0, existsSync(socket)]).toEqual([true, true]);
  orphaning.kill("SIGKILL");
  while (existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 50));
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
}, 30_000);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("the provider reports if it is started by hand or by a host with another protocol", () => {
  const env = plainEnvironment();
  const byHand = spawnSync(provider.program, [], { env, encoding: "utf8" });
  expect([byHand.status, byHand.stdout]).toEqual([1, ""]);
  expect(byHand.stderr).toContain("OpenTofu or Terraform starts");
  const other = { ...env, ...hostEnvironment, PLUGIN_PROTOCOL_VERSIONS: "4,5" };
  const old = spawnSync(provider.program, [], { env: other, encoding: "utf8" });
  expect([old.status, old.stderr]).toEqual([1, expect.stringContaining("version 6 of the plugin protocol")]);
});

test("one provider can serve many runs for a debugger, and TLS is optional for a host", async () => {
  const scene = await createTestEnvironment();
  const settings = { ...scene.sandbox.environment, ORANGE_CMDB_CACHE_DIR: scene.cacheDir };
  const env = { ...plainEnvironment(), ...settings };
  const child = spawn(provider.program, ["--debug"], { env, stdio: ["ignore", "pipe", "ignore"] });
  const workspace = makeWorkspace(provider, {});
  try {
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const [, json = ""] = /^TF_REATTACH_PROVIDERS='(.*)'$/.exec(line) ?? [];
    expect(JSON.parse(json)).toHaveProperty([address, "ProtocolVersion"], 6);
    workspace.configure('data "orangecmdb_location" "a" {\n  id = "LOC-PAR-001"\n}\n');
    Object.assign(workspace.environment, { TF_REATTACH_PROVIDERS: json, ORANGE_CMDB_CACHE_DIR: undefined });
    for (let run = 0; run < 2; run += 1) {
      const { code, err } = await workspace.tofu("apply", "-auto-approve");
      expect([code, err]).toEqual([0, ""]);
    }
    expect(child.exitCode).toBeNull();
    delete workspace.environment["TF_REATTACH_PROVIDERS"];
    Object.assign(workspace.environment, settings, { TF_DISABLE_PLUGIN_TLS: "1" });
    const { code, err } = await workspace.tofu("plan");
    expect([code, err]).toEqual([0, ""]);
  } finally {
    child.kill("SIGINT");
    await once(child, "exit");
    workspace.remove();
    await scene.end();
  }
}, 600_000);

test("OpenSSL verifies the certificate for localhost, for its own key and for the current time", () => {
  const { certificate, der, key } = selfSigned();
  const parsed = new X509Certificate(certificate);
  expect([parsed.subject, parsed.checkHost("localhost"), parsed.verify(parsed.publicKey)]).toEqual([
    "CN=localhost",
    "localhost",
    true,
  ]);
  expect(parsed.raw.equals(der)).toBe(true);
  expect(Date.parse(parsed.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(parsed.validTo)).toBeGreaterThan(Date.now());
  expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(selfSigned().der.equals(der)).toBe(false);
});
