import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Report } from "../../drift/report/schema";
import type { Adoption } from "../../drift/adopt/report/schema";
import { startSandbox, type Sandbox } from "../../sandbox";
import { bash, command } from "../drift/helpers/ci";
import { environmentOf } from "../examples/helpers/project";
import type { CommandResult } from "../helpers/environment";
import { pluginFolder } from "../plugin/environment";
import { addClouds } from "./helpers/clouds";
import { addYaml } from "./helpers/yaml";
import { makeProject, root, type Project } from "./helpers/project";

let sandbox: Sandbox;
let project: Project;

interface Item {
  readonly id: string;
  readonly properties: { readonly network?: { readonly ipAddress?: string } };
}

beforeAll(async () => {
  sandbox = await startSandbox();
  project = makeProject();
  Object.assign(project.environment, sandbox.environment);
  await addClouds(project, ["aws"]);
  addCommands();
  addYaml(project);
  writeProgram(addressesOf());
  expect(await project.pulumi("stack", "init", "prod")).toMatchObject({ code: 0 });
  const up = await project.pulumi("up", "--stack", "prod", "--yes", "--skip-preview");
  expect([up.code, up.text]).toEqual([0, expect.stringContaining("5 created")]);
}, 300_000);
afterAll(async () => {
  await sandbox.close();
  project.remove();
});

/** Puts `orange-cmdb` and `pulumi` on the PATH, as an installation does. */
function addCommands(): void {
  const bin = join(project.folder, "bin");
  mkdirSync(bin);
  const add = (name: string, run: string): void =>
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${run} "$@"\n`, { mode: 0o755 });
  add("orange-cmdb", command);
  add("pulumi", `'${process.env["ORANGE_CMDB_PULUMI"]}'`);
  project.environment["PATH"] = [bin, project.environment["PATH"]].join(delimiter);
}

/** Writes a program with these gateways; no tag names their records. */
function writeProgram(addresses: Readonly<Record<string, string>>): void {
  const resources = Object.entries(addresses).map(([name, ipAddress]) => [
    name,
    { type: "aws:ec2/customerGateway:CustomerGateway", properties: { ipAddress } },
  ]);
  const plugins = { providers: [{ name: "orange-cmdb", path: pluginFolder }] };
  const parts = { name: "net", runtime: "yaml", plugins, resources: Object.fromEntries(resources) as object };
  project.write("Pulumi.yaml", JSON.stringify(parts));
}

/** Returns the addresses of four configuration items, by the name of a gateway. */
function addressesOf(): Record<string, string> {
  const items = (sandbox.records("configurationItem") as unknown as Item[]).filter(
    ({ properties }) => properties.network?.ipAddress,
  );
  const own = items.slice(0, 4).map(({ properties }, index) => [`gw-${index}`, properties.network?.ipAddress]);
  return Object.fromEntries(own) as Record<string, string>;
}

const guide = readFileSync(join(root, "docs/guides/adopt.md"), "utf8");

/** Runs the shell commands of the guide whose text contains this, as they are printed. */
async function step(part: string): Promise<CommandResult> {
  const blocks = [...guide.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, text = ""]) => text);
  const [block, ...others] = blocks.filter((text) => text.includes(part));
  if (block === undefined || others.length > 0) throw new Error(`the guide has not one block with ${part}`);
  return bash({ folder: project.path, env: environmentOf(project) }, block, {});
}

const run = (script: string): Promise<CommandResult> =>
  bash({ folder: project.path, env: environmentOf(project) }, script, {});

let announced: Adoption["summary"];

test("the guide shows what matches in every stack", async () => {
  const { code, out } = await step("adopt --all-stacks\n");
  expect(code).toBe(0);
  expect(out).toContain("4 of 4 aws:ec2/customerGateway:CustomerGateway: ipAddress = ipAddress of configurationItem");
  announced = (JSON.parse((await run("orange-cmdb adopt --all-stacks -o json")).out) as Adoption).summary;
  expect(announced.coverageWithRules.covered).toBe(announced.coverageNow.covered + 4);
}, 120_000);

test("the guide writes the proposal", async () => {
  expect(await step("--write proposals")).toMatchObject({ code: 0 });
  for (const file of ["cmdb.rules.yaml", "import.net.prod.json"])
    expect(existsSync(join(project.path, "proposals", file))).toBe(true);
}, 120_000);

test("the report with the written rules has the coverage that was announced", async () => {
  expect(await step("cp proposals/cmdb.rules.yaml")).toMatchObject({ code: 0 });
  const { out } = await run("orange-cmdb drift --all-stacks --fail-on never -o json");
  const { summary } = JSON.parse(out) as Report;
  expect({ covered: summary.covered, records: summary.records }).toEqual(announced.coverageWithRules);
}, 120_000);

/** Writes the configurations of the guide, as it says. */
function writePhases(): void {
  const blocks = [...guide.matchAll(/^```json\n([^]*?)^```/gm)].map(([, text = ""]) => text);
  expect(blocks).toHaveLength(2);
  for (const [index, text] of blocks.entries()) project.write(`phase-${index + 1}.json`, text);
}

test("a preview with the pack accepts the written rules", async () => {
  writePhases();
  const { code, out } = await step("pulumi preview");
  expect(out).toMatch(/✅ orange-cmdb@/);
  expect(code).toBe(0);
}, 120_000);

test("the phases of the guide stop no finding, then new findings, then all findings", async () => {
  const preview = (phase: 1 | 2 | 3): ReturnType<Project["pulumi"]> => {
    const config = phase === 3 ? [] : ["--policy-pack-config", join(project.path, `phase-${phase}.json`)];
    return project.pulumi("preview", "--stack", "prod", "--policy-pack", join(root, "policy"), ...config);
  };
  const unknown = (address: string): string => `no configuration item has ipAddress ${address}`;
  writeProgram({ ...addressesOf(), "legacy-par": "192.0.2.77" });
  const [first, second, third] = [await preview(1), await preview(2), await preview(3)];
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(third.code).not.toBe(0);
  for (const { text } of [first, third]) expect(text).toContain(unknown("192.0.2.77"));
  writeProgram({ ...addressesOf(), "legacy-par": "192.0.2.77", metz: "192.0.2.78" });
  expect((await preview(1)).code).toBe(0);
  const stopped = await preview(2);
  expect(stopped.code).not.toBe(0);
  expect(stopped.text).toContain(unknown("192.0.2.78"));
  expect(stopped.text).not.toContain(unknown("192.0.2.77"));
  writeProgram(addressesOf());
}, 240_000);

test("pulumi import takes the written imports", async () => {
  const { code, out } = await step("pulumi import");
  expect(out).toContain("4 imported");
  expect(out).toContain("configurationItemId: CI-RTR-PAR-001\n");
  expect(code).toBe(0);
  const state = JSON.parse((await run("pulumi stack export --stack prod")).out) as {
    deployment: { resources: { type: string }[] };
  };
  const tracked = state.deployment.resources.filter(({ type }) => type === "orange-cmdb:index:ConfigurationItem");
  expect(tracked).toHaveLength(4);
}, 120_000);
