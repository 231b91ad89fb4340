import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { status } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { openInventory } from "../../provider/inventory/open";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../sandbox";
import { answerOf, startPlugin, struct, type RunningPlugin } from "./client";
import { root } from "../engine/helpers/project";
import { pluginProgram } from "./environment";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
let sandbox: Sandbox;
let plugin: RunningPlugin;
let cacheDir: string;

async function begin(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox(options);
  cacheDir = mkdtempSync(join(tmpdir(), "orange-cmdb-plugin-"));
  plugin = await startPlugin({ ...sandbox.environment, ORANGE_CMDB_CACHE_DIR: cacheDir });
  const configured = await answerOf<pb.ConfigureResponse>((done) =>
    plugin.client.configure(new pb.ConfigureRequest().setArgs(struct({})), done),
  );
  expect(configured.getSupportspreview()).toBe(true);
}
afterEach(async () => {
  plugin.end();
  await sandbox.close();
  rmSync(cacheDir, { recursive: true, force: true });
});

const invoke = async (name: string, args: object): Promise<unknown> => {
  const request = new pb.InvokeRequest().setTok(`orange-cmdb:index:${name}`).setArgs(struct(args));
  return (await answerOf<pb.InvokeResponse>((done) => plugin.client.invoke(request, done))).getReturn()?.toJavaScript();
};

test("all functions use the same mirror", async () => {
  await begin();
  expect(await invoke("getServicePoint", { name: "Paris 001 VPN" })).toMatchObject({ id: "SP-PAR-001" });
  const counts = { getLocations: 10, getServicePoints: 10, getConfigurationItems: 60, getAccounts: 1 };
  for (const [name, count] of Object.entries(counts))
    expect([name, ((await invoke(name, {})) as { ids: string[] }).ids.length]).toEqual([name, count]);
  expect(await invoke("getStatus", {})).toMatchObject({ answer: { status: "ok" } });
  expect(await invoke("getVersion", {})).toMatchObject({ answer: { version: { major: "2" } } });
});

test("a call that fails is a gRPC error with our message", async () => {
  await begin();
  await expect(invoke("getLocation", { id: "LOC-PAR-0O1" })).rejects.toMatchObject({
    code: status.NOT_FOUND,
    details: expect.stringContaining('did you mean "LOC-PAR-001"') as string,
  });
  await expect(invoke("getLocations", { where: "][" })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  await expect(invoke("getLocation", { di: "LOC-PAR-001" })).rejects.toMatchObject({
    details: expect.stringContaining("takes no argument di") as string,
  });
  await expect(
    invoke("getLocations", { filters: [{ name: "country", values: ["Frence"] }], atLeast: 1 }),
  ).rejects.toMatchObject({
    code: status.NOT_FOUND,
    details: expect.stringMatching(
      /^at least 1 location is required, .* no location has country "Frence"; values are FR, /,
    ) as string,
  });
  await expect(invoke("getAccount", { filters: [] })).rejects.toMatchObject({
    details: expect.stringContaining("no account is selected") as string,
  });
  for (const name of ["constructor", "toString", "getNothing"])
    await expect(invoke(name, {})).rejects.toMatchObject({
      details: expect.stringContaining("unknown function") as string,
    });
  const construct = answerOf((done) => plugin.client.construct(new pb.ConstructRequest(), done));
  await expect(construct).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
});

test("unknown arguments give an unknown result at preview", async () => {
  await begin();
  expect(await invoke("getLocations", { name: unknown })).toEqual({
    ids: unknown,
    records: unknown,
    inventoryTime: unknown,
  });
  expect(sandbox.requests).toEqual([]);
});

test("a record cannot be mistaken for a file of this machine or an unknown value", async () => {
  await begin();
  const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", path: "/etc/passwd" };
  sandbox.update("location", "LOC-PAR-001", { photo: [asset] });
  sandbox.update("location", "LOC-LYS-001", { note: unknown });
  await expect(invoke("getLocation", { id: "LOC-PAR-001" })).rejects.toMatchObject({
    details: expect.stringContaining("location LOC-PAR-001 has an object with Pulumi's reserved key") as string,
  });
  await expect(invoke("getLocation", { id: "LOC-LYS-001" })).rejects.toMatchObject({
    details: expect.stringContaining("an unknown value") as string,
  });
});

test("a cancel ends calls in progress, and not those of the next operation", async () => {
  await begin({ delay: 3_000 });
  const waiting = invoke("getLocation", { id: "LOC-PAR-001" });
  const ended = expect(waiting).rejects.toMatchObject({
    code: status.CANCELLED,
    details: expect.stringContaining("cancelled") as string,
  });
  await new Promise((done) => setTimeout(done, 300));
  await answerOf((done) => plugin.client.cancel(new Empty(), done));
  await ended;
  await answerOf((done) => plugin.client.handshake(new pb.ProviderHandshakeRequest(), done));
  await answerOf((done) => plugin.client.configure(new pb.ConfigureRequest().setArgs(struct({})), done));
  expect(await invoke("getLocation", { id: "LOC-PAR-001" })).toMatchObject({ id: "LOC-PAR-001" });
});

test("secrets are returned as secrets, even if they were passed as plain texts", async () => {
  await begin();
  const mark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  const news = {
    clientId: "plain",
    clientSecret: { ...mark, value: "wrapped" },
    maxAge: "100",
    scope: unknown,
    tokenUrl: { ...mark, value: sandbox.tokenUrl },
  };
  const request = new pb.CheckRequest().setNews(struct(news));
  const response = await answerOf<pb.CheckResponse>((done) => plugin.client.checkConfig(request, done));
  expect(response.getFailuresList()).toEqual([]);
  expect(response.getInputs()?.toJavaScript()).toEqual({
    clientId: { ...mark, value: "plain" },
    clientSecret: { ...mark, value: "wrapped" },
    maxAge: "100",
    scope: unknown,
    tokenUrl: { ...mark, value: sandbox.tokenUrl },
  });
});

test("a program, a policy pack and the plugin with the same settings share one mirror", async () => {
  await begin();
  await invoke("getLocations", {});
  const before = sandbox.requests.length;
  const variable = (name: string): string | undefined => sandbox.environment[`ORANGE_CMDB_${name}`];
  const args = {
    endpoint: sandbox.endpoint,
    tokenUrl: sandbox.tokenUrl,
    clientId: variable("CLIENT_ID"),
    clientSecret: variable("CLIENT_SECRET"),
    apiKey: variable("API_KEY"),
    cacheDir,
  };
  const mirror = await openInventory({ args, config: () => undefined, kinds: ["location"] });
  expect(mirror.list("location")).toHaveLength(10);
  mirror.close();
  expect(sandbox.requests.length).toBe(before);
});

test("an unavailable API is an error of every call, and no partial inventory is used", async () => {
  await begin();
  await sandbox.close();
  plugin.end();
  plugin = await startPlugin({ ...sandbox.environment, ORANGE_CMDB_CACHE_DIR: cacheDir, ORANGE_CMDB_TIMEOUT: "1" });
  for (const name of ["getLocations", "getStatus"])
    await expect(invoke(name, {})).rejects.toMatchObject({ details: expect.stringContaining("127.0.0.1") as string });
});

test("a record is not gone if the inventory is older than the refresh", async () => {
  await begin();
  const reading = async (id: string): Promise<string> => {
    const urn = `urn:pulumi:dev::net::orange-cmdb:index:Location::${id}`;
    const properties = struct({ locationId: id });
    const request = new pb.ReadRequest().setId(id).setUrn(urn).setProperties(properties).setInputs(properties);
    return (await answerOf<pb.ReadResponse>((done) => plugin.client.read(request, done))).getId();
  };
  sandbox.remove("location", "LOC-PAR-001");
  expect([await reading("LOC-LYS-001"), await reading("LOC-PAR-001")]).toEqual(["LOC-LYS-001", ""]);
  // As a file that was carried here: it is older than any process that reads it.
  const file = join(cacheDir, "carried.db");
  const environment = { ...process.env, ...sandbox.environment, ORANGE_CMDB_CACHE_DIR: cacheDir, NODE_OPTIONS: "" };
  const command = [join(root, "dist/cli/bin.js"), "sync", "--save", file];
  await promisify(execFile)(process.execPath, command, { env: environment });
  plugin.end();
  plugin = await startPlugin({ ORANGE_CMDB_INVENTORY_FILE: file });
  await answerOf((done) => plugin.client.configure(new pb.ConfigureRequest().setArgs(struct({})), done));
  expect(await reading("LOC-LYS-001")).toBe("LOC-LYS-001");
  await expect(reading("LOC-PAR-001")).rejects.toMatchObject({
    code: status.FAILED_PRECONDITION,
    details: expect.stringMatching(
      /whether it was deleted is unknown, because the inventory of .* was fetched before this run/,
    ) as string,
  });
});

test("a tracked record that a field names has the id of its record, which is unknown with the value", async () => {
  await begin();
  const urn = "urn:pulumi:dev::net::orange-cmdb:index:ConfigurationItem::router";
  const checked = async (news: Readonly<Record<string, unknown>>): Promise<[unknown, unknown]> => {
    const request = new pb.CheckRequest().setUrn(urn).setNews(struct(news));
    const response = await answerOf<pb.CheckResponse>((done) => plugin.client.check(request, done));
    const failures = response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
    return [response.getInputs()?.toJavaScript(), failures];
  };
  const key = { by: "ipAddress", value: "10.0.0.1", as: "ip", track: ["status"] };
  const found = { ...key, configurationItemId: "CI-RTR-PAR-001", status: "OPERATIONAL" };
  expect(await checked(key)).toEqual([found, []]);
  expect(await checked({ ...key, value: "10.0.0.99" })).toEqual([
    expect.anything(),
    [expect.stringMatching(/^value: no configurationItem has ipAddress "10\.0\.0\.99"; did you mean /)],
  ]);
  const open = { ...key, value: unknown };
  expect(await checked(open)).toEqual([{ ...open, configurationItemId: unknown }, []]);
  const differing = async (news: object): Promise<[string[], string[]]> => {
    const request = new pb.DiffRequest().setUrn(urn).setOlds(struct(found)).setNews(struct(news));
    const response = await answerOf<pb.DiffResponse>((done) => plugin.client.diff(request, done));
    return [response.getDiffsList().sort(), response.getReplacesList()];
  };
  expect(await differing(found)).toEqual([[], []]);
  expect(await differing({ ...open, configurationItemId: unknown })).toEqual([
    ["configurationItemId", "value"],
    ["configurationItemId"],
  ]);
  expect(await differing({ ...found, value: "::ffff:10.0.0.1" })).toEqual([["value"], []]);
});

test("a plugin ends after its engine was killed", async () => {
  await begin();
  const script = `
    const child = require("node:child_process").spawn(process.argv[1], [], { stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.once("data", () => console.log(child.pid));
    setInterval(() => {}, 1000);`;
  const engine = spawn(process.execPath, ["-e", script, pluginProgram], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(engine.stdout, "data")) as [Buffer];
  const pid = Number(String(line));
  expect(process.kill(pid, 0)).toBe(true);
  engine.kill("SIGKILL");
  const isThere = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  for (let tries = 0; tries < 100 && isThere(); tries += 1) await new Promise((done) => setTimeout(done, 300));
  expect(isThere()).toBe(false);
});
