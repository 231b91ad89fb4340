import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../drift/report/schema";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";

// What must never look better than it is.
let scene: TestEnvironment;
beforeAll(async () => {
  scene = await createTestEnvironment();
});
afterAll(() => scene.end());

const file = (name: string, value: unknown): string => {
  const path = join(scene.cacheDir, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
};

const type = "aws:ec2/customerGateway:CustomerGateway";
const state = (name: string, tags: Record<string, unknown>[], more: object = {}): string =>
  file(name, {
    version: 3,
    deployment: {
      resources: tags.map((tag, index) => ({
        urn: `urn:pulumi:${name}::net::${type}::gw-${index}`,
        type,
        inputs: { tags: tag },
      })),
      ...more,
    },
  });
const right = { "cmdb:configuration-item": "CI-RTR-PAR-001" };
const wrong = { "cmdb:configuration-item": "CI-NONE" };
const drift = (...args: string[]): Promise<CommandResult> => scene.cli(["drift", ...args]);

test("parts with --fail-on never do not affect the exit code of their merge", async () => {
  const parts: string[] = [];
  const states = [state("one.json", [wrong]), state("two.json", [right])].flatMap((path) => ["--state", path]);
  for (const index of [1, 2]) {
    const part = join(scene.cacheDir, `part-${index}.json`);
    expect((await drift(...states, "--shard", `${index}/2`, "--fail-on", "never", "-o", `json=${part}`)).code).toBe(0);
    parts.push(part);
  }
  expect((await drift("merge", ...parts)).code).toBe(2);
  expect((await drift("merge", ...parts, "--fail-on", "never")).code).toBe(0);
});

test.each([
  ["validate -json", { format_version: "1.0", valid: true, error_count: 0 }],
  ["providers schema -json", { format_version: "1.0", provider_schemas: {} }],
])("the text output of terraform %s is not a state", async (_name, printed) => {
  expect((await drift("--state", file("other.json", printed))).code).toBe(1);
});

test("an empty Terraform state is a state", async () => {
  const { code, out } = await drift("--state", file("empty.json", { format_version: "1.0", terraform_version: "1.9" }));
  expect(out).toContain("Nothing was compared: there are no deployed resources");
  expect(code).toBe(0);
});

describe.each([
  ["an empty Terraform state", () => file("empty.json", { format_version: "1.0" }), "there are no deployed resources"],
  ["an empty stack", () => state("none.json", []), "there are no deployed resources"],
  ["a state without references", () => state("bare.json", [{}]), "no deployed resource refers to a record"],
])("the report of %s", (_name, path, why) => {
  const said = `Nothing was compared: ${why}`;
  const written = async (format: string): Promise<CommandResult> => drift("--state", path(), "-o", format);

  test("has the reason in formats for people", async () => {
    for (const format of ["console", "markdown", "html", "github"])
      expect([format, (await written(format)).out]).toEqual([format, expect.stringContaining(said)]);
    expect((await written("github")).out).toContain(`::warning title=drift::${said}\n`);
    const { out } = await written("markdown");
    expect(out).toMatch(/^## ⚠️ /);
    expect((await written("html")).out).toContain('"nothing":true');
  });

  test("has one skipped case in JUnit, and no rule that passes", async () => {
    const { out } = await written("junit");
    expect(out).toContain(`<skipped message="${said}"/>`);
    expect(out).toContain('tests="1" failures="0" errors="0" skipped="1"');
    expect(out).not.toContain("has no findings");
  });

  test("has the reason in formats for programs", async () => {
    expect(JSON.parse((await written("json")).out)).toMatchObject({ emptyReason: said });
    expect(JSON.parse((await written("ndjson")).out.split("\n")[0] ?? "")).toMatchObject({ emptyReason: said });
    const notes = [{ level: "warning", message: { text: said } }];
    const invocations = [{ executionSuccessful: true, toolExecutionNotifications: notes }];
    expect(JSON.parse((await written("sarif")).out)).toMatchObject({ runs: [{ invocations }] });
  });

  test("is accompanied by a warning on stderr in formats with findings only", async () => {
    for (const format of ["csv", "gitlab"])
      expect((await written(format)).err).toContain(`orange-cmdb: warning: ${said}\n`);
    for (const format of ["json", "junit"]) expect((await written(format)).err).not.toContain("warning");
  });
});

test("a stack without resources beside others is reported as such", async () => {
  const states = ["--state", state("full.json", [right]), "--state", file("empty.json", { format_version: "1.0" })];
  expect((await drift(...states)).out).toContain("agrees with the inventory; 1 of 2 stacks has no resources");
  const { out } = await drift(...states, "-o", "junit");
  // Rules that are off are skipped too.
  expect(out.match(/<skipped message="(?!off: )/g)).toHaveLength(1);
  expect(out).toContain("record-exists has no findings");
  expect((await drift(...states, "-o", "github")).out).not.toContain("::warning");
});

test("a report that compared nothing has the reason beside its findings", async () => {
  const required = { references: [{ types: ["*"], kind: "configurationItem", required: true }] };
  const args = ["--state", state("lost.json", [{}]), "--rules", file("required.json", required)];
  for (const format of ["console", "markdown", "junit"]) {
    const { out } = await drift(...args, "-o", format);
    expect(out).toContain("Nothing was compared: no deployed resource refers to a record");
    expect(out).toContain("reference-required");
  }
});

test("a state of an interrupted update is rejected", async () => {
  const pending = { pending_operations: [{ type: "creating", resource: { urn: "urn:x", type } }] };
  const { code, err } = await drift("--state", state("pending.json", [right], pending));
  expect(err).toMatch(
    /has 1 pending operation of an interrupted update.*pulumi refresh --clear-pending-creates, and export it again/,
  );
  expect(code).toBe(1);
});

test("references agree only if they were compared", async () => {
  const said = async (...args: string[]): Promise<string> => (await drift(...args)).out;
  expect(await said("--state", state("right.json", [right]))).toContain("No drift: every reference agrees");
  const untagged = await said("--state", state("untagged.json", [{ "cmdb:configuration-itm": "CI-NONE" }]));
  expect(untagged).toContain("Nothing was compared: no deployed resource refers to a record");
  const bad = state("bad.json", [wrong]);
  const report = join(scene.cacheDir, "report.json");
  await drift("--state", bad, "-o", `json=${report}`);
  const known = await drift("--state", bad, "--baseline", report);
  expect(known.out).toContain("No new drift: all differences are known or ignored");
  expect(known.code).toBe(0);
  for (const out of [untagged, known.out]) expect(out).not.toContain("every reference agrees");
  expect(await said("--state", bad, "--baseline", report, "-o", "markdown")).toContain("No new drift");
});

describe("a finding that the rules file ignores", () => {
  const references = [{ types: ["*"], kind: "configurationItem" }];
  const ruled = (...ignore: object[]): string[] => ["--rules", file("ignoring.json", { references, ignore })];
  const bad = (): string[] => ["--state", state("bad.json", [wrong])];

  test("is counted with its reason, and nothing is reported as agreeing", async () => {
    const { code, out } = await drift(...bad(), ...ruled({ reason: "the lab is no matter" }));
    expect([code, out]).toEqual([0, expect.stringContaining("No new drift: all differences are known or ignored")]);
    expect(out).toContain("1 ignored");
    const report = JSON.parse((await drift(...bad(), ...ruled({ reason: "lab" }), "-o", "json")).out) as Report;
    expect(report).toMatchObject({
      summary: { ignored: 1 },
      ignored: [{ entry: 0, finding: { rule: "record-exists", recordId: "CI-NONE" } }],
      ignoreEntries: [{ rule: "*", resource: "*", reason: "lab", from: "rules", used: 1, expired: false }],
    });
    const junit = await drift(...bad(), ...ruled({ reason: "lab" }), "-o", "junit");
    expect(junit.out).toContain(
      'name="record-exists has no findings in net/bad.json" time="0"><skipped message="1 finding ignored: lab"/>',
    );
    expect(junit.out).toContain('name="record-in-service has no findings in net/bad.json" time="0"/>');
  });

  test("counts again after its entry expires, and the entry is reported", async () => {
    const over = { reason: "lab", until: "2026-01-01" };
    const { code, out } = await drift(...bad(), ...ruled(over, { reason: "other", rule: "record-in-service" }));
    expect([code, out]).toEqual([2, expect.stringContaining("ignore-expired")]);
    expect(out).toContain(
      "the ignore entry of the rules file for rule *, resource *, record * (lab) expired on 2026-01-01",
    );
    // An entry for everything does not hide that another is over, and of one stack an entry need not be of use.
    const both = await drift(...bad(), ...ruled({ ...over, rule: "record-exists" }, { reason: "all" }));
    expect([both.code, both.out]).toEqual([0, expect.stringContaining("ignore-expired")]);
    expect(out).not.toContain("without use");
  });

  test("does not hide findings that no entry ignores", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" };
    const open = state("secret.json", [{ "cmdb:configuration-item": secret }]);
    const match = [{ property: "ipAddress", record: "ipAddress" }];
    const rules = { references: [{ ...references[0], match }], ignore: [{ rule: "record-exists", reason: "lab" }] };
    const { out } = await drift("--state", open, "--rules", file("some.json", rules), "-o", "json");
    const { findings, ignored } = JSON.parse(out) as Report;
    expect(findings).toMatchObject([{ rule: "attributes-match", undecided: true }]);
    expect(ignored).toMatchObject([{ finding: { rule: "record-exists", undecided: true } }]);
  });

  test("is not written to the ignore file", async () => {
    const written = join(scene.cacheDir, "written.yaml");
    const states = ["--state", state("two.json", [wrong, { "cmdb:configuration-item": "CI-OTHER" }])];
    await drift(...states, ...ruled({ reason: "lab", resource: "*::gw-0" }), "--write-ignore", written);
    const { out } = await drift(...states, ...ruled(), "--ignore-file", written, "-o", "json");
    expect((JSON.parse(out) as Report).findings).toMatchObject([{ recordId: "CI-NONE" }]);
  });
});

test("a rule with findings in the baseline is not reported as passed", async () => {
  const report = join(scene.cacheDir, "known.json");
  const bad = ["--state", state("known-state.json", [wrong])];
  await drift(...bad, "-o", `json=${report}`);
  const { out } = await drift(...bad, "--baseline", report, "-o", "junit");
  expect(out).toContain('<skipped message="1 finding known from the baseline"/>');
});

test("an account that exists is not reported as missing", async () => {
  const rules = file("accounts.json", { references: [{ types: ["*"], kind: "account", id: "account" }] });
  const mirror = await scene.open();
  const there = mirror.list("account")[0]?.id ?? "";
  mirror.close();
  const resources = ["ACC-NONE", there].map((account, index) => ({
    urn: `urn:pulumi:accounts::net::${type}::gw-${index}`,
    type,
    inputs: { account },
  }));
  const path = file("accounts-state.json", { version: 3, deployment: { resources } });
  const made = join(scene.cacheDir, "accounts-report.json");
  expect((await drift("--state", path, "--rules", rules, "-o", `json=${made}`)).code).toBe(2);
  for (const args of [
    ["--state", path, "--rules", rules],
    ["merge", made],
  ]) {
    const report = JSON.parse((await drift(...args, "-o", "json")).out) as Report;
    expect(report.missingRecords).toMatchObject([{ kind: "account", recordId: "ACC-NONE" }]);
    expect(report.notInCoverage).toMatchObject([{ kind: "account", recordId: there, resources: [resources[1]?.urn] }]);
  }
});

test("a merged report keeps the findings known from the baseline", async () => {
  const bad = state("again.json", [wrong]);
  const at = (name: string): string => join(scene.cacheDir, name);
  await drift("--state", bad, "-o", `json=${at("base.json")}`);
  expect((await drift("--state", bad, "--baseline", at("base.json"), "-o", `json=${at("known.json")}`)).code).toBe(0);
  const { code, out } = await drift("merge", at("known.json"), "-o", "json");
  expect((JSON.parse(out) as Report).summary).toMatchObject({ baseline: { known: 1 }, findings: { error: 0 } });
  expect(code).toBe(0);
});

test("a finding with a higher severity than in the baseline is new", async () => {
  const at = (name: string): string => join(scene.cacheDir, name);
  const bad = state("worse.json", [wrong]);
  const rules = (severity: string): string =>
    file(`${severity}.json`, {
      references: [{ types: ["*"], kind: "configurationItem" }],
      severity: { "record-exists": severity },
    });
  await drift("--state", bad, "--rules", rules("info"), "-o", `json=${at("info-report.json")}`);
  const same = await drift(
    "--state",
    bad,
    "--rules",
    rules("info"),
    "--baseline",
    at("info-report.json"),
    "--fail-on",
    "info",
  );
  expect(same.code).toBe(0);
  expect((await drift("--state", bad, "--rules", rules("error"), "--baseline", at("info-report.json"))).code).toBe(2);
});

test("accounts must be covered if the rules require it", async () => {
  const rules = file("rules.json", { references: [{ types: ["*"], kind: "location" }], cover: [{ kind: "account" }] });
  const { out } = await drift(
    "--state",
    state("cover.json", [{ "cmdb:location": "LOC-PAR-001" }]),
    "--rules",
    rules,
    "-o",
    "json",
  );
  const report = JSON.parse(out) as Report;
  expect(report.findings).toMatchObject([{ rule: "inventory-covered", kind: "account" }]);
});

test("a full device behind standard output is one error line", async () => {
  const { execFile } = await import("node:child_process");
  const main = join(__dirname, "../../dist/cli/main.js");
  const command = `"${process.execPath}" "${main}" list configuration-items -o json > /dev/full`;
  const env = { ...process.env, ...scene.sandbox.environment, ORANGE_CMDB_CACHE_DIR: scene.cacheDir, NODE_OPTIONS: "" };
  const err = await new Promise<string>((done) => {
    execFile("sh", ["-c", command], { env }, (_error, _out, stderr) => done(stderr));
  });
  expect(err).toMatchInlineSnapshot(`
   "orange-cmdb: cannot write to standard output: ENOSPC
   "
  `);
});
