import { prepare, makeWorkspace, type Workspace } from "./helpers/workspace";
import type { BuiltProvider } from "./helpers/provider";
import { parseState } from "../drift/helpers/state";
import { UNKNOWN } from "../../policy/rules/resource/resource";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

let provider: BuiltProvider;
let workspace: Workspace;

beforeAll(() => {
  provider = prepare();
  workspace = makeWorkspace(provider, {});
}, 900_000);
afterAll(() => {
  workspace.remove();
  provider.remove();
});

const configuration = `
variable "secret" {
  type      = string
  sensitive = true
}
resource "terraform_data" "one" {
  input = { ip_address = "192.0.2.1", psk = var.secret }
}
resource "terraform_data" "counted" {
  count = 2
  input = "item \${count.index}"
}
resource "terraform_data" "each" {
  for_each = toset(["par", "a \\"quoted\\" key"])
  input    = { site = each.key, auth_token = "t0ken" }
}
module "site" {
  source   = "./site"
  for_each = toset(["x"])
}
`;

test("a state file of OpenTofu has the resources of its show -json", async () => {
  workspace.configure(configuration);
  mkdirSync(join(workspace.folder, "site"));
  writeFileSync(
    join(workspace.folder, "site", "main.tf"),
    'resource "terraform_data" "inner" {\n  count = 1\n  input = [1, 2]\n}\n',
  );
  await workspace.tofu("get");
  const applied = await workspace.tofu("apply", "-auto-approve", "-var=secret=s3cret");
  expect([applied.code, applied.err]).toEqual([0, ""]);
  const shown = parseState((await workspace.tofu("show", "-json")).out, "net");
  const read = parseState(workspace.state(), "net");
  const byUrn = (a: { urn: string }, b: { urn: string }): number => (a.urn < b.urn ? -1 : 1);
  expect(read).toHaveLength(6);
  expect(read.sort(byUrn).map(({ urn, type, name }) => ({ urn, type, name }))).toEqual(
    shown.sort(byUrn).map(({ urn, type, name }) => ({ urn, type, name })),
  );
  const input = (resources: typeof read, name: string): unknown =>
    resources.find((resource) => resource.name === name)?.properties["input"];
  for (const { name } of read) expect(input(read, name)).toEqual(input(shown, name));
  expect(input(read, "terraform_data.one")).toEqual({ ip_address: "192.0.2.1", psk: UNKNOWN });
  // A state file does not mark everything that is sensitive.
  const secrets = read.flatMap((resource) => [...(resource.secrets ?? [])]);
  expect([...new Set(secrets)].sort()).toEqual(["s3cret", "t0ken"]);
});
