import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
afterEach(() => scene.end());

const secrets = /sandbox-client|sandbox-secret|sandbox-api-key|Bearer |c2FuZGJveC1jbGllbnQ/;

/** All files below a folder, whatever they hold. */
function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

test("no command prints a secret or leaves one in a file, whether it succeeds or fails", async () => {
  scene = await createTestEnvironment();
  const at = (name: string): string => join(scene.cacheDir, name);
  const urn = "urn:pulumi:dev::net::aws:ec2/customerGateway:CustomerGateway::gw";
  const resource = {
    urn,
    type: "aws:ec2/customerGateway:CustomerGateway",
    inputs: { tags: { "cmdb:location": "NONE" } },
  };
  writeFileSync(at("state.json"), JSON.stringify({ version: 3, deployment: { resources: [resource] } }));
  const commands = [
    ["sync", "--save", at("inventory.db"), "--record-http", at("record")],
    ["list", "locations", "-o", "json"],
    ["get", "location", "NONE"],
    ["search", "paris"],
    ["diff"],
    ["history"],
    ["status", "--verbose"],
    ["doctor", "-o", "json", "--write-env", at("proposed.env")],
    ["doctor"],
    ["drift", "--state", at("state.json"), "-o", "console", "-o", `json=${at("report.json")}`],
  ];
  const said: string[] = [];
  for (const command of commands) {
    const { out, err } = await scene.cli(command);
    said.push(out, err);
  }
  // The same with a service that fails, and with settings that are wrong.
  for (const changes of [
    { ORANGE_CMDB_ENDPOINT: "http://127.0.0.1:9/", ORANGE_CMDB_TIMEOUT: "1" },
    { ORANGE_CMDB_API_KEY: "sandbox-api-key-wrong" },
    { ORANGE_CMDB_CLIENT_SECRET: "sandbox-secret-wrong" },
    { ORANGE_CMDB_MAX_AGE: "x" },
  ]) {
    for (const command of [["sync", "--verbose"], ["doctor"]]) {
      const { out, err } = await scene.cli(command, changes);
      expect(out + err).not.toBe("");
      said.push(out, err);
    }
  }
  expect(said.join("\n")).not.toMatch(secrets);
  const written = files(scene.cacheDir);
  expect(written.length).toBeGreaterThan(10);
  for (const path of written) expect([path, secrets.test(readFileSync(path, "latin1"))]).toEqual([path, false]);
}, 120_000);

test("a command that crashes shows no secret in its stack, in its warnings or in a Node.js report", async () => {
  scene = await createTestEnvironment({ delay: 2_000 });
  const crash = join(scene.cacheDir, "crash.cjs");
  writeFileSync(crash, `setTimeout(() => { null.crash; }, 500);`);
  const options = ["--trace-uncaught", "--trace-warnings", "--report-uncaught-exception", "--report-exclude-env"];
  const { code, out, err } = await scene.cli(["sync", "--verbose"], {
    NODE_OPTIONS: [`--require ${crash}`, ...options].join(" "),
  });
  expect(code).not.toBe(0);
  expect(err).toContain("TypeError");
  expect(out + err).not.toMatch(secrets);
  const reports = files(scene.cacheDir).filter((path) => /report\..*\.json$/.test(path));
  expect(reports).toHaveLength(1);
  for (const path of reports) expect(readFileSync(path, "utf8")).not.toMatch(secrets);
}, 60_000);

test("a running command shows no secret in its process title", async () => {
  scene = await createTestEnvironment({ delay: 500 });
  const child = scene.start(["sync"]);
  await new Promise((done) => setTimeout(done, 300));
  const title = readFileSync(`/proc/${child.pid}/cmdline`, "utf8");
  child.kill();
  expect(title).toContain("sync");
  expect(title).not.toMatch(secrets);
});
