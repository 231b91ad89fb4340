import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { makeProject, root, type Project } from "../engine/helpers/project";
import { addYaml } from "../engine/helpers/yaml";
import { pluginFolder } from "../plugin/environment";
import { makeWorkspace, prepare, type Workspace } from "../terraform/helpers/workspace";
import type { BuiltProvider } from "../terraform/helpers/provider";
import { camel, listsOf, lookUps, plain, snake, type LookUp, type Value } from "./helpers/look-ups";

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
  expect(listsOf(sandbox).sort()).toEqual(["accounts", "configurationItems", "locations", "servicePoints"]);
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
