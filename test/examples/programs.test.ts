import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { addClouds } from "../engine/helpers/clouds";
import { makeProject, root, type Ended, type Project } from "../engine/helpers/project";
import { itemsInService } from "./helpers/items";
import { addSdk, realSdks } from "./helpers/sdks";

// The engine, the programs, the pack and the API's stand-in are real; the clouds keep what they are told. With
// ORANGE_CMDB_EXAMPLE_SDKS (test/examples/install.mjs) the providers' packages are real, too, and types are checked.

interface Entry {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

let sandbox: Sandbox;
let project: Project;

beforeEach(async () => {
  sandbox = await startSandbox();
  project = await makeProject();
  Object.assign(project.environment, sandbox.environment, { ORANGE_CMDB_MAX_AGE: "0" });
});
afterEach(async () => {
  await sandbox.close();
  project.remove();
});

/** Makes the example the project's program. */
async function start(name: string, sdk: string | undefined, ...config: string[]): Promise<void> {
  for (const file of ["index.ts", "tsconfig.json", "Pulumi.yaml", "cmdb.rules.yaml", "watch.sh"]) {
    const from = join(root, "examples", name, file);
    if (existsSync(from)) cpSync(from, join(project.path, file));
  }
  if (sdk) {
    addSdk(project, sdk);
    addClouds(project, [sdk]);
  }
  expect(await project.pulumi("stack", "init", "test")).toMatchObject({ code: 0 });
  for (const entry of config) await project.pulumi("config", "set", ...entry.split("="));
  if (!realSdks) return;
  const tsc = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", project.path],
    {
      encoding: "utf8",
    },
  );
  expect(tsc.stdout).toBe("");
}

const pack = ["--policy-pack", join(root, "policy")];
const up = (): Promise<Ended> => project.pulumi("up", "--yes", "--skip-preview", ...pack);

async function made(type: string): Promise<Entry[]> {
  const { text } = await project.pulumi("stack", "export", "--stack", "test");
  const state = JSON.parse(text.slice(text.indexOf("{"))) as { deployment: { resources: Entry[] } };
  return state.deployment.resources.filter((entry) => entry.type === type);
}

test("aws-vpn: a gateway and a connection for every router of the country, in agreement with the CMDB", async () => {
  await start("aws-vpn", "aws", "aws:region=eu-west-3");
  const first = await up();
  expect([first.code, first.text]).toEqual([0, expect.not.stringContaining("violation")]);
  const gateways = await made("aws:ec2/customerGateway:CustomerGateway");
  expect(gateways.map(({ inputs }) => inputs)).toEqual(
    expect.arrayContaining([
      {
        type: "ipsec.1",
        bgpAsn: "65000",
        ipAddress: "10.0.0.1",
        tags: {
          Name: "par-router-001",
          "cmdb:configuration-item": "CI-RTR-PAR-001",
          "cmdb:location": "LOC-PAR-001",
        },
      },
    ]),
  );
  const inFrance = itemsInService(sandbox).filter(({ id }) => /^CI-RTR-(PAR|LYS|MRS)/.test(String(id)));
  expect(gateways).toHaveLength(inFrance.length);
  expect(await made("aws:ec2/vpnConnection:VpnConnection")).toHaveLength(inFrance.length);
  // A router that leaves service takes its connection with it; a new address is one.
  sandbox.update("configurationItem", "CI-RTR-PAR-001", { state: ["TERMINATED"] });
  sandbox.update("configurationItem", "CI-RTR-LYS-001", { properties: { network: { ipAddress: "192.0.2.8" } } });
  const { text } = await project.pulumi("preview", ...pack);
  expect(text).toMatch(/- 2 to delete/);
  expect(text).toMatch(/~ 1 to update/);
}, 180_000);

test("aws-vpn: in a region of another country it is told", async () => {
  await start("aws-vpn", "aws", "aws:region=eu-central-1");
  const { text } = await project.pulumi("preview", ...pack);
  expect(text).toContain("lies in region eu-central-1, which is in DE");
}, 180_000);

test("azure-virtual-wan: a site for every location with access lines, a link for each", async () => {
  await start("azure-virtual-wan", "azure-native");
  const first = await up();
  expect([first.code, first.text]).toEqual([0, expect.not.stringContaining("violation")]);
  const sites = await made("azure-native:network:VpnSite");
  const lines = itemsInService(sandbox).filter(({ category }) => category?.includes("ACCESS_LINE"));
  const links = sites.flatMap(
    ({ inputs }) => inputs["vpnSiteLinks"] as { name: string; ipAddress: string; linkProperties: object }[],
  );
  expect(links.length).toBeGreaterThan(3);
  expect(links.length).toBeLessThanOrEqual(lines.length);
  for (const { name, ipAddress, linkProperties } of links) {
    expect(lines.map(({ name: own }) => own)).toContain(name);
    expect(ipAddress).toMatch(/^10\.0\.0\.\d+$/);
    expect(linkProperties).toMatchObject({ linkProviderName: "Orange Business", linkSpeedInMbps: expect.any(Number) });
  }
  for (const { inputs } of sites)
    expect(inputs["tags"]).toMatchObject({ "cmdb:location": expect.stringMatching(/^LOC-/) });
}, 180_000);

test("meraki: networks and devices called and placed as in the CMDB", async () => {
  await start("meraki", "meraki");
  const first = await up();
  expect([first.code, first.text]).toEqual([0, expect.not.stringContaining("violation")]);
  const networks = await made("meraki:networks/base:base");
  expect(networks).toHaveLength(sandbox.records("location").length);
  expect(networks.map(({ inputs }) => inputs)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        name: "Paris 001",
        notes: "113 Avenue de Messine, 75008 Paris, France",
        timeZone: "Europe/Paris",
        tags: ["cmdb:location=LOC-PAR-001"],
      }),
    ]),
  );
  const devices = await made("meraki:devices/base:base");
  expect(devices.length).toBeGreaterThan(10);
  // A country without a time zone is a mistake that is told, not a network in a wrong one.
  sandbox.update("location", "LOC-PAR-001", { address: { country: "PT" } });
  const { code, text } = await project.pulumi("preview");
  expect(code).not.toBe(0);
  expect(text).toContain("timeZones names none for PT (LOC-PAR-001)");
}, 180_000);
