import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import type { BuiltProvider } from "./helpers/provider";
import { makeWorkspace, prepare, type Fault, type Workspace } from "./helpers/workspace";

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

/** The place of a fault, by the line that it is at. */
const placed = (faults: readonly Fault[]): string[] =>
  faults.map(({ summary, snippet }) => `${summary} @ ${snippet?.code.trim() ?? "nowhere"}`).sort();

/** What a person reads, on one line. */
const words = (text: string): string => text.replace(/\s*[│╷╵]\s*|\s+/g, " ");

test("mistakes of a query are reported at their attribute, before the first request", async () => {
  workspace.configure(`
data "orangecmdb_locations" "bad" {
  where = "name =="
  limit = 0
  filter {
    name   = ""
    values = ["FR"]
  }
  filter {
    name   = "status"
    values = ["OPERATIONAL", null]
  }
}
data "orangecmdb_locations" "few" {
  limit    = 2
  at_least = 3
}
data "orangecmdb_location" "any" {}
`);
  const faults = await workspace.validate();
  expect(placed(faults)).toEqual([
    'A value of a filter is null @ values = ["OPERATIONAL", null]',
    "The query is invalid @ at_least = 3",
    "The query is invalid @ limit = 0",
    'The query is invalid @ name   = ""',
    'The query is invalid @ where = "name =="',
    'Which location? @ data "orangecmdb_location" "any" {}',
  ]);
  expect(scene.sandbox.requests).toEqual([]);
});

test("invalid settings are reported at their attribute, and missing ones if they are needed", async () => {
  workspace.configure(`
provider "orangecmdb" {
  endpoint = "http://cmdb.example.com"
  max_age  = -1
  page_size = 1.5
  timeout = 0
  client_id = ""
  field_map = "{"
}
data "orangecmdb_locations" "all" {}
`);
  const faults = await workspace.validate();
  expect(placed(faults)).toEqual(
    [
      'client_id is wrong: is empty @ client_id = ""',
      'endpoint is wrong: must be https (plain http only on loopback) @ endpoint = "http://cmdb.example.com"',
      'field_map is wrong: is not a field map: kinds, their fields, and for each a list of JMESPath candidates, as an object or its JSON @ field_map = "{"',
      "max_age is wrong: is negative @ max_age  = -1",
      "page_size is wrong: is not a whole number @ page_size = 1.5",
      "timeout is wrong: must be 1 or more @ timeout = 0",
    ].map((text) => text.replaceAll("\\", "")),
  );
  expect(faults[0]?.detail).toMatch(/^Set \w+ in the provider block, or ORANGE_CMDB_\w+ in the environment\.$/);

  workspace.configure('data "orangecmdb_locations" "all" {}');
  workspace.environment["ORANGE_CMDB_CLIENT_ID"] = undefined;
  workspace.environment["ORANGE_CMDB_CLIENT_SECRET"] = undefined;
  expect((await workspace.tofu("validate")).code).toBe(0);
  const plan = await workspace.tofu("plan");
  expect([plan.code, plan.err]).toEqual([1, expect.stringContaining("client_id is missing")]);
  expect(plan.err).toContain("Set client_secret in the provider block, or ORANGE_CMDB_CLIENT_SECRET in the");
});

test("messages name settings as in a block, and name the environment if a setting is only there", async () => {
  workspace.configure('data "orangecmdb_locations" "all" {}');
  workspace.environment["ORANGE_CMDB_CLIENT_SECRET"] = "wrong";
  const refused = words((await workspace.tofu("plan")).err);
  expect(refused).toMatch(/check client_id and client_secret \(ORANGE_CMDB_CLIENT_ID, .*\) and token_url/);
  expect(refused).not.toMatch(/clientId|clientSecret|tokenUrl/);

  workspace.environment["ORANGE_CMDB_SENSITIVE"] = "yes";
  const said = words((await workspace.tofu("plan")).err);
  expect(said).toContain("sensitive is wrong: is neither true nor false");
  expect(said).toContain("Set ORANGE_CMDB_SENSITIVE in the environment.");
});

test("a provider with settings that are unknown until apply reports them, and reads nothing", async () => {
  workspace.configure(`
resource "terraform_data" "endpoint" {
  input = "${scene.sandbox.endpoint}"
}
provider "orangecmdb" {
  endpoint = terraform_data.endpoint.output
}
data "orangecmdb_locations" "all" {}
`);
  const { code, err } = await workspace.tofu("plan");
  expect([code, err]).toEqual([1, expect.stringContaining("The provider's settings are not known yet")]);
  expect(words(err)).toContain("cannot be read before endpoint of the provider is known");
});

test("a missing record is an error at its id, with the nearest id", async () => {
  workspace.configure(`
data "orangecmdb_configuration_item" "router" {
  id = "CI-RTR-PAR-0O1"
}
data "orangecmdb_location" "french" {
  filter {
    name   = "country"
    values = ["FR"]
  }
}
`);
  const { code, err } = await workspace.tofu("plan");
  expect(code).toBe(1);
  expect(err).toMatch(
    /on main.tf line \d+, in data "orangecmdb_configuration_item" "router":\s+│?\s*\d+:\s+id = "CI-RTR-PAR-0O1"/,
  );
  const text = words(err);
  expect(text).toContain(
    'no configurationItem with id "CI-RTR-PAR-0O1" in the inventory; did you mean "CI-RTR-PAR-001"',
  );
  expect(text).toMatch(/\d locations match filters .*: LOC-LYS-001 \(Lyon 001\)/);
});

test("an empty list is a warning with existing values, and an error below at_least", async () => {
  const french = (value: string, more = ""): string => `
data "orangecmdb_locations" "french" {
${more}
  filter {
    name   = "country"
    values = ["${value}"]
  }
}
output "count" {
  value = length(data.orangecmdb_locations.french.ids)
}`;
  workspace.configure(french("france", "  at_least = 3"));
  const found = await workspace.tofu("plan");
  expect([found.code, found.out.includes("Possible typo"), /count\s+= 3/.test(found.out)]).toEqual([0, false, true]);

  workspace.configure(french("Frence"));
  const none = await workspace.tofu("plan");
  expect([none.code, /count\s+= 0/.test(none.out)]).toEqual([0, true]);
  expect(words(none.out)).toMatch(/Warning: Possible typo .*no location has country "Frence"; values are FR, /);

  workspace.configure(french("Frence", "  at_least = 1"));
  const few = await workspace.tofu("plan");
  expect(few.code).toBe(1);
  expect(words(few.err)).toMatch(
    /Fewer records than required were found .*at_least = 1 .*at least 1 location is required, and 0 of the 10/,
  );
});

test("an unavailable API fails the plan with the reason, unless a stale inventory is allowed, which is a warning", async () => {
  const down = await createTestEnvironment();
  try {
    Object.assign(workspace.environment, down.sandbox.environment, { ORANGE_CMDB_TIMEOUT: "1" });
    workspace.configure(`
data "orangecmdb_locations" "all" {}
output "count" {
  value = length(data.orangecmdb_locations.all.ids)
}
`);
    down.sandbox.fail({ status: 500, times: 1000, body: { code: 1, message: "Broken" } });
    const first = await workspace.tofu("plan");
    expect([first.code, /count\s+= \d/.test(first.out)]).toEqual([1, false]);
    expect(first.err).toContain("The inventory could not be fetched");
    expect(words(first.err)).toMatch(/GET http:\S+ ?\S*\/locations: internal error of the API \(500, code 1\): Broken/);
  } finally {
    await down.end();
  }
  const gone = await createTestEnvironment();
  Object.assign(workspace.environment, gone.sandbox.environment);
  expect((await workspace.tofu("apply", "-auto-approve")).code).toBe(0);
  await gone.end();
  workspace.environment["ORANGE_CMDB_MAX_AGE"] = "0";
  expect((await workspace.tofu("plan")).err).toContain("The inventory could not be fetched");
  workspace.environment["ORANGE_CMDB_MAX_STALE"] = "3600";
  const stale = await workspace.tofu("plan");
  expect([stale.code, stale.out]).toEqual([0, expect.stringContaining("The inventory is older than maxAge")]);
}, 120_000);

test("no secret is in a state, plan, message or log, at any log level", async () => {
  const { ORANGE_CMDB_CLIENT_ID: id = "", ORANGE_CMDB_CLIENT_SECRET: secret = "" } = scene.sandbox.environment;
  workspace.configure(`
variable "secret" {
  sensitive = true
}
provider "orangecmdb" {
  client_id     = "${id}"
  client_secret = var.secret
}
data "orangecmdb_location" "paris" {
  id = "LOC-PAR-001"
}
output "site" {
  value = data.orangecmdb_location.paris
}
`);
  const log = join(workspace.folder, "trace.log");
  Object.assign(workspace.environment, {
    ORANGE_CMDB_CLIENT_ID: undefined,
    ORANGE_CMDB_CLIENT_SECRET: undefined,
    TF_VAR_secret: secret,
    TF_LOG: "TRACE",
    TF_LOG_PATH: log,
  });
  const applied = await workspace.tofu("apply", "-auto-approve");
  expect(applied.code).toBe(0);
  Object.assign(workspace.environment, { TF_VAR_secret: "another-secret", ORANGE_CMDB_MAX_AGE: "0" });
  const refused = await workspace.tofu("plan");
  expect([refused.code, words(refused.err)]).toEqual([
    1,
    expect.stringContaining("no token (401): invalid_client; check client_id and client_secret"),
  ]);
  const written =
    [applied, refused].map(({ out, err }) => out + err).join() + readFileSync(log, "utf8") + workspace.state();
  expect(written).toContain("orangecmdb");
  expect(written).toContain("serving");
  const key = scene.sandbox.environment["ORANGE_CMDB_API_KEY"] ?? "";
  for (const hidden of [secret, "another-secret", key, Buffer.from(`${id}:${secret}`).toString("base64"), "Bearer"])
    expect([hidden, written.includes(hidden)]).toEqual([hidden, false]);
});

test("Ctrl-C ends a long read, and leaves no process", async () => {
  const slow = await createTestEnvironment({ delay: 6_000 });
  try {
    Object.assign(workspace.environment, slow.sandbox.environment, { TMPDIR: workspace.folder });
    workspace.configure('data "orangecmdb_locations" "all" {}');
    const child = workspace.start("plan");
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (text += data));
    while (!text.includes("Reading...")) await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const group = child.pid ?? 0;
    process.kill(-group, "SIGINT");
    const [code] = (await once(child, "close")) as [number];
    expect([code, text]).toEqual([1, expect.stringContaining("Interrupted")]);
    expect(() => process.kill(-group, 0)).toThrow("ESRCH");
    expect(readdirSync(workspace.folder).filter((name) => name.startsWith("orangecmdb-"))).toEqual([]);
  } finally {
    await slow.end();
  }
});

test("OpenTofu shows the next step if Node.js is missing or too old", async () => {
  workspace.configure('data "orangecmdb_locations" "all" {}');
  workspace.environment["ORANGE_CMDB_NODE"] = join(workspace.folder, "nothing");
  const none = await workspace.tofu("plan");
  expect([none.code, words(none.err)]).toEqual([
    1,
    expect.stringContaining("needs Node.js 22.16 or later, and found no"),
  ]);
  const old = join(workspace.folder, "old-node");
  const start = join(provider.bin, "lib", "start.mjs");
  const pretend = `Object.defineProperty(process.versions, "node", { value: "20.1.0" }); import("${start}")`;
  writeFileSync(old, `#!/bin/sh\nexec '${process.execPath}' --input-type=module -e '${pretend}'\n`, { mode: 0o755 });
  workspace.environment["ORANGE_CMDB_NODE"] = old;
  const older = await workspace.tofu("plan");
  expect([older.code, words(older.err)]).toEqual([1, expect.stringContaining("needs Node.js 22.16 or later, and /")]);
});
