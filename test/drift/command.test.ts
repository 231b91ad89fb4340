import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { spawn } from "node:child_process";
import { parse } from "yaml";
import type { Report } from "../../drift/report/schema";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";
import { changedScene, sampleReport, writeSample } from "./helpers/sample";
import { finalError } from "../helpers/normalize";

let scene: TestEnvironment;
let folder: string;

beforeAll(async () => {
  scene = await changedScene();
});
beforeEach(() => {
  folder = mkdtempSync(join(scene.cacheDir, "drift-"));
});
afterEach(() => rmSync(join(scene.cacheDir, ".cmdbignore.yaml"), { force: true }));
afterAll(() => scene.end());

/** A state with a resource for each of these ids. */
function state(...ids: string[]): string {
  const resources = ids.map((id, index) => ({
    urn: `urn:pulumi:prod::net::aws:ec2/customerGateway:CustomerGateway::gw-${index}`,
    type: "aws:ec2/customerGateway:CustomerGateway",
    inputs: { tags: { "cmdb:configuration-item": id } },
  }));
  return file("state.json", JSON.stringify({ version: 3, deployment: { resources } }));
}

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function report(args: readonly string[]): Promise<Report & { code: number }> {
  const { code, out, err } = await scene.cli(["drift", ...args, "-o", "json"]);
  if (code === 1) throw new Error(err);
  return { ...(JSON.parse(out) as Report), code };
}

describe("drift", () => {
  test.each([
    ["no findings", ["CI-RTR-PAR-001"], [], 0],
    ["an error", ["CI-NONE"], [], 2],
    ["an error with --fail-on never", ["CI-NONE"], ["--fail-on", "never"], 0],
    ["an error with --fail-on warning", ["CI-NONE"], ["--fail-on", "warning"], 2],
    ["no resources", [], [], 0],
  ])("exits with the code for %s", async (_name, ids, more, code) => {
    expect((await scene.cli(["drift", "--state", state(...ids), ...more])).code).toBe(code);
  });

  const down = { ORANGE_CMDB_ENDPOINT: "http://127.0.0.1:9/", ORANGE_CMDB_TIMEOUT: "1" };
  const whole = '{"version":3,"deployment":{"resources":[]}}';
  test.each<[string, string | Buffer, string[], Record<string, string>]>([
    ["an unavailable API", whole, [], down],
    ["an expired key", whole, [], { ORANGE_CMDB_API_KEY: "expired", ORANGE_CMDB_MAX_AGE: "0" }],
    ["wrong credentials", whole, [], { ORANGE_CMDB_CLIENT_SECRET: "wrong", ORANGE_CMDB_CACHE_DIR: ":memory:" }],
    ["missing credentials", whole, [], { ORANGE_CMDB_CLIENT_ID: "", ORANGE_CMDB_CLIENT_SECRET: "" }],
    ["half a state", whole.slice(0, 35), [], {}],
    ["a document that is not a state", "{}", [], {}],
    ["half a compressed state", gzipSync(whole).subarray(0, 25), [], {}],
    ["a missing inventory file", whole, ["--inventory", "nowhere.db"], {}],
    ["a missing rules file", whole, ["--rules", "nowhere.yaml"], {}],
    ["a missing baseline", whole, ["--baseline", "nowhere.json"], {}],
    ["a missing ignore file", whole, ["--ignore-file", "nowhere.yaml"], {}],
    ["a version that is not kept", whole, ["--since", "99"], {}],
    ["an output that cannot be written", whole, ["-o", "json=/dev/null/report.json"], {}],
    [
      "an unknown stack",
      whole,
      ["--stack", "nosuch"],
      { ORANGE_CMDB_PULUMI: "/nonexistent", PULUMI_BACKEND_URL: "https://127.0.0.1:1" },
    ],
    ["an unknown format", whole, ["-o", "pdf"], {}],
    ["two formats on one stream", whole, ["-o", "json", "-o", "csv"], {}],
    ["an invalid shard", whole, ["--shard", "3/2"], {}],
    ["a baseline for a part", whole, ["--shard", "1/2", "--baseline", "x.json"], {}],
  ])("exits with 1, one error line, no stack trace and no report for %s", async (_name, text, more, env) => {
    const args = ["drift", "--state", file("state.json", text), ...more];
    const { code, out, err } = await scene.cli(args, env);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(finalError(err)).toMatchSnapshot();
    expect(err).not.toMatch(/\n\s+at /);
  });

  test("exits with 1 if no source is named", async () => {
    const { code, err } = await scene.cli(["drift"]);
    expect(code).toBe(1);
    expect(err).toContain("--state FILE, --stack NAME, --all-stacks or --from LOCATION");
  });

  test("exits with 1 if the inventory lacks a kind that is deployed", async () => {
    const inventory = join(folder, "items.db");
    const ofItems = { ORANGE_CMDB_CACHE_DIR: join(folder, "items") };
    expect((await scene.cli(["sync", "configuration-items", "--save", inventory], ofItems)).code).toBe(0);
    const plan = resolve(__dirname, "../fixtures/terraform/aws-vpn-plan.json");
    for (const args of [
      ["drift", "--state", state("CI-RTR-PAR-001")],
      ["check", "--plan", plan],
    ]) {
      const { code, out, err } = await scene.cli(["--inventory", inventory, ...args]);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain(
        "the locations were not loaded into the inventory; the servicePoints were not loaded into the inventory; fetch all",
      );
    }
  });

  test("exits with 1 if the ignore file or the history is a dangling link", async () => {
    for (const [name, ...args] of [[".cmdbignore.yaml"], ["history.ndjson", "--history", "history.ndjson"]]) {
      symlinkSync("gone", join(scene.cacheDir, name ?? ""));
      const { code, out, err } = await scene.cli(["drift", "--state", state("CI-RTR-PAR-001"), ...args]);
      rmSync(join(scene.cacheDir, name ?? ""));
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain(`${name} cannot be read`);
    }
  });

  test("exits with 1 if the inventory is empty", async () => {
    const data = join(folder, "data");
    const empty = await createTestEnvironment({ data: emptyData(data) });
    try {
      const { code, out, err } = await empty.cli(["drift", "--state", state("CI-RTR-PAR-001")]);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain("has no locations, service points or configuration items");
    } finally {
      await empty.end();
    }
  });
});

function emptyData(path: string): string {
  const names = ["locations", "servicePoints", "configurationItems", "accounts"];
  mkdirSync(path);
  for (const name of names) writeFileSync(join(path, `${name}.json`), "[]");
  return path;
}

test("a state is read from standard input, compressed or not", async () => {
  for (const bytes of [readFileSync(state("CI-NONE")), gzipSync(readFileSync(state("CI-NONE")))]) {
    const ended = await piped(["drift", "--state", "-", "-o", "json"], bytes);
    expect(ended.code).toBe(2);
    expect((JSON.parse(ended.out) as Report).stacks).toEqual([{ name: "net/prod", resources: 1, referencing: 1 }]);
  }
});

/** Runs the command with this on its standard input. */
function piped(args: readonly string[], input: Buffer): Promise<CommandResult> {
  const main = join(__dirname, "../../dist/cli/main.js");
  const env = { ...process.env, ...scene.sandbox.environment, ORANGE_CMDB_CACHE_DIR: scene.cacheDir, NODE_OPTIONS: "" };
  const child = spawn(process.execPath, [main, ...args], { env, cwd: folder });
  let [out, err] = ["", ""];
  child.stdout.on("data", (data) => (out += String(data)));
  child.stderr.on("data", (data) => (err += String(data)));
  child.stdin.end(input);
  return new Promise((done) => child.once("close", (code) => done({ code: code ?? 1, out, err })));
}

test("several sources are compared at once, Terraform types match the same rules, and a stack that occurs twice is rejected", async () => {
  const { states, rules } = writeSample(folder);
  const plan = file(
    "edge.json",
    JSON.stringify({
      format_version: "1.0",
      values: {
        root_module: {
          resources: [
            {
              address: "aws_customer_gateway.edge",
              mode: "managed",
              type: "aws_customer_gateway",
              values: { ip_address: "192.0.2.7", tags: { "cmdb:configuration-item": "CI-RTR-NYC-001-4" } },
            },
          ],
        },
      },
    }),
  );
  const found = await report([...[...states, plan].flatMap((path) => ["--state", path]), "--rules", rules]);
  expect(found.stacks.map(({ name }) => name)).toEqual([
    plan.replace(".json", ""),
    "net/prod",
    "net/staging",
    "shop/dev",
    "shop/prod",
  ]);
  const edge = found.findings.filter(({ urn }) => urn.endsWith("aws_customer_gateway.edge"));
  expect(edge.map(({ message }) => message).join("\n")).toContain('ipAddress is "192.0.2.7"');
  const twice = await scene.cli(["drift", "--state", states[0] ?? "", "--state", states[0] ?? "", "--rules", rules]);
  expect([twice.code, twice.err]).toEqual([1, expect.stringContaining("net/prod occurs twice")]);
});

test("--since reports changes of records that deployed resources refer to", async () => {
  const { changes } = await sampleReport(scene);
  expect(changes?.records.map(({ recordId, effect, from, to }) => [recordId, effect, from, to])).toEqual([
    ["CI-RTR-PAR-001-3", "removed", undefined, undefined],
    ["CI-SWI-LYS-001", "left-service", "OPERATIONAL", "TERMINATED"],
    ["CI-SWI-MRS-001", "changed", undefined, undefined],
    ["CI-SWI-PAR-001", "moved", "LOC-PAR-001", "LOC-LYS-001"],
  ]);
});

test("no format reports kinds that cannot be compared with --since as unchanged", async () => {
  const late = await createTestEnvironment();
  try {
    await late.cli(["list", "locations"]);
    late.sandbox.update("location", "LOC-PAR-001", { name: "Paris" });
    await late.cli(["sync"]);
    const outputs = ["json", "ndjson", "markdown", "html"].map((name) => [name, join(folder, name)] as const);
    const files = outputs.flatMap(([name, path]) => ["-o", `${name}=${path}`]);
    const args = ["drift", "--state", state("CI-RTR-PAR-001"), "--since", "1"];
    const { code, out } = await late.cli([...args, "-o", "console", ...files]);
    expect(code).toBe(0);
    const read = (name: string): string => readFileSync(join(folder, name), "utf8");
    for (const text of [out, read("markdown"), read("html")]) {
      expect(text).toContain("Nothing else that your resources refer to changed");
      expect(text).toContain("not compared: configurationItems (missing in version 1 of the mirror");
    }
    // Of kinds that no resource refers to it is not asked.
    const notComparable = ["configurationItem"];
    expect((JSON.parse(read("json")) as Report).changes).toMatchObject({ notComparable, records: [] });
    expect(JSON.parse(read("ndjson").split("\n")[0] ?? "")).toMatchObject({ changes: { notComparable } });
    const untagged = await late.cli(["drift", "--state", state(), "--since", "1", "-o", "json"]);
    expect((JSON.parse(untagged.out) as Report).changes?.notComparable).toEqual([]);
    // A part that does not refer to the kind does not take it from one that does.
    const states = [state("CI-RTR-PAR-001"), file("empty.json", '{"version":3,"deployment":{"resources":[]}}')];
    const parts = states.map((path, index) => [path, join(folder, `part-${index}.json`)] as const);
    for (const [path, part] of parts) await late.cli(["drift", "--state", path, "--since", "1", "-o", `json=${part}`]);
    const merged = await late.cli(["drift", "merge", ...parts.map(([, part]) => part).reverse(), "-o", "json"]);
    expect((JSON.parse(merged.out) as Report).changes?.notComparable).toEqual(notComparable);
  } finally {
    await late.end();
  }
});

test("a baseline hides known findings, and fixed ones are counted", async () => {
  const before = file(
    "before.json",
    JSON.stringify(await report(["--state", state("CI-NONE", "CI-NIL")])).replace(/,"code":2/, ""),
  );
  const same = await report(["--state", state("CI-NONE", "CI-NIL"), "--baseline", before]);
  expect([same.code, same.findings, same.summary.baseline.known]).toEqual([0, [], 2]);
  const other = await report(["--state", state("CI-NONE", "CI-RTR-PAR-001", "CI-NEW"), "--baseline", before]);
  expect([other.code, other.findings.map(({ recordId }) => recordId)]).toEqual([2, ["CI-NEW"]]);
  expect(other.summary).toMatchObject({ baseline: { known: 1, fixed: 1 } });
  // Its time is the last one known: the changes since then are reported.
  expect(other.changes).toBeDefined();
});

test("a baseline does not hide a record that is newly uncovered", async () => {
  const rules = file(
    "rules.json",
    JSON.stringify({
      references: [{ types: ["*"], kind: "configurationItem" }],
      cover: [{ kind: "configurationItem" }],
    }),
  );
  const args = ["--rules", rules, "--fail-on", "warning"];
  const full = ["CI-RTR-PAR-001", "CI-SWI-PAR-001"];
  const before = await report(["--state", state(...full), ...args]);
  const path = file("before.json", JSON.stringify({ ...before, code: undefined }));
  expect((await report(["--state", state(...full), ...args, "--baseline", path])).code).toBe(0);
  expect((await report(["--state", state("CI-RTR-PAR-001"), ...args, "--baseline", path])).code).toBe(2);
});

describe("the ignore file", () => {
  const ignore = (text: string): string[] => ["--ignore-file", file("ignore.yaml", text)];

  test("ignores matching findings, counts them, and lists unused entries", async () => {
    const found = await report([
      "--state",
      state("CI-NONE", "CI-NIL"),
      ...ignore(`ignore:
  - { rule: record-exists, record: "configurationItem/CI-NO*", reason: lab }
  - { rule: "*", resource: "urn:pulumi:dev::*", reason: unused }`),
    ]);
    expect([found.code, found.findings.map(({ recordId }) => recordId)]).toEqual([2, ["CI-NIL"]]);
    expect(found.ignored.map(({ finding }) => finding.recordId)).toEqual(["CI-NONE"]);
    const { out } = await scene.cli([
      "drift",
      "--state",
      state("CI-NONE"),
      "--ignore-file",
      join(folder, "ignore.yaml"),
    ]);
    expect(out).toContain("Unused ignore entry: rule *, resource urn:pulumi:dev::*, record * (unused)");
  });

  test("has no effect after the last day of an entry, which becomes a finding", async () => {
    const found = await report([
      "--state",
      state("CI-NONE"),
      ...ignore("ignore: [{ record: CI-NONE, reason: lab, until: 2020-01-31 }]"),
    ]);
    expect(found.findings.map(({ rule }) => rule)).toEqual(["record-exists", "ignore-expired"]);
    expect(found.findings[1]?.message).toContain("(lab) expired on 2020-01-31");
  });

  test.each(["", "# all findings were fixed\n"])("ignores nothing if it is empty: %j", async (text) => {
    expect((await report(["--state", state("CI-NONE"), ...ignore(text)])).code).toBe(2);
  });

  test.each([
    ["no reason", "ignore: [{ rule: record-exists }]"],
    ["an empty reason", "ignore: [{ reason: ' ' }]"],
    ["a rule that does not exist", "ignore: [{ rule: nonsense, reason: x }]"],
    ["an invalid date", "ignore: [{ reason: x, until: soon }]"],
    ["invalid YAML", "ignore: ["],
  ])("rejects %s", async (_name, text) => {
    const { code, err } = await scene.cli(["drift", "--state", state(), ...ignore(text)]);
    expect(code).toBe(1);
    expect(finalError(err)).toMatchSnapshot();
  });

  test("--write-ignore creates a file from the report, and keeps valid entries", async () => {
    const first = ignore("ignore: [{ record: CI-NIL, reason: lab }, { record: UNUSED, reason: old }]");
    const path = first[1] ?? "";
    const args = ["drift", "--state", state("CI-NONE", "CI-NIL"), ...first];
    expect((await scene.cli([...args, "--write-ignore"])).code).toBe(2);
    const written = parse(readFileSync(path, "utf8")) as {
      ignore: { record: string; reason: string; until?: string }[];
    };
    expect(written.ignore.map(({ record }) => record)).toEqual(["CI-NIL", "UNUSED", "configurationItem/CI-NONE"]);
    expect(written.ignore[2]).toMatchObject({
      reason: expect.stringContaining("add the reason"),
      until: expect.stringMatching(/^\d{4}-/),
    });
    expect((await scene.cli(args)).code).toBe(0);
  });

  test(".cmdbignore.yaml is read from the working directory", async () => {
    writeFileSync(join(scene.cacheDir, ".cmdbignore.yaml"), "ignore: [{ record: CI-NONE, reason: lab }]");
    expect((await report(["--state", state("CI-NONE")])).code).toBe(0);
  });
});

test("a history has a line for each run, and the changes since the last run that did not fail", async () => {
  const history = join(folder, "history.ndjson");
  const run = (id: string): Promise<Report & { code: number }> => report(["--state", state(id), "--history", history]);
  expect((await run("CI-RTR-PAR-001")).changes).toBeUndefined();
  await run("CI-NONE");
  const third = await run("CI-RTR-PAR-001");
  expect(third.changes?.records).toEqual([]);
  expect(third.trend?.map(({ failed }) => failed)).toEqual([false, true, false]);
  expect(readFileSync(history, "utf8").trim().split("\n")).toHaveLength(3);
  writeFileSync(history, "{}\n");
  const { code, err } = await scene.cli(["drift", "--state", state("CI-RTR-PAR-001"), "--history", history]);
  expect([code, err]).toEqual([1, expect.stringContaining("line 1 of the history")]);
});

(process.platform === "win32" ? test.skip : test)("a report and a history are their owner's alone", async () => {
  const path = join(folder, "report.json");
  const history = join(folder, "history.ndjson");
  const args = ["--state", state("CI-RTR-PAR-001"), "--history", history, "-o", `json=${path}`];
  const modes = async (): Promise<number[]> => {
    expect((await scene.cli(["drift", ...args])).code).toBe(0);
    return [path, history].map((file) => statSync(file).mode & 0o777);
  };
  expect(await modes()).toEqual([0o600, 0o600]);
  expect(await modes()).toEqual([0o600, 0o600]);
  for (const file of [path, history]) chmodSync(file, 0o644);
  // A user who let others read them is not overruled.
  expect(await modes()).toEqual([0o644, 0o644]);
  // The file that a link leads to keeps its mode, too.
  renameSync(path, join(folder, "other.json"));
  symlinkSync("other.json", path);
  expect(await modes()).toEqual([0o644, 0o644]);
});

test("a report is written whole or not at all", async () => {
  const out = join(folder, "deep/er/report.json");
  await scene.cli(["drift", "--state", state("CI-RTR-PAR-001"), "-o", `json=${out}`, "-o", `csv=${out}.csv`]);
  expect(statSync(out).size).toBeGreaterThan(1_000);
  const { code } = await scene.cli([
    "drift",
    "--state",
    file("half.json", "{"),
    "-o",
    `json=${join(folder, "none.json")}`,
  ]);
  expect([code, existsSync(join(folder, "none.json"))]).toEqual([1, false]);
});

test("merge rejects options of the drift runs", async () => {
  const part = file("part.json", JSON.stringify({ ...(await report(["--state", state()])), code: undefined }));
  const { code, err } = await scene.cli(["drift", "merge", part, "--since", "1"]);
  expect([code, err]).toEqual([1, expect.stringContaining("--since is not an option of drift merge")]);
  expect((await scene.cli(["drift", "merge", part])).code).toBe(0);
});
