import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { root, type BuiltProvider } from "../terraform/helpers/provider";
import { makeWorkspace, prepare, type Workspace } from "../terraform/helpers/workspace";
import { itemsInService } from "./helpers/items";

// OpenTofu, the provider orangecmdb, the plan and its check are real. The provider of AWS is not available here: the resources of
// vpn.tf are made as `terraform_data` with the same arguments, and the plan is changed as if they were AWS's.

const example = (name: string): string => readFileSync(join(root, "examples/terraform-vpn", name), "utf8");

/** `resource "aws_x" "branch"` as a `terraform_data`, with its arguments as input. */
function withoutAws(text: string): string {
  return text
    .replace(/^provider "aws" {[^]*?^}\n/m, "")
    .replace(
      /^resource "(aws_\w+)" "branch" {\n\s*for_each\s*=\s*(.*)\n([^]*?)^}\n/gm,
      'resource "terraform_data" "$1" {\n  for_each = $2\n  input = {\n$3  }\n}\n',
    )
    .replace(/\b(aws_\w+)\.branch\b/g, "terraform_data.$1");
}

interface Change {
  address: string;
  type: string;
  name: string;
  change: { after: { input: object } | null; after_unknown: { input?: object } };
}

/** The plan as AWS's provider would have made it. */
function withAws(text: string): string {
  const plan = JSON.parse(text) as { resource_changes: Change[]; planned_values?: object };
  const changes = plan.resource_changes.map(({ address, name, change: { after, after_unknown: open } }) => ({
    address: address.replace(/^terraform_data\.(aws_\w+)/, "$1.branch"),
    mode: "managed",
    type: name,
    name: "branch",
    change: { after: after?.input ?? null, after_unknown: { ...open.input, id: true, arn: true } },
  }));
  return JSON.stringify({ ...plan, planned_values: { root_module: {} }, resource_changes: changes });
}

let provider: BuiltProvider;
let scene: TestEnvironment;
let workspace: Workspace;

beforeAll(async () => {
  provider = prepare();
  scene = await createTestEnvironment();
  workspace = makeWorkspace(provider, scene.sandbox.environment);
}, 900_000);
afterAll(async () => {
  workspace.remove();
  await scene.end();
  provider.remove();
});

test("the configuration creates a gateway and a connection for every router, and check passes until the CMDB differs", async () => {
  workspace.configure(withoutAws(example("vpn.tf")));
  writeFileSync(join(workspace.folder, "branches.tf"), example("branches.tf"));
  // The files themselves are configurations: their form is what the formatter makes.
  expect((await workspace.tofu("fmt", "-check", "-diff", join(root, "examples/terraform-vpn"))).out).toBe("");
  const planned = await workspace.tofu("plan", "-out=plan.bin", "-var=transit_gateway_id=tgw-0a1b2c3d4e5f60718");
  expect([planned.code, planned.err]).toEqual([0, ""]);
  const plan = join(workspace.folder, "plan.json");
  writeFileSync(plan, withAws((await workspace.tofu("show", "-json", "plan.bin")).out));
  const args = ["check", "--plan", plan, "--rules", join(root, "examples/terraform-vpn/cmdb.rules.yaml")];
  const good = await scene.cli([...args, "-o", "json"]);
  const report = JSON.parse(good.out) as { stacks: { resources: number; referencing: number }[]; findings: unknown[] };
  const inFrance = itemsInService(scene.sandbox).filter(({ id }) => /^CI-RTR-(PAR|LYS|MRS)/.test(String(id)));
  expect([good.code, report.findings]).toEqual([0, []]);
  expect(report.stacks).toMatchObject([{ resources: 2 * inFrance.length, referencing: 2 * inFrance.length }]);
  // The plan was made; then the router is given another address.
  scene.sandbox.update("configurationItem", "CI-RTR-PAR-001", { properties: { network: { ipAddress: "192.0.2.1" } } });
  const stale = await scene.cli(args, { ORANGE_CMDB_MAX_AGE: "0" });
  expect([stale.code, stale.out]).toEqual([
    2,
    expect.stringContaining('configurationItem CI-RTR-PAR-001 has "192.0.2.1"'),
  ]);
});
