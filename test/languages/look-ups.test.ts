import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { makeProject, root, type Project } from "../engine/helpers/project";
import { addYaml } from "../engine/helpers/yaml";
import { pluginFolder } from "../plugin/environment";
import { makeWorkspace, prepare, type Workspace } from "../terraform/helpers/workspace";
import type { BuiltProvider } from "../terraform/helpers/provider";

type Args = Readonly<Record<string, unknown>>;
type Value = Readonly<Record<string, unknown>>;
interface LookUp {
  /** As the TypeScript function is called, without `get`. */
  readonly what: string;
  readonly args: Args;
}

const filter = (name: string, ...values: string[]): Args => ({ filters: [{ name, values }] });
const lookUps: readonly LookUp[] = [
  { what: "Location", args: { id: "LOC-PAR-001" } },
  { what: "Location", args: { name: "Exemple Industries Warsaw 001" } },
  { what: "Location", args: filter("address", "*Frankfurt*") },
  { what: "Locations", args: {} },
  { what: "Locations", args: { where: "country == 'FR'" } },
  { what: "Locations", args: { where: "starts_with(name, 'Paris') || country == 'ES'" } },
  { what: "ServicePoint", args: { id: "SP-PAR-001" } },
  { what: "ServicePoint", args: { locationId: "LOC-MAD-001" } },
  { what: "ServicePoints", args: { locationId: "LOC-PAR-001" } },
  { what: "ServicePoints", args: filter("status", "OPERATIONAL") },
  { what: "ConfigurationItem", args: { id: "CI-RTR-PAR-001" } },
  { what: "ConfigurationItem", args: { id: "CI-RTR-PAR-001-3" } },
  {
    what: "ConfigurationItem",
    args: { locationId: "LOC-LON-001", where: "type == 'ROUTER'", ...filter("id", "*-001") },
  },
  { what: "ConfigurationItems", args: { locationId: "LOC-PAR-001" } },
  { what: "ConfigurationItems", args: { servicePointId: "SP-BRU-001" } },
  { what: "ConfigurationItems", args: { ...filter("type", "ROUTER", "ETHERNET_SWITCH"), limit: 7 } },
  { what: "ConfigurationItems", args: filter("attributes.properties.hardware.manufacturer", "Cis*", "Juniper") },
  { what: "ConfigurationItems", args: { where: "attributes.nothing == 'x'" } },
  { what: "Accounts", args: {} },
  { what: "Account", args: { where: "name != ''" } },
];

let sandbox: Sandbox;
let project: Project;
let yaml: Project;
let provider: BuiltProvider;
let workspace: Workspace;
let mirror: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  mirror = mkdtempSync(join(tmpdir(), "orange-cmdb-languages-"));
  provider = prepare();
  workspace = makeWorkspace(provider, sandbox.environment);
  [project, yaml] = await Promise.all([makeProject(), makeProject(false)]);
  for (const one of [project, yaml, workspace])
    Object.assign(one.environment, sandbox.environment, { ORANGE_CMDB_CACHE_DIR: mirror });
  addYaml(yaml);
}, 900_000);
afterAll(async () => {
  await sandbox.close();
  project.remove();
  yaml.remove();
  workspace.remove();
  provider.remove();
  rmSync(mirror, { recursive: true, force: true });
});

/** Between the engine and a plugin nothing is null: a field that is null for the API is not there. */
function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== null);
  return Object.fromEntries(entries.map(([key, entry]) => [key, withoutNull(entry)]));
}

/** What is compared: the records alone. */
function plain({ inventoryTime: _time, ...value }: Value): unknown {
  return withoutNull(value);
}

async function outputsOf(one: Project): Promise<unknown[]> {
  const { text } = await one.pulumi("stack", "output", "--json", "--stack", "test");
  const { answers } = JSON.parse(text) as { answers: Value[] };
  return answers.map(plain);
}

async function fromTypeScript(): Promise<unknown[]> {
  const calls = lookUps.map(({ what, args }) => `cmdb.get${what}Output(${JSON.stringify(args)} as any)`);
  project.write(
    "index.ts",
    `import * as pulumi from "@pulumi/pulumi";
import * as cmdb from "pulumi-orange-cmdb";
export const answers = pulumi.all([${calls.join(",\n")}] as pulumi.Output<any>[]);
`,
  );
  const { code, text } = await project.pulumi("up", "--yes", "--skip-preview");
  if (code !== 0) throw new Error(text);
  return outputsOf(project);
}

async function fromYaml(): Promise<unknown[]> {
  const variables = Object.fromEntries(
    lookUps.map(({ what, args }, index) => [`look${index}`, { [`fn::orange-cmdb:get${what}`]: args }]),
  );
  const outputs = { answers: lookUps.map((_, index) => `\${look${index}}`) };
  const plugins = { providers: [{ name: "orange-cmdb", path: pluginFolder }] };
  yaml.write("Pulumi.yaml", JSON.stringify({ name: "user-project", runtime: "yaml", plugins, variables, outputs }));
  const { code, text } = await yaml.pulumi("up", "--yes", "--skip-preview");
  if (code !== 0) throw new Error(text);
  return outputsOf(yaml);
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A record of the provider, named as the others name it. */
function renamed(record: Value): Value {
  const { attributes_json: attributes, filter: _filter, where: _where, ...rest } = record;
  const named = Object.entries(rest).map(([key, entry]) => [camel(key), entry] as const);
  return { ...Object.fromEntries(named), attributes: JSON.parse(String(attributes)) as unknown };
}

async function fromTofu(): Promise<unknown[]> {
  const type = ({ what }: LookUp): string => `orangecmdb_${snake(what).slice(1)}`;
  const block = (look: LookUp, index: number): string => {
    const { filters = [], ...args } = look.args as { filters?: { name: string; values: string[] }[] };
    const lines = Object.entries(args).map(([name, value]) => `  ${snake(name)} = ${JSON.stringify(value)}`);
    const blocks = filters.map(
      ({ name, values }) => `  filter {\n    name = "${name}"\n    values = ${JSON.stringify(values)}\n  }`,
    );
    return `data "${type(look)}" "look${index}" {\n${[...lines, ...blocks].join("\n")}\n}`;
  };
  const all = lookUps.map((look, index) => `data.${type(look)}.look${index}`);
  const outputs = all.map((name, index) => `output "look${index}" {\n  value = ${name}\n}`);
  workspace.configure([...lookUps.map(block), ...outputs].join("\n"));
  const { code, out, err } = await workspace.tofu("apply", "-auto-approve");
  if (code !== 0) throw new Error(out + err);
  const found = await workspace.outputs();
  return lookUps.map((_, index) => {
    const value = found[`look${index}`] as Value;
    const records = value["records"] as Value[] | undefined;
    return plain(records ? { ids: value["ids"], records: records.map(renamed) } : renamed(value));
  });
}

test("twenty look-ups have equal results in TypeScript, YAML and OpenTofu, and share one sync", async () => {
  expect(lookUps).toHaveLength(20);
  const [typescript, inYaml, tofu] = await Promise.all([fromTypeScript(), fromYaml(), fromTofu()]);
  for (const [index, look] of lookUps.entries()) {
    expect({ look, answer: inYaml[index] }).toEqual({ look, answer: typescript[index] });
    expect({ look, answer: tofu[index] }).toEqual({ look, answer: typescript[index] });
  }
  // Not merely all the same: some are known.
  expect(typescript[0]).toMatchObject({ id: "LOC-PAR-001", country: "FR", attributes: { id: "LOC-PAR-001" } });
  expect(typescript[3]).toMatchObject({ ids: expect.arrayContaining(["LOC-MAD-001", "LOC-SIN-001"]) });
  expect(typescript[17]).toEqual({ ids: [], records: [] });
  const lists = sandbox.requests.flatMap(({ path }) => /\/(\w+)\?/.exec(path)?.[1] ?? []);
  expect(lists.sort()).toEqual(["accounts", "configurationItems", "locations", "servicePoints"]);
});

test("a preview with a TypeScript program, the plugin and the pack makes one sync", async () => {
  // A mirror of its own, and a program that uses both the package and the plugin.
  const fresh = mkdtempSync(join(tmpdir(), "orange-cmdb-languages-"));
  const before = sandbox.requests.length;
  project.environment["ORANGE_CMDB_CACHE_DIR"] = fresh;
  project.write(
    "Pulumi.yaml",
    JSON.stringify({
      name: "user-project",
      runtime: { name: "nodejs", options: { typescript: true } },
      plugins: { providers: [{ name: "orange-cmdb", path: pluginFolder }] },
    }),
  );
  project.write(
    "index.ts",
    `import * as pulumi from "@pulumi/pulumi";
import * as cmdb from "pulumi-orange-cmdb";
export const here = cmdb.getLocationOutput({ id: "LOC-PAR-001" }).address;
export const there = pulumi.output(pulumi.runtime.invoke("orange-cmdb:index:getLocation", { id: "LOC-PAR-001" })).apply((found: any) => found.address);
new cmdb.ConfigurationItem("tracked", { configurationItemId: "CI-RTR-PAR-001" });
`,
  );
  try {
    const { code, text } = await project.pulumi("preview", "--policy-pack", join(root, "policy"));
    expect(text).toMatch(/here *: "(.*Paris.*)"/);
    expect(/here *: "(.*)"/.exec(text)?.[1]).toBe(/there *: "(.*)"/.exec(text)?.[1]);
    expect(code).toBe(0);
    const lists = sandbox.requests.slice(before).flatMap(({ path }) => /\/(\w+)\?/.exec(path)?.[1] ?? []);
    expect(lists.sort()).toEqual(["configurationItems", "locations", "servicePoints"]);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
});
