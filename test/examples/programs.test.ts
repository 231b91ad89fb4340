import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { addClouds } from "../engine/helpers/clouds";
import { makeProject, makeProjectFolder, root, type CommandResult, type Project } from "../engine/helpers/project";
import { installExample, packTarball } from "../helpers/package";
import { itemsInService } from "./helpers/items";
import { gateways } from "./helpers/project";

// Each example is installed by its own package.json into an empty folder. Two things are substituted: the tarball of this
// checkout for the published package, and a provider that keeps its inputs for the plugin of the cloud.

interface Entry {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

let packed: string;
let tarball: string;
let sandbox: Sandbox;
let project: Project;

beforeAll(() => {
  packed = mkdtempSync(join(tmpdir(), "orange-cmdb-packed-"));
  tarball = packTarball(packed);
});
afterAll(() => rmSync(packed, { recursive: true, force: true }));
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const tested: string[] = [];

/** Installs the example for the tests of a block, as a project of its own, and type-checks it. */
function useExample(name: string, cloud?: string): void {
  tested.push(name);
  beforeAll(async () => {
    project = makeProjectFolder(false);
    rmSync(project.path, { recursive: true });
    installExample(project.path, name, tarball);
    if (cloud) await addClouds(project, [cloud]);
  }, 300_000);
  afterAll(() => project.remove());
  test("passes the type check with the packages that it installs", () => expect(typeErrors(project.path)).toBe(""));
}

const withStack = new WeakSet<Project>();

/** Gives the project a new stack `test` and the settings of the test's sandbox. */
async function newStack(): Promise<void> {
  Object.assign(project.environment, sandbox.environment, { ORANGE_CMDB_MAX_AGE: "0" });
  if (withStack.has(project)) await project.pulumi("stack", "rm", "test", "--yes", "--force");
  withStack.add(project);
  expect(await project.pulumi("stack", "init", "test")).toMatchObject({ code: 0 });
}

function typeErrors(folder: string): string {
  const tsc = join(folder, "node_modules/typescript/bin/tsc");
  return spawnSync(process.execPath, [tsc, "--noEmit", "-p", folder], { encoding: "utf8" }).stdout;
}

async function configure(...config: string[]): Promise<void> {
  for (const entry of config)
    expect(await project.pulumi("config", "set", ...entry.split("="))).toMatchObject({ code: 0 });
}

const pack = ["--policy-pack", "node_modules/pulumi-orange-cmdb/policy"];
const up = (): Promise<CommandResult> => project.pulumi("up", "--yes", "--skip-preview", ...pack);

async function made(type: string): Promise<Entry[]> {
  const { text } = await project.pulumi("stack", "export", "--stack", "test");
  const state = JSON.parse(text.slice(text.indexOf("{"))) as { deployment: { resources: Entry[] } };
  return state.deployment.resources.filter((entry) => entry.type === type);
}

describe("aws-vpn", () => {
  useExample("aws-vpn", "aws");

  test("creates a gateway and a connection for every router of the country, as the CMDB has them", async () => {
    await newStack();
    await configure("aws:region=eu-west-3");
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

  test("reports a region of another country", async () => {
    await newStack();
    await configure("aws:region=eu-central-1");
    const { text } = await project.pulumi("preview", ...pack);
    expect(text).toContain("is in region eu-central-1, which is in DE");
  }, 180_000);
});

describe("azure-virtual-wan", () => {
  useExample("azure-virtual-wan", "azure-native");

  test("creates a site for every location with access lines, and a link for each line", async () => {
    await newStack();
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
      expect(linkProperties).toMatchObject({
        linkProviderName: "Orange Business",
        linkSpeedInMbps: expect.any(Number),
      });
    }
    for (const { inputs } of sites)
      expect(inputs["tags"]).toMatchObject({ "cmdb:location": expect.stringMatching(/^LOC-/) });
  }, 180_000);
});

describe("meraki", () => {
  useExample("meraki", "meraki");

  test("names and locates networks and devices as the CMDB does", async () => {
    await newStack();
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
    // A country without a time zone is an error: the network must not get another time zone.
    sandbox.update("location", "LOC-PAR-001", { address: { country: "PT" } });
    const { code, text } = await project.pulumi("preview");
    expect(code).not.toBe(0);
    expect(text).toContain("timeZones names none for PT (LOC-PAR-001)");
  }, 180_000);
});

describe.each(["quickstart", "core-routers"])("%s", (name) => {
  useExample(name);

  test("passes a preview with the policy pack", async () => {
    await newStack();
    const { code, text } = await project.pulumi("preview", ...pack);
    expect([code, text]).toEqual([0, expect.stringMatching(/\+ \d+ to create/)]);
    expect(text).not.toContain("violation");
  });
});

describe("own-policy", () => {
  const folder = (): string => join(packed, "own-policy");
  tested.push("own-policy");
  beforeAll(() => installExample(folder(), "own-policy", tarball), 300_000);
  afterAll(() => project.remove());
  test("passes the type check with the packages that it installs", () => expect(typeErrors(folder())).toBe(""));

  test("stops a preview for a gateway whose equipment is not managed", async () => {
    project = makeProject();
    Object.assign(project.environment, sandbox.environment);
    await addClouds(project, ["aws"]);
    const id = String(itemsInService(sandbox)[0]?.id);
    project.write("index.ts", gateways({ branch: id }));
    project.environment["ORANGE_CMDB_MAX_AGE"] = "0";
    const preview = (): Promise<CommandResult> => project.pulumi("preview", "--policy-pack", folder());
    sandbox.update("configurationItem", id, { managedBy: { name: "Network team" } });
    const managed = await preview();
    expect([managed.code, managed.text]).toEqual([0, expect.stringContaining("network-team")]);
    sandbox.update("configurationItem", id, { managedBy: undefined });
    const { code, text } = await preview();
    expect(text).toContain(`branch stands for ${id}, which is not managed; ask the network team`);
    expect(code).not.toBe(0);
  });
});

test("every TypeScript example is tested", () => {
  const programs = readdirSync(join(root, "examples")).filter((name) =>
    existsSync(join(root, "examples", name, "index.ts")),
  );
  expect([...tested].sort()).toEqual(programs);
});
