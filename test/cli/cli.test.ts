import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import schema from "../../schemas/drift-report.schema.json";
import { startSandbox, type Sandbox } from "../../sandbox";
import { runCommand } from "../helpers/command";
import { finalError } from "../helpers/normalize";
import type { CommandResult } from "../helpers/run-program";

const main = resolve(__dirname, "../../dist/cli/main.js");
let folder: string;
let sandbox: Sandbox;

function cli(args: string[], changes: Record<string, string> = {}): Promise<CommandResult> {
  const env = {
    ...process.env,
    ...sandbox.environment,
    ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"),
    NO_COLOR: "1",
    NODE_OPTIONS: "",
    ...changes,
  };
  return runCommand({ args, cwd: folder, env });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-cli-"));
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

test("list returns a JSON array of records with the named fields first", async () => {
  const { out, code } = await cli(["list", "configuration-items", "--filter", "id=CI-RTR-PAR-001", "-o", "json"]);
  expect(JSON.parse(out)).toEqual([
    expect.objectContaining({
      id: "CI-RTR-PAR-001",
      locationId: "LOC-PAR-001",
      attributes: sandbox.records("configurationItem")[0],
    }),
  ]);
  expect(code).toBe(0);
});

test("list accepts a country name, warns about a value that no record has, and enforces --at-least", async () => {
  const french = await cli(["list", "locations", "--filter", "country=france", "--at-least", "3", "-o", "json"]);
  expect([french.code, french.err.includes("warning"), (JSON.parse(french.out) as unknown[]).length]).toEqual([
    0,
    false,
    3,
  ]);
  const none = await cli(["list", "locations", "--filter", "country=Frence", "-o", "json"]);
  expect(none).toMatchObject({ code: 0, out: "[]\n" });
  expect(none.err).toMatch(/^warning: no location has country "Frence"; values are FR, .*\n$/);
  const few = await cli(["list", "locations", "--filter", "country=FR", "--at-least", "4"]);
  expect([few.code, few.out]).toEqual([1, ""]);
  expect(few.err).toMatch(
    /^orange-cmdb: at least 4 locations are required, and 3 of the 10 in the inventory match .*\n$/,
  );
});

test("list accepts a comma in the value of a filter as \\,", async () => {
  const shown = await cli(["get", "location", "LOC-PAR-001", "-o", "json"]);
  const { id, address } = JSON.parse(shown.out) as { id: string; address: string };
  expect(address).toContain(", ");
  const ids = async (values: string): Promise<string[]> => {
    const { out } = await cli(["list", "locations", "--filter", `address=${values}`, "-o", "json"]);
    return (JSON.parse(out) as { id: string }[]).map((record) => record.id);
  };
  const written = address.replaceAll(",", "\\,");
  expect(await ids(written)).toEqual([id]);
  expect(await ids(`no\\where,${written}`)).toEqual([id]);
  expect(await ids("*\\, Nowhere*")).toEqual([]);
});

test.each(["table", "ndjson", "csv", "yaml"])("list -o %s prints the records in that format", async (format) => {
  const { out, code } = await cli(["list", "locations", "--limit", "2", "-o", format]);
  expect(out).toContain("LOC-BRU-001");
  expect(out).not.toContain("LOC-PAR-001");
  expect(code).toBe(0);
});

test("--where applies JMESPath to the form of records that list prints", async () => {
  const { out } = await cli([
    "list",
    "locations",
    "--where",
    "country == 'FR' && attributes.address.city == 'Lyon'",
    "-o",
    "json",
  ]);
  expect((JSON.parse(out) as { id: string }[]).map(({ id }) => id)).toEqual(["LOC-LYS-001"]);
});

test("get prints one record; a missing record is one error line and exit code 1", async () => {
  expect(JSON.parse((await cli(["get", "location", "LOC-PAR-001", "-o", "json"])).out)).toMatchObject({
    id: "LOC-PAR-001",
    country: "FR",
  });
  const { code, out, err } = await cli(["get", "location", "LOC-PAR-999"]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err.trim().split("\n")).toHaveLength(1);
});

test("sync, status and version print their results", async () => {
  expect((await cli(["sync"])).out).toContain("60 configurationItems");
  expect((await cli(["status", "-o", "json"])).out).toContain('"ok"');
  expect((await cli(["version", "-o", "json"])).out).toContain(`"major": "2"`);
});

test.each([
  ["an unknown kind", ["list", "routers"]],
  ["an unknown format", ["list", "locations", "-o", "xml"]],
  ["a limit that is not a number", ["list", "locations", "--limit", "x"]],
  ["an unknown command", ["lisst"]],
])("%s is one error line and exit code 1", async (_name, args) => {
  const { code, out, err } = await cli(args);
  expect(finalError(err)).toMatchSnapshot();
  expect({ code, out }).toEqual({ code: 1, out: "" });
});

test("completion prints a shell script, and completes kinds, options and formats", async () => {
  expect((await cli(["completion", "bash"])).out).toContain("complete -F");
  expect((await cli(["complete", "--", "list", ""])).out).toContain("configuration-items");
  expect((await cli(["complete", "--", "list", "locations", "--output", ""])).out).toContain("ndjson");
  expect((await cli(["complete", "--", "drift", "--fail-on", ""])).out).toContain("never");
});

test("sync prints its progress to stderr, all of it with --verbose, and only the result to stdout", async () => {
  const fresh = { ORANGE_CMDB_CACHE_DIR: join(folder, "said") };
  const first = await cli(["sync", "accounts", "locations"], fresh);
  expect(first.out).toMatchInlineSnapshot(`
   "10 locations, 1 account from http://127.0.0.1:<port>/core-information/b2b/v2
   "
  `);
  expect(first.err).toMatch(/^fetched 1 account, 10 locations from http:.* in \d+\.\d s\n$/);
  expect(await cli(["sync", "accounts", "locations"], fresh)).toMatchObject({ out: first.out, err: "" });
  sandbox.update("location", "LOC-PAR-001", { phone: "+33 1 00 00 00 00" });
  expect((await cli(["sync", "accounts", "locations"], fresh)).err).toMatch(
    /^fetched 10 locations \(1 changed\) from http:.* in \d+\.\d s\n$/,
  );
  expect((await cli(["--verbose", "sync", "accounts", "locations"], fresh)).err).toMatch(
    /^fetching accounts, locations from .*\nfetched 1 account \(unchanged\), 10 locations \(unchanged\) from .* s\n$/,
  );
  expect((await cli(["list", "accounts", "-o", "json"], fresh)).err).toBe("");
});

test("on a terminal, a progress bar for each kind shows count, rate and remaining time, and the terminal is restored", async () => {
  const slow = await startSandbox({ size: 3_000, delay: 60, rate: 0 });
  const onTerminal = (changes: Record<string, string>): Promise<string> =>
    new Promise((done) => {
      const env = {
        ...process.env,
        ...slow.environment,
        ORANGE_CMDB_CACHE_DIR: ":memory:",
        NODE_OPTIONS: "",
        ...changes,
      };
      const command = `"${process.execPath}" "${main}" list accounts -o json`;
      const sync = `"${process.execPath}" "${main}" sync`;
      const child = spawn("script", ["-qec", `${sync}; ${command}`, "/dev/null"], {
        env: { ...env, TERM: "xterm", ORANGE_CMDB_PAGE_SIZE: "200" },
      });
      let text = "";
      child.stdout.on("data", (data) => (text += String(data)));
      child.once("close", () => done(text));
    });
  try {
    const shown = await onTerminal({});
    expect(shown).toMatch(/configurationItems [█░]{24} \d+\/3000 {2}\d+\/s {2}\d+ s left/);
    expect(shown).toMatch(/fetched 500 locations, .*3000 configurationItems/);
    slow.fail({ status: 404, times: 99 });
    const failed = await onTerminal({});
    // The cursor is hidden and shown again.
    expect(failed.split("\u001b[?25l").length).toBe(failed.split("\u001b[?25h").length);
    expect(failed).toContain("orange-cmdb: GET");
  } finally {
    await slow.close();
  }
});

test("a reader that closes early does not hide errors, and ends no other output", async () => {
  const resources = Array.from({ length: 3_000 }, (_, index) => ({
    urn: `urn:pulumi:prod::net::aws:ec2/customerGateway:CustomerGateway::gw-${index}`,
    type: "aws:ec2/customerGateway:CustomerGateway",
    inputs: { tags: { "cmdb:configuration-item": `CI-NONE-${index}` } },
  }));
  const state = join(folder, "many.json");
  const other = join(folder, "many.ndjson");
  writeFileSync(state, JSON.stringify({ version: 3, deployment: { resources } }));
  const shell = `"${process.execPath}" "${main}" drift --state "${state}" -o json -o ndjson="${other}" | head -c 10; exit \${PIPESTATUS[0]}`;
  const env = {
    ...process.env,
    ...sandbox.environment,
    ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"),
    NODE_OPTIONS: "",
  };
  const code = await new Promise<unknown>((done) => {
    execFile("bash", ["-c", shell], { env }, (error) => done(error?.code));
  });
  expect(code).toBe(2);
  const lines = readFileSync(other, "utf8").trimEnd().split("\n");
  expect(lines.filter((line) => line.startsWith('{"line":"finding"'))).toHaveLength(3_000);
});

test("a command ends quietly if its reader closes early", async () => {
  const shell = `"${process.execPath}" "${main}" list configuration-items -o json | head -c 10; exit \${PIPESTATUS[0]}`;
  const env = {
    ...process.env,
    ...sandbox.environment,
    ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"),
    NODE_OPTIONS: "",
  };
  const { code, err } = await new Promise<CommandResult>((done) => {
    execFile("bash", ["-c", shell], { env }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
  expect({ code, err }).toEqual({ code: 0, err: "" });
});

test("sandbox serves until it is interrupted, and prints that it is a sandbox", async () => {
  const child = spawn(process.execPath, [main, "sandbox", "--size", "30"], { stdio: ["ignore", "pipe", "pipe"] });
  const said = await new Promise<string>((done) => {
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        text += String(data);
        if (text.includes("Ctrl-C")) done(text);
      });
  });
  expect(said).toContain("This is a sandbox with generated data, not the real API");
  const environment = Object.fromEntries(
    [...said.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  const { out } = await cli(["list", "configuration-items", "-o", "json"], environment);
  expect(JSON.parse(out)).toHaveLength(30);
  child.kill("SIGINT");
  expect(await new Promise((done) => child.once("close", done))).toBe(0);
});

test("all missing credentials are named in one error", async () => {
  const { code, err } = await cli(["list", "locations"], { ORANGE_CMDB_CLIENT_ID: "", ORANGE_CMDB_CLIENT_SECRET: "" });
  expect(err).toMatch(/ORANGE_CMDB_CLIENT_ID[^]*ORANGE_CMDB_CLIENT_SECRET/);
  expect(code).toBe(1);
});

function state(...tags: string[]): string {
  const resources = tags.map((id, index) => ({
    urn: `urn:pulumi:prod::net::aws:ec2/customerGateway:CustomerGateway::gw-${index}`,
    type: "aws:ec2/customerGateway:CustomerGateway",
    inputs: { ipAddress: "10.0.0.1", tags: { "cmdb:configuration-item": id } },
  }));
  const path = join(folder, "state.json");
  writeFileSync(path, JSON.stringify({ version: 3, deployment: { resources } }));
  return path;
}

test("drift exits with 0 if there are no findings, and its JSON fits the schema", async () => {
  const { code, out } = await cli(["drift", "--state", state("CI-RTR-PAR-001"), "-o", "json"]);
  const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }));
  const report = JSON.parse(out) as object;
  ajv.validate(schema, report);
  expect(ajv.errors).toBeNull();
  expect(report).toMatchObject({
    summary: { resources: 1, referencing: 1, covered: 1, uncovered: 79, findings: { error: 0 } },
  });
  expect(code).toBe(0);
});

test("drift exits with 2 if there is a finding, unless --fail-on allows it", async () => {
  const path = state("CI-RTR-PAR-001", "CI-NONE");
  const { code, out } = await cli(["drift", "--state", path]);
  expect(out).toContain('gw-1 refers to configurationItem "CI-NONE"');
  expect(code).toBe(2);
  expect((await cli(["drift", "--state", path, "--fail-on", "never"])).code).toBe(0);
});

test("drift writes several outputs at once, to stdout and to files", async () => {
  const file = join(folder, "report.json");
  const { code, out } = await cli(["drift", "--state", state("CI-RTR-PAR-001"), "-o", "console", "-o", `json=${file}`]);
  expect(out).not.toContain('"version"');
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: 1 });
  expect(code).toBe(0);
});

test.each([
  ["half a state", () => '{"version":3,"deployment":{"resources":[', {}],
  ["not a state", () => '{"resources":[]}', {}],
  [
    "an unavailable API",
    () => '{"version":3,"deployment":{}}',
    { ORANGE_CMDB_ENDPOINT: "http://127.0.0.1:9/", ORANGE_CMDB_TIMEOUT: "1" },
  ],
])("drift exits with 1, never 0, for %s", async (_name, text, changes) => {
  const path = join(folder, "bad.json");
  writeFileSync(path, text());
  const { code, out } = await cli(["drift", "--state", path], changes);
  expect({ code, out }).toEqual({ code: 1, out: "" });
});

test("the list command does not load the Pulumi SDK", async () => {
  const { err } = await cli(["list", "locations"], { NODE_DEBUG: "module" });
  expect(err).not.toContain("@pulumi/pulumi");
});
