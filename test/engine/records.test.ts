import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { makeProject, root, type Project } from "./helpers/project";

const pack = ["--policy-pack", join(root, "policy")];
let sandbox: Sandbox;
let project: Project;

const program = (body: string): void =>
  project.write(
    "index.ts",
    `import * as pulumi from "@pulumi/pulumi";\nimport * as cmdb from "pulumi-orange-cmdb";\n${body}\n`,
  );

beforeAll(async () => {
  sandbox = await startSandbox();
  project = makeProject();
  // The settings stand in the stack's configuration only, the secret ones as secrets.
  for (const name of Object.keys(sandbox.environment)) project.environment[name] = undefined;
  const value = (name: string): string => sandbox.environment[`ORANGE_CMDB_${name}`] ?? "";
  const plain = { endpoint: sandbox.endpoint, tokenUrl: sandbox.tokenUrl };
  const secret = {
    clientId: value("CLIENT_ID"),
    clientSecret: value("CLIENT_SECRET"),
    apiKey: value("API_KEY"),
  };
  const settings = (flag: string, of: Readonly<Record<string, string>>): string[] =>
    Object.entries(of).flatMap(([key, text]) => [flag, `orange-cmdb:${key}=${text}`]);
  const args = [...settings("--plaintext", plain), ...settings("--secret", secret)];
  expect(await project.pulumi("config", "set-all", ...args)).toEqual({ code: 0, text: "" });
});

afterAll(async () => {
  await sandbox.close();
  project.remove();
});

test("credentials in the stack configuration reach program, provider and pack, and the state has no secret", async () => {
  program(`
    const site = cmdb.getLocationOutput({ id: "LOC-PAR-001" });
    const item = new cmdb.ConfigurationItem("item", { configurationItemId: "CI-RTR-PAR-001", track: ["status", "manufacturer", "keyDates"] });
    const tracked = new cmdb.Location("site", { locationId: site.id });
    const point = new cmdb.ServicePoint("point", { servicePointId: item.configurationItemId.apply(async (id) =>
      (await cmdb.getConfigurationItem({ id })).servicePointId ?? "") });
    export const address = site.address;
    export const trackedAddress = tracked.address;
    export const manufacturer = item.manufacturer;
    export const keyDates = item.attributes.apply((kept) => kept?.["keyDates"]);
    export const name = item.name;
    export const of = point.locationId;`);
  const { code, text } = await project.pulumi("up", "--yes", "--skip-preview", ...pack);
  expect(text).toContain("4 created");
  expect(code).toBe(0);
  const state = (await project.pulumi("stack", "export", "--stack", "test")).text;
  expect(state).not.toMatch(/sandbox-client|sandbox-secret|sandbox-api-key/);
  const outputs = JSON.parse((await project.pulumi("stack", "output", "--json", "--stack", "test")).text) as Record<
    string,
    unknown
  >;
  expect(outputs["address"]).toBe(outputs["trackedAddress"]);
  expect(outputs["of"]).toBe("LOC-PAR-001");
  expect(outputs["manufacturer"]).toBe("Cisco");
  expect(outputs["keyDates"]).toEqual({ installedAt: "2023-09-29", startedAt: "2023-10-06" });
});

test("track limits the comparison to the named fields", async () => {
  sandbox.update("configurationItem", "CI-RTR-PAR-001", { name: "renamed" });
  expect((await project.pulumi("refresh", "--preview-only", "--expect-no-changes")).code).toBe(0);
  sandbox.update("configurationItem", "CI-RTR-PAR-001", { keyDates: { installedAt: "2026-01-31" } });
  const { code, text } = await project.pulumi("refresh", "--preview-only", "--diff", "--expect-no-changes");
  expect(text).toMatch(/installedAt\s*: "2023-09-29" => "2026-01-31"/);
  expect(code).not.toBe(0);
});

test("orange-cmdb drift --stack reads the same stack", async () => {
  const { execFile } = await import("node:child_process");
  const env = {
    ...process.env,
    ...sandbox.environment,
    PULUMI_BACKEND_URL: `file://${join(project.folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_HOME: join(project.folder, "home"),
    ORANGE_CMDB_PULUMI: undefined,
    ORANGE_CMDB_CACHE_DIR: join(project.folder, "mirror-of-drift"),
    NODE_OPTIONS: "",
  };
  const args = [join(root, "tools/run.mjs"), "cli", "drift", "--stack", "test", "--cwd", project.path, "-o", "json"];
  const out = await new Promise<string>((done, fail) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      error ? fail(new Error(stderr)) : done(stdout),
    );
  });
  expect(JSON.parse(out)).toMatchObject({ summary: { referencing: 3, covered: 3, findings: { error: 0 } } });
});

test("another id replaces the resource, and deleting it makes no write request", async () => {
  program(`new cmdb.ConfigurationItem("item", { configurationItemId: "CI-RTR-LYS-001" });`);
  const preview = await project.pulumi("preview", "--diff");
  expect(preview.text).toMatch(/\+-pulumi-nodejs:dynamic\/orange-cmdb:ConfigurationItem: \(replace\)/);
  const before = sandbox.requests.length;
  expect((await project.pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
  const since = sandbox.requests.slice(before);
  expect(since.filter(({ method, path }) => method !== "GET" && !path.includes("token"))).toEqual([]);
});

test("tracking a missing record fails, and names the nearest id", async () => {
  program(`new cmdb.ConfigurationItem("item", { configurationItemId: "CI-RTR-PAR-0O1" });`);
  const { code, text } = await project.pulumi("preview");
  expect(text).toContain('did you mean "CI-RTR-PAR-001"');
  expect(code).not.toBe(0);
});

test("a record that a field names keeps its id, and another record with the value replaces it", async () => {
  program(`
    const item = new cmdb.ConfigurationItem("item", { configurationItemId: "CI-RTR-LYS-001", track: ["ipAddress"] });
    const same = new cmdb.ConfigurationItem("same", { by: "ipAddress", value: item.ipAddress.apply((ip) => ip ?? ""), as: "ip", track: ["status"] });
    export const id = same.configurationItemId;
    export const status = same.status;`);
  const up = await project.pulumi("up", "--yes", ...pack);
  expect(up.text).toContain("3 created");
  expect(up.code).toBe(0);
  const outputs = (await project.pulumi("stack", "output", "--json", "--stack", "test")).text;
  expect(JSON.parse(outputs)).toEqual({ id: "CI-RTR-LYS-001", status: "OPERATIONAL" });
  for (const command of [["refresh", "--yes"], ["preview"]])
    expect((await project.pulumi(...command, "--expect-no-changes")).code).toBe(0);
  const address = "198.51.100.77";
  // Each preview reads the CMDB as it is now.
  project.environment["ORANGE_CMDB_MAX_AGE"] = "0";
  program(`new cmdb.ConfigurationItem("same", { by: "ipAddress", value: "${address}", as: "ip", track: ["status"] });`);
  const missing = await project.pulumi("preview");
  expect(missing.text).toContain(`no configurationItem has ipAddress "${address}"`);
  expect(missing.text).toContain("the stack has configurationItem CI-RTR-LYS-001 so far");
  expect(missing.code).not.toBe(0);
  for (const id of ["CI-RTR-MAD-001", "CI-RTR-FRA-001"])
    sandbox.update("configurationItem", id, { properties: { network: { ipAddress: address } } });
  const several = await project.pulumi("preview");
  expect(several.text).toContain(`2 configurationItems have ipAddress "${address}": CI-RTR-FRA-001, CI-RTR-MAD-001`);
  expect(several.code).not.toBe(0);
  sandbox.remove("configurationItem", "CI-RTR-FRA-001");
  const replaced = await project.pulumi("preview", "--diff");
  expect(replaced.text).toMatch(/\+-pulumi-nodejs:dynamic\/orange-cmdb:ConfigurationItem: \(replace\)/);
  expect(replaced.code).toBe(0);
  project.environment["ORANGE_CMDB_MAX_AGE"] = undefined;
}, 400_000);

test("a data source without a match ends the program with its message and no stack trace", async () => {
  program(`export const address = cmdb.getLocationOutput({ id: "LOC-PAR-0O1" }).address;`);
  const { code, text } = await project.pulumi("preview");
  expect(text).toContain('no location with id "LOC-PAR-0O1" in the inventory; did you mean "LOC-PAR-001"');
  expect(text).not.toMatch(/^\s+at .*\.js:\d+/m);
  expect(code).not.toBe(0);
});

test("a value that is unknown at preview is reported as such, and is checked during the update", async () => {
  project.write(
    "cmdb.rules.yaml",
    JSON.stringify({
      references: [{ types: ["*:Tagged"], kind: "location", id: 'tags."cmdb:location"', required: true }],
    }),
  );
  program(`
    const provider = { create: async (inputs: any) => ({ id: "x", outs: { ...inputs, made: "LOC-NONE" } }) };
    class Maker extends pulumi.dynamic.Resource {
      declare readonly made: pulumi.Output<string>;
      constructor(name: string) { super(provider, name, { made: undefined }, {}, "test", "Maker"); }
    }
    class Tagged extends pulumi.dynamic.Resource {
      constructor(name: string, args: object) { super(provider, name, args, {}, "test", "Tagged"); }
    }
    new Tagged("tagged", { tags: { "cmdb:location": new Maker("maker").made } });`);
  const preview = await project.pulumi("preview", ...pack);
  expect(preview.text).toMatch(/unknown at preview/);
  expect(preview.code).toBe(0);
  const up = await project.pulumi("up", "--yes", "--skip-preview", ...pack);
  expect(up.text).toContain('tagged refers to location "LOC-NONE"');
  expect(up.code).not.toBe(0);
});

test("a state with violations fails the analysis", async () => {
  project.write(
    "cmdb.rules.yaml",
    JSON.stringify({ references: [{ types: ["*:Thing"], kind: "location", id: "site" }] }),
  );
  program(`
    class Thing extends pulumi.dynamic.Resource {
      constructor() { super({ create: async (outs: any) => ({ id: "x", outs }) }, "thing", { site: "LOC-NONE" }, {}, "test", "Thing"); }
    }
    new Thing();`);
  expect((await project.pulumi("up", "--yes", "--skip-preview")).code).toBe(0);
  const state = join(project.folder, "state.json");
  await project.pulumi("stack", "export", "--stack", "test", "--file", state);
  Object.assign(project.environment, sandbox.environment);
  const { code, text } = await project.pulumi("policy", "analyze", "--file", state, ...pack);
  expect(text).toContain('thing refers to location "LOC-NONE"');
  expect(code).not.toBe(0);
});
