import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { root, type BuiltProvider } from "./helpers/provider";
import { findTerraform, makeWorkspace, prepare } from "./helpers/workspace";

let provider: BuiltProvider;
let scene: TestEnvironment;

beforeAll(async () => {
  provider = prepare();
  scene = await createTestEnvironment();
}, 900_000);
afterAll(async () => {
  await scene.end();
  provider.remove();
});

const page = readFileSync(join(root, "docs/guides/languages/terraform.md"), "utf8");

const terraform = findTerraform();
const programs: [string, string | undefined][] = [
  ["OpenTofu", undefined],
  ...(terraform === undefined ? [] : [["Terraform", terraform] satisfies [string, string]]),
];

test.each(programs)("the example runs as its page describes: %s", async (_name, program) => {
  const workspace = makeWorkspace(provider, scene.sandbox.environment, "mirror", program);
  try {
    copyFileSync(join(root, "examples/terraform/main.tf"), join(workspace.folder, "main.tf"));
    writeFileSync(join(workspace.folder, "tofu.rc"), "");
    const [, commands = ""] =
      /```sh\n(tofu init[^]*?)```/.exec(readFileSync(join(root, "examples/terraform/README.md"), "utf8")) ?? [];
    const lines = commands.trim().replace("../../build/terraform/mirror", provider.mirror).split("\n");
    expect(lines.length).toBeGreaterThan(5);
    const said: string[] = [];
    for (const line of lines) {
      const [, command = "", ...rest] = line.split(" ");
      const unasked = ["apply", "destroy"].includes(command) ? ["-auto-approve"] : [];
      const { code, out, err } = await workspace.tofu(command, ...unasked, ...rest);
      expect([line, code, err]).toEqual([line, 0, ""]);
      said.push(out);
    }
    expect(said.join()).toContain('"CI-RTR-PAR-001" = "par-router-001"');
    expect(said.join()).toContain('"CI-RTR-LYS-001" = "lys-router-001"');
    expect(said.at(-1)).toMatch(/Resources: [1-9]\d* destroyed/);
  } finally {
    workspace.remove();
  }
});

test("every configuration in the documentation is valid, and reads the documented values", async () => {
  const blocks = [...page.matchAll(/^```hcl\n([^]*?)^```/gm)].map(([, code = ""]) => code);
  expect(blocks.length).toBeGreaterThan(2);
  const workspace = makeWorkspace(provider, scene.sandbox.environment);
  try {
    for (const block of blocks) {
      workspace.configure(block);
      // One that requires the provider does so in its own words.
      if (block.includes("required_providers")) writeFileSync(join(workspace.folder, "main.tf"), block);
      expect([block, await workspace.validate()]).toEqual([block, []]);
      if (block.includes("data ")) expect((await workspace.tofu("apply", "-auto-approve")).err).toBe("");
      if (block.includes('output "cisco"'))
        expect(await workspace.outputs()).toHaveProperty("cisco.CI-RTR-PAR-001", "par-router-001");
    }
    expect(page).toContain('output "cisco"');
    rmSync(join(workspace.folder, "terraform.tfstate"));
  } finally {
    workspace.remove();
  }
});

test("the page lists exactly the settings of the provider", async () => {
  const workspace = makeWorkspace(provider, {});
  try {
    workspace.configure("");
    const { out } = await workspace.tofu("providers", "schema", "-json");
    type Schemas = {
      provider_schemas: Record<string, { provider: { block: { attributes: Record<string, unknown> } } }>;
    };
    const [schema] = Object.values((JSON.parse(out) as Schemas).provider_schemas);
    const settings = Object.keys(schema?.provider.block.attributes ?? {});
    const [, listed = ""] = /^### Settings\n([^]*?)^Each setting/m.exec(page) ?? [];
    expect([...listed.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()).toEqual(settings.sort());
  } finally {
    workspace.remove();
  }
});
