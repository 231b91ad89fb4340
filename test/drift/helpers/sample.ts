import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../../drift/report/schema";
import { generate } from "../../../sandbox/generate";
import { createTestEnvironment, type TestEnvironment } from "../../helpers/environment";

/** Rules that find something of each sort in the sample. */
export const sampleRules = {
  references: [
    {
      types: ["aws:ec2/customerGateway:CustomerGateway", "aws_customer_gateway"],
      kind: "configurationItem",
      required: true,
      match: [
        { property: "ipAddress", record: "ipAddress", as: "ip" },
        { property: "deviceName", record: "name" },
      ],
    },
    { types: ["*"], kind: "location" },
  ],
  inService: { configurationItem: ["OPERATIONAL"] },
  unique: { configurationItem: 1 },
  cover: [{ kind: "configurationItem", where: "type == 'ROUTER'" }],
};

interface Item {
  readonly id: string;
  readonly name: string;
  readonly properties: { readonly network?: { readonly ipAddress: string }; readonly hardware?: object };
  readonly location: { readonly id: string };
}

const items = generate(60, 1).configurationItem as unknown as readonly Item[];

const gateway = (stack: string, project: string, name: string, inputs: object, line: number): object => ({
  urn: `urn:pulumi:${stack}::${project}::aws:ec2/customerGateway:CustomerGateway::${name}`,
  custom: true,
  id: name,
  type: "aws:ec2/customerGateway:CustomerGateway",
  inputs,
  outputs: inputs,
  sourcePosition: `project:///index.ts#${line},9`,
});

/** The states of a few stacks: mostly right, with the mistakes that people make. */
function states(): Record<string, object> {
  const of = (from: number, to: number, stack: string, project: string): object => {
    const resources = items.slice(from, to).flatMap((item, index): object[] => {
      if (index % 5 === 4) return [];
      const right = { ipAddress: item.properties.network?.ipAddress, deviceName: item.name };
      const tags: Record<string, unknown> = { "cmdb:configuration-item": item.id, "cmdb:location": item.location.id };
      if (index % 7 === 3) right.ipAddress = "192.0.2.99";
      if (index % 9 === 6) right.deviceName = "old-name";
      if (index % 11 === 5) tags["cmdb:configuration-item"] = `${item.id.slice(0, -1)}O`;
      if (index % 13 === 8) tags["cmdb:location"] = "LOC-PAR-001";
      if (index % 17 === 9) delete tags["cmdb:configuration-item"];
      return [gateway(stack, project, `gw-${item.name}`, { ...right, tags }, 10 + index)];
    });
    return { version: 3, deployment: { resources } };
  };
  return {
    "net-prod.json": of(0, 24, "prod", "net"),
    "net-staging.json": of(20, 34, "staging", "net"),
    "shop-prod.json": of(34, 46, "prod", "shop"),
    "shop-dev.json": of(46, 52, "dev", "shop"),
  };
}

/** Writes the sample's states and rules, and the project of some of them, into a folder; answers the arguments that name them. */
export function writeSample(folder: string): { states: string[]; rules: string } {
  mkdirSync(folder, { recursive: true });
  const all = states();
  for (const [name, state] of Object.entries(all)) writeFileSync(join(folder, name), JSON.stringify(state));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: net\nruntime: nodejs\n");
  writeFileSync(join(folder, "index.ts"), "");
  const rules = join(folder, "rules.json");
  writeFileSync(rules, JSON.stringify(sampleRules));
  return { states: Object.keys(all).map((name) => join(folder, name)), rules };
}

/** What the mirror and the clock say differs from run to run. */
export function steady(report: Report): Report {
  const times = new Map<string, string>();
  const text = JSON.stringify(report).replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, (time) => {
    if (!times.has(time)) times.set(time, `"2026-11-24T0${times.size}:00:00.000Z"`);
    return times.get(time) ?? "";
  });
  return JSON.parse(
    text.replaceAll(report.inventory.endpoint, "http://127.0.0.1:8080/core-information/b2b/v2"),
  ) as Report;
}

/** A scene whose CMDB has changed once: an item left service, one moved, one is gone. */
export async function changedScene(): Promise<TestEnvironment> {
  const scene = await createTestEnvironment();
  (await scene.open()).close();
  scene.sandbox.update("configurationItem", "CI-SWI-LYS-001", { state: ["TERMINATED"] });
  const location = { id: "LOC-LYS-001", name: "Lyon 001", customerReference: "EXI-LYS-001" };
  scene.sandbox.update("configurationItem", "CI-SWI-PAR-001", { location });
  const properties = items.find(({ id }) => id === "CI-SWI-MRS-001")?.properties;
  const hardware = { ...properties?.hardware, model: "Catalyst 9400" };
  scene.sandbox.update("configurationItem", "CI-SWI-MRS-001", { properties: { ...properties, hardware } });
  scene.sandbox.remove("configurationItem", "CI-RTR-PAR-001-3");
  (await scene.open({ refresh: true })).close();
  return scene;
}

/** The report of the sample, made by the command. */
export async function sampleReport(scene: TestEnvironment, ...more: string[]): Promise<Report> {
  const folder = join(scene.cacheDir, "sample");
  const { states: paths, rules } = writeSample(folder);
  const out = join(scene.cacheDir, "sample-report.json");
  const args = ["drift", ...paths.flatMap((path) => ["--state", path]), "--rules", rules, "-o", `json=${out}`];
  const { code, err } = await scene.cli([...args, "--cwd", folder, "--source-root", folder, "--since", "1", ...more]);
  if (code === 1) throw new Error(err);
  return JSON.parse(readFileSync(out, "utf8")) as Report;
}
