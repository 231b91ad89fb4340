import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startSandbox, type Sandbox } from "../../sandbox";
import { addClouds } from "../engine/helpers/clouds";
import { root } from "../engine/helpers/project";
import { addYaml } from "../engine/helpers/yaml";
import { serveFile } from "../inventory/helpers/file-server";
import { createPluginEnvironment, type PluginEnvironment } from "./environment";

let scene: PluginEnvironment;
let other: Sandbox;
const pulumi = (...args: string[]): Promise<{ code: number; text: string }> => scene.project.pulumi(...args);
const secrets = /sandbox-client|sandbox-secret|sandbox-api-key/;
const value = (name: string): string => scene.sandbox.environment[`ORANGE_CMDB_${name}`] ?? "";
const outputs = async (): Promise<Record<string, unknown>> =>
  JSON.parse((await pulumi("stack", "output", "--json", "--stack", "test")).text) as Record<string, unknown>;

const site = { site: { "fn::orange-cmdb:getLocation": { id: "LOC-PAR-001" } } };
const item = (id: string, more: object = {}): object => ({
  type: "orange-cmdb:ConfigurationItem",
  properties: { configurationItemId: id },
  ...more,
});

beforeAll(async () => {
  scene = await createPluginEnvironment();
  other = await startSandbox();
  await addClouds(scene.project, ["aws"]);
  addYaml(scene.project);
}, 600_000);
afterAll(async () => {
  await scene.end();
  await other.close();
});

/** Sets settings of the stack, by how they are kept, in one command. */
async function configure(kinds: Partial<Record<"plaintext" | "secret", Record<string, string>>>): Promise<void> {
  const args = Object.entries(kinds).flatMap(([kind, settings]) =>
    Object.entries(settings).flatMap(([name, text]) => [`--${kind}`, `orange-cmdb:${name}=${text}`]),
  );
  expect(await pulumi("config", "set-all", ...args)).toMatchObject({ code: 0 });
}

/** Takes the sandbox's settings out of the environment, or puts them back. */
function environment(present: boolean): void {
  for (const [name, text] of Object.entries(scene.sandbox.environment))
    scene.project.environment[name] = present ? text : undefined;
}

test("invalid and missing settings are reported by property, all at once, before the first request", async () => {
  scene.program({ variables: site, outputs: { address: "${site.address}" } });
  environment(false);
  await configure({ plaintext: { maxAge: "soon", endpoint: "http://cmdb.example" } });
  const { code, text } = await pulumi("preview");
  expect(text).toContain("property maxAge value {soon} has a problem: maxAge is wrong: is not a whole number");
  expect(text).toContain("endpoint is wrong: must be https (plain http only on loopback)");
  expect(text).toContain("clientId is missing: pulumi config set orange-cmdb:clientId …  or  ORANGE_CMDB_CLIENT_ID=…");
  expect(text).toContain("clientSecret is missing");
  expect(code).not.toBe(0);
  expect(scene.sandbox.requests).toEqual([]);
  await pulumi("config", "rm", "orange-cmdb:maxAge");
});

test("the stack configuration reaches the plugin, and the state has no secret, even if it was set as plain text", async () => {
  const { endpoint, tokenUrl } = scene.sandbox;
  await configure({
    plaintext: { endpoint, tokenUrl, clientId: value("CLIENT_ID"), clientSecret: value("CLIENT_SECRET") },
    secret: { apiKey: value("API_KEY") },
  });
  scene.program({
    variables: site,
    resources: { item: item("CI-RTR-PAR-001") },
    outputs: { address: "${site.address}" },
  });
  const up = await pulumi("up", "--yes", "--skip-preview");
  expect(up.text).toContain("2 created");
  expect(up.text).not.toMatch(secrets);
  const state = (await pulumi("stack", "export", "--stack", "test")).text;
  expect(state).toContain('"clientSecret": {');
  expect(state).toContain('"ciphertext"');
  expect(state).not.toMatch(secrets);
  expect((await pulumi("preview", "--expect-no-changes")).code).toBe(0);
});

test("changed settings do not change tracked records", async () => {
  await pulumi("config", "set", "orange-cmdb:maxAge", "301");
  const { text, code } = await pulumi("up", "--yes", "--skip-preview", "--diff");
  expect(text).toContain("2 unchanged");
  expect(code).toBe(0);
  expect((await pulumi("stack", "export", "--stack", "test")).text).toContain('"maxAge": "301"');
});

test("an explicit provider has an inventory separate from the default one", async () => {
  other.update("location", "LOC-PAR-001", { name: "The other Paris" });
  const settings = {
    endpoint: other.endpoint,
    tokenUrl: other.tokenUrl,
    clientId: value("CLIENT_ID"),
    clientSecret: { "fn::secret": value("CLIENT_SECRET") },
    apiKey: value("API_KEY"),
    maxAge: 100,
  };
  scene.program({
    variables: {
      ...site,
      elsewhere: {
        "fn::invoke": {
          function: "orange-cmdb:getLocation",
          arguments: { id: "LOC-PAR-001" },
          options: { provider: "${second}" },
          return: "name",
        },
      },
    },
    resources: {
      second: { type: "pulumi:providers:orange-cmdb", properties: settings },
      item: item("CI-RTR-PAR-001"),
      otherSite: {
        type: "orange-cmdb:Location",
        properties: { locationId: "LOC-PAR-001" },
        options: { provider: "${second}" },
      },
    },
    outputs: { here: "${site.name}", there: "${elsewhere}", tracked: "${otherSite.name}" },
  });
  const { text, code } = await pulumi("up", "--yes", "--skip-preview");
  expect(text).not.toMatch(secrets);
  expect(code).toBe(0);
  expect(await outputs()).toEqual({ here: "Paris 001", there: "The other Paris", tracked: "The other Paris" });
  expect((await pulumi("stack", "export", "--stack", "test")).text).not.toMatch(secrets);
});

test("values and settings that are unknown at preview are resolved at the update", async () => {
  scene.program({
    resources: {
      gateway: { type: "aws:ec2/customerGateway:CustomerGateway", properties: { ipAddress: "192.0.2.1" } },
      late: {
        type: "pulumi:providers:orange-cmdb",
        properties: {
          endpoint: scene.sandbox.endpoint,
          tokenUrl: scene.sandbox.tokenUrl,
          clientId: value("CLIENT_ID"),
          clientSecret: value("CLIENT_SECRET"),
          apiKey: value("API_KEY"),
          scope: "${gateway.made}",
        },
      },
      item: item("${gateway.made}"),
      byLate: item("CI-RTR-PAR-001", { options: { provider: "${late}" } }),
    },
    variables: {
      later: { "fn::orange-cmdb:getConfigurationItem": { id: "${gateway.made}" } },
    },
    outputs: { status: "${item.status}", name: "${later.name}" },
  });
  const { text, code } = await pulumi("preview", "--diff");
  expect(text).toMatch(/configurationItemId *: .*\[unknown\]/);
  expect(text).toMatch(/status *: .*\[unknown\]/);
  expect(text).not.toMatch(/track *:/);
  expect(text).not.toContain("error");
  expect(code).toBe(0);
  const up = await pulumi("up", "--yes", "--skip-preview");
  expect(up.text).toContain('no configurationItem with id "LOC-NONE" in the inventory');
  expect(up.code).not.toBe(0);
});

test("a secret id stays secret in the properties of a tracked record", async () => {
  scene.program({
    resources: { item: { type: "orange-cmdb:Location", properties: { locationId: { "fn::secret": "LOC-LYS-001" } } } },
  });
  const { text, code } = await pulumi("up", "--yes", "--skip-preview");
  expect(text).not.toContain("LOC-LYS-001");
  expect(code).toBe(0);
  const state = (await pulumi("stack", "export", "--stack", "test")).text;
  expect(state).toMatch(/"locationId": \{\s+"4dabf18193072939515e22adb298388d"/);
  expect(state).not.toMatch(/"locationId": "LOC-LYS-001"/);
});

test("a failed look-up ends the program with our message", async () => {
  scene.program({
    variables: { nowhere: { "fn::orange-cmdb:getLocation": { name: "Pari 001" } } },
    outputs: { a: "${nowhere.id}" },
  });
  const { text, code } = await pulumi("preview");
  expect(text).toContain('no location with name "Pari 001" in the inventory; did you mean "Paris 001"');
  expect(text).not.toMatch(/^\s+at .*\.js:\d+/m);
  expect(code).not.toBe(0);
});

test("an inventory file, also at a URL, needs no credentials, and destroy needs no settings", async () => {
  const file = join(scene.project.folder, "inventory.db");
  const env = { ...process.env, ...scene.sandbox.environment, ORANGE_CMDB_CACHE_DIR: ":memory:", NODE_OPTIONS: "" };
  await promisify(execFile)(process.execPath, [join(root, "dist/cli/main.js"), "sync", "--save", file], { env });
  const settings = ["endpoint", "tokenUrl", "clientId", "clientSecret", "apiKey", "maxAge"];
  await pulumi("config", "rm-all", ...settings.map((name) => `orange-cmdb:${name}`));
  await pulumi("config", "set", "orange-cmdb:inventoryFile", file);
  scene.program({ variables: site, resources: { item: item("CI-RTR-PAR-001") }, outputs: { name: "${site.name}" } });
  const before = scene.sandbox.requests.length;
  const { text, code } = await pulumi("up", "--yes", "--skip-preview");
  expect([code, text]).toEqual([0, expect.stringContaining("deleted")]);
  expect(await outputs()).toEqual({ name: "Paris 001" });
  const server = await serveFile(readFileSync(file));
  try {
    await pulumi("config", "set", "orange-cmdb:inventoryFile", `${server.url}/inventory.db?sig=5ecret-signature`);
    const remote = await pulumi("up", "--yes", "--skip-preview");
    expect([remote.code, remote.text]).toEqual([0, expect.not.stringContaining("5ecret")]);
    expect(await outputs()).toEqual({ name: "Paris 001" });
    expect(server.statuses.filter((status) => status !== 304)).toEqual([200]);
    expect((await pulumi("stack", "export")).text).not.toContain("5ecret");
  } finally {
    await server.close();
  }
  await pulumi("config", "rm", "orange-cmdb:inventoryFile");
  expect((await pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
  expect(scene.sandbox.requests.length).toBe(before);
});
