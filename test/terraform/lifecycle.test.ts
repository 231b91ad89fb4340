import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { namedFields } from "../../provider/model/records";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { serveFile, status } from "../inventory/helpers/file-server";
import type { BuiltProvider } from "./helpers/provider";
import { makeWorkspace, prepare, type Workspace } from "./helpers/workspace";

let provider: BuiltProvider;
let scene: TestEnvironment;
let workspace: Workspace;

beforeAll(async () => {
  provider = prepare();
  scene = await createTestEnvironment();
}, 900_000);
beforeEach(() => {
  workspace = makeWorkspace(provider, scene.sandbox.environment);
});
afterEach(() => workspace.remove());
afterAll(async () => {
  await scene.end();
  provider.remove();
});

const sites = `
data "orangecmdb_location" "paris" {
  id = "LOC-PAR-001"
}
data "orangecmdb_configuration_items" "routers" {
  location_id = data.orangecmdb_location.paris.id
  filter {
    name   = "type"
    values = ["ROUTER"]
  }
}
resource "terraform_data" "site" {
  input = data.orangecmdb_location.paris.address
}
output "address" {
  value = terraform_data.site.output
}
output "routers" {
  value = data.orangecmdb_configuration_items.routers.ids
}
`;

test("a provider from a mirror supports init, validate, plan, apply, a plan without changes, and destroy", async () => {
  workspace.remove();
  workspace = makeWorkspace(provider, scene.sandbox.environment, "mirror");
  workspace.configure(sites);
  for (const command of ["init", "validate", "plan"]) {
    const { code, out, err } = await workspace.tofu(command);
    expect([command, code, out + err]).toEqual([command, 0, expect.any(String)]);
  }
  expect((await workspace.tofu("apply", "-auto-approve")).out).toContain("Apply complete! Resources: 1 added");
  expect(await workspace.outputs()).toEqual({
    address: "113 Avenue de Messine, 75008 Paris, France",
    routers: ["CI-RTR-PAR-001", "CI-RTR-PAR-001-3", "CI-RTR-PAR-001-4"],
  });
  expect((await workspace.tofu("plan", "-detailed-exitcode")).code).toBe(0);
  scene.sandbox.update("location", "LOC-PAR-001", { formattedAddress: "1 Rue Neuve, Paris" });
  workspace.environment["ORANGE_CMDB_MAX_AGE"] = "0";
  const { code, out } = await workspace.tofu("plan", "-detailed-exitcode");
  expect([code, out]).toEqual([2, expect.stringContaining('-> "1 Rue Neuve, Paris"') as string]);
  expect((await workspace.tofu("destroy", "-auto-approve")).out).toContain("Resources: 1 destroyed");
});

test("a data source that depends on a resource is unknown at plan, and is read after the resource is created", async () => {
  workspace.configure(`
resource "terraform_data" "which" {
  input = "LOC-LYS-001"
}
data "orangecmdb_location" "site" {
  id = terraform_data.which.output
}
data "orangecmdb_locations" "near" {
  name = "Lyon 001"
  filter {
    name   = "country"
    values = [terraform_data.which.output, "FR"]
  }
}
output "name" {
  value = data.orangecmdb_location.site.name
}
output "near" {
  value = data.orangecmdb_locations.near.ids
}
`);
  const plan = await workspace.tofu("plan");
  expect([plan.code, plan.out]).toEqual([0, expect.stringMatching(/name\s+= \(known after apply\)/)]);
  expect(plan.out).toContain("(config refers to values not yet known)");
  const apply = await workspace.tofu("apply", "-auto-approve");
  expect([apply.code, apply.err]).toEqual([0, ""]);
  expect(await workspace.outputs()).toEqual({ name: "Lyon 001", near: ["LOC-LYS-001"] });
});

test("every look-up of the TypeScript functions exists", async () => {
  scene.sandbox.add("configurationItem", {
    id: "CI-ODD",
    name: "odd",
    zeta: 1,
    alpha: { y: [1, { b: 2, a: null }], x: "é" },
    servicePoint: { id: "SP-PAR-001" },
    createdAt: "2024-01-02T03:04:05.000Z",
    updatedAt: "2024-01-02T03:04:05.000Z",
  });
  workspace.configure(`
data "orangecmdb_location" "named" {
  name = "Madrid 001"
}
data "orangecmdb_configuration_item" "filtered" {
  filter {
    name   = "name"
    values = ["par-router-001"]
  }
}
data "orangecmdb_configuration_item" "odd" {
  id          = "CI-ODD"
  location_id = "LOC-PAR-001"
}
data "orangecmdb_configuration_items" "where" {
  where = "manufacturer == 'Cisco' && type == 'ROUTER'"
  limit = 2
}
data "orangecmdb_configuration_items" "and" {
  filter {
    name   = "attributes.properties.hardware.manufacturer"
    values = ["Cis*", "unknown"]
  }
  filter {
    name   = "location_id"
    values = ["LOC-PAR-001"]
  }
}
data "orangecmdb_configuration_items" "none" {
  filter {
    name   = "status"
    values = []
  }
}
data "orangecmdb_service_point" "one" {
  id = "SP-PAR-001"
}
data "orangecmdb_service_points" "all" {}
data "orangecmdb_account" "one" {
  id = "ACC-001"
}
data "orangecmdb_accounts" "all" {}
data "orangecmdb_status" "api" {}
output "named" {
  value = data.orangecmdb_location.named.id
}
output "filtered" {
  value = data.orangecmdb_configuration_item.filtered
}
output "odd" {
  value = data.orangecmdb_configuration_item.odd
}
output "where" {
  value = data.orangecmdb_configuration_items.where.records[*].name
}
output "and" {
  value = distinct([for item in data.orangecmdb_configuration_items.and.records : jsondecode(item.attributes_json).properties.hardware.manufacturer])
}
output "none" {
  value = data.orangecmdb_configuration_items.none.records
}
output "others" {
  value = [
    data.orangecmdb_service_point.one.location_id,
    length(data.orangecmdb_service_points.all.ids),
    data.orangecmdb_account.one.customer,
    length(data.orangecmdb_accounts.all.ids),
    data.orangecmdb_status.api.status,
    data.orangecmdb_status.api.version,
  ]
}
`);
  workspace.environment["ORANGE_CMDB_CACHE_DIR"] = scene.cacheDir;
  const before = scene.lists().length;
  const apply = await workspace.tofu("apply", "-auto-approve");
  expect([apply.code, apply.err]).toEqual([0, ""]);
  const value = await workspace.outputs();
  expect(value["named"]).toBe("LOC-MAD-001");
  expect(value["filtered"]).toMatchObject({ id: "CI-RTR-PAR-001", location_id: "LOC-PAR-001", status: "OPERATIONAL" });
  expect(value["odd"]).toMatchObject({ location_id: "LOC-PAR-001", service_point_id: "SP-PAR-001", type: null });
  expect((value["odd"] as Record<string, string>)["attributes_json"]).toBe(
    '{"alpha":{"x":"é","y":[1,{"b":2}]},"createdAt":"2024-01-02T03:04:05.000Z","id":"CI-ODD","name":"odd",' +
      '"servicePoint":{"id":"SP-PAR-001"},"updatedAt":"2024-01-02T03:04:05.000Z","zeta":1}',
  );
  expect(value["where"]).toEqual(["bru-router-001", "bru-router-001-4"]);
  expect(value["and"]).toEqual(["Cisco"]);
  expect(value["none"]).toEqual([]);
  const { servicePoint, account } = {
    servicePoint: scene.sandbox.records("servicePoint").length,
    account: scene.sandbox.records("account").length,
  };
  expect(value["others"]).toEqual(["LOC-PAR-001", servicePoint, "Exemple Industries", account, "ok", "2.4.0"]);

  // Ten blocks in several processes: each collection was fetched once, and the command reads the same mirror.
  const lists = scene.lists().slice(before);
  expect(lists.map((path) => path.replace(/\?.*/, "").split("/").at(-1)).sort()).toEqual([
    "accounts",
    "configurationItems",
    "locations",
    "servicePoints",
  ]);
  const { out } = await scene.cli(["get", "configuration-item", "CI-ODD", "-o", "json"]);
  expect(JSON.parse(out)).toMatchObject({ id: "CI-ODD" });
  expect(scene.lists().length).toBe(before + lists.length);
});

test("a record's named fields are attributes of its data source", async () => {
  workspace.configure(`
data "orangecmdb_configuration_item" "router" {
  id = "CI-RTR-PAR-001"
}
data "orangecmdb_configuration_item" "line" {
  id = "CI-ACC-PAR-001-2"
}
locals {
  router = data.orangecmdb_configuration_item.router
  line   = data.orangecmdb_configuration_item.line
}
output "ip_address" {
  value = data.orangecmdb_configuration_item.router.ip_address
}
output "equipment" {
  value = [local.router.manufacturer, local.router.model, local.router.serial_number, local.router.role]
}
output "kind" {
  value = [local.router.category, local.router.type, local.router.status, local.router.reference]
}
output "line" {
  value = [local.line.bandwidth != null, local.line.ip_address == null, local.line.serial_number == null]
}
`);
  const { code, err } = await workspace.tofu("apply", "-auto-approve");
  expect([code, err]).toEqual([0, ""]);
  expect(await workspace.outputs()).toEqual({
    ip_address: "10.0.0.1",
    equipment: ["Cisco", "ISR 4331", "SN00000001", "PRIMARY"],
    kind: ["WAN_DEVICE", "ROUTER", "OPERATIONAL", "CPE-00000001"],
    line: [true, true, true],
  });
});

test("a number that JavaScript would round keeps its digits", async () => {
  const numbers = ["9007199254740993", "123456789012345678901234567890"];
  workspace.configure(
    numbers
      .map(
        (number, index) => `
data "orangecmdb_accounts" "a${index}" {
  limit = ${number}
}
output "limit${index}" {
  value = data.orangecmdb_accounts.a${index}.limit
}
`,
      )
      .join(""),
  );
  const { code, err } = await workspace.tofu("apply", "-auto-approve");
  expect([code, err]).toEqual([0, ""]);
  const { out } = await workspace.tofu("output", "-json");
  for (const number of numbers) expect(out).toContain(`"value": ${number}`);
});

test("two provider blocks read two inventories", async () => {
  const other = await createTestEnvironment({ seed: 2 });
  try {
    other.sandbox.add("location", { id: "LOC-OTHER", name: "Elsewhere" });
    workspace.configure(`
provider "orangecmdb" {}
provider "orangecmdb" {
  alias     = "other"
  endpoint  = "${other.sandbox.endpoint}"
  token_url = "${other.sandbox.tokenUrl}"
}
data "orangecmdb_location" "here" {
  id = "LOC-PAR-001"
}
data "orangecmdb_location" "there" {
  provider = orangecmdb.other
  id       = "LOC-OTHER"
}
output "names" {
  value = [data.orangecmdb_location.here.name, data.orangecmdb_location.there.name]
}
`);
    expect((await workspace.tofu("apply", "-auto-approve")).err).toBe("");
    expect(await workspace.outputs()).toEqual({ names: ["Paris 001", "Elsewhere"] });
    expect((await workspace.tofu("plan", "-detailed-exitcode")).code).toBe(0);
  } finally {
    await other.end();
  }
});

test("an inventory file is read without credentials and without requests", async () => {
  const file = join(workspace.folder, "inventory.db");
  expect((await scene.cli(["sync", "--save", file])).code).toBe(0);
  for (const name of Object.keys(scene.sandbox.environment)) workspace.environment[name] = undefined;
  workspace.configure(`
provider "orangecmdb" {
  inventory_file = abspath("\${path.module}/inventory.db")
}
data "orangecmdb_locations" "all" {}
output "count" {
  value = length(data.orangecmdb_locations.all.ids)
}
`);
  const before = scene.sandbox.requests.length;
  const { code, err } = await workspace.tofu("apply", "-auto-approve");
  expect([code, err]).toEqual([0, ""]);
  expect(await workspace.outputs()).toEqual({ count: scene.sandbox.records("location").length });
  expect(scene.sandbox.requests.length).toBe(before);
});

test("an inventory file at a URL is downloaded once, and its query is in no output and no state", async () => {
  const file = join(workspace.folder, "inventory.db");
  expect((await scene.cli(["sync", "--save", file])).code).toBe(0);
  for (const name of Object.keys(scene.sandbox.environment)) workspace.environment[name] = undefined;
  const server = await serveFile(readFileSync(file));
  try {
    workspace.configure(`
provider "orangecmdb" {
  inventory_file = "${server.url}/inventory.db?sig=5ecret-signature"
}
data "orangecmdb_locations" "all" {}
output "count" {
  value = length(data.orangecmdb_locations.all.ids)
}
`);
    const { code, err, out } = await workspace.tofu("apply", "-auto-approve");
    expect([code, err]).toEqual([0, ""]);
    expect(await workspace.outputs()).toEqual({ count: scene.sandbox.records("location").length });
    expect(server.statuses.filter((code) => code !== 304)).toEqual([200]);
    server.next.push(...Array.from({ length: 10 }, () => status(403)));
    const refused = await workspace.tofu("plan");
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("access denied (403)")]);
    const state = readFileSync(join(workspace.folder, "terraform.tfstate"), "utf8");
    expect(out + refused.out + refused.err + state).not.toContain("5ecret");
  } finally {
    await server.close();
  }
});

test("the schema has descriptions, and marks secrets", async () => {
  workspace.configure("");
  const { out } = await workspace.tofu("providers", "schema", "-json");
  type Attribute = { description?: string; description_kind?: string; sensitive?: boolean; type?: unknown };
  type Schema = { block: { attributes: Record<string, Attribute>; block_types?: object; description: string } };
  type Schemas = Record<string, { provider: Schema; data_source_schemas: Record<string, Schema> }>;
  const { provider_schemas: all } = JSON.parse(out) as { provider_schemas: Schemas };
  const [schemas] = Object.values(all);
  const own = schemas?.provider;
  const sources = schemas?.data_source_schemas ?? {};
  const attributes = own?.block.attributes ?? {};
  const sensitive = Object.keys(attributes).filter((name) => attributes[name]?.sensitive);
  expect(sensitive.sort()).toEqual(["access_token", "api_key", "client_id", "client_secret", "inventory_token"]);
  expect(Object.keys(attributes)).toEqual(
    expect.arrayContaining(["endpoint", "max_age", "inventory_file", "field_map"]),
  );
  const kinds = ["account", "configuration_item", "location", "service_point"];
  expect(Object.keys(sources)).toEqual(
    [...kinds.flatMap((kind) => [kind, `${kind}s`]), "status"].map((name) => `orangecmdb_${name}`).sort(),
  );
  for (const { block } of [...Object.values(sources), ...(own ? [own] : [])]) {
    expect(block.description).not.toBe("");
    for (const [name, { description, description_kind: kind }] of Object.entries(block.attributes))
      expect([name, description, kind]).toEqual([name, expect.stringMatching(/^[^[]{10,}$/), "markdown"]);
  }
  expect(sources["orangecmdb_locations"]?.block.block_types).toHaveProperty("filter");
  const named = namedFields.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  expect(named).toEqual(expect.arrayContaining(["ip_address", "serial_number", "customer_reference"]));
  for (const kind of kinds)
    expect(Object.keys(sources[`orangecmdb_${kind}`]?.block.attributes ?? {})).toEqual(expect.arrayContaining(named));
});

test("tofu test runs with the provider", async () => {
  workspace.configure(sites);
  writeFileSync(
    join(workspace.folder, "sites.tftest.hcl"),
    `run "paris_has_routers" {
  command = plan
  assert {
    condition     = length(output.routers) == 3
    error_message = "Paris should have three routers."
  }
}
`,
  );
  const { code, out } = await workspace.tofu("test");
  expect([code, out]).toEqual([0, expect.stringContaining("1 passed, 0 failed") as string]);
});
