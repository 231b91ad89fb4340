import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { formats } from "../../drift/formats";
import type { FormatName } from "../../drift/formats/names";
import { paint, renderLines } from "../../drift/formats/text/terminal";
import type { Report } from "../../drift/report/schema";
import { policyOf } from "../../policy/policies";
import { rules as allRules } from "../../policy/rules";
import { PackConfigError } from "../../policy/config/pack-config-error";
import { kinds } from "../../provider/model/records";
import { parseRulesFile } from "../../policy/rules/file/rules-file";
import { PackSession } from "../../policy/engine/pack-session";
import { printableMessage } from "../../provider/platform/printable";
import { startServer } from "../helpers/server";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";

/** A member of each class: OSC, CSI in 7 and 8 bits, DCS, BEL, CR, BS, DEL, bidirectional controls, separators, half a character. */
const hostile =
  "A\u001b]0;title\u0007\u001b[2J\u009b31m\u001bP1$r\u001b\\\r\b\u007f\u0085\u202e\u2066\u200f\u061c\u2028\u2029\ud800Z";

/** The same without half a character, which UTF-8 cannot hold. */
const whole = hostile.replace(/\ud800.*/, "");

/** What no output may hold: control characters but line feeds, format characters, separators; colours are not ours here. */
const raw = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

let scene: TestEnvironment;
let folder: string;
beforeAll(async () => {
  scene = await createTestEnvironment();
  scene.sandbox.update("location", "LOC-PAR-001", { name: hostile, status: hostile, [`f${hostile}`]: hostile });
  await scene.cli(["sync"]);
  folder = mkdtempSync(join(scene.cacheDir, "terminal-"));
});
afterAll(() => scene.end());

function file(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

/** A state whose stack, type, name, tags, and outputs are hostile. */
function state(name = "state.json"): string {
  const type = `aws:ec2/vpc:Vpc${hostile}`;
  const resource = (id: string, n: string): object => ({
    urn: `urn:pulumi:prod${hostile}::net${hostile}::${type}::${n}${hostile}`,
    type,
    inputs: { tags: { "cmdb:location": id }, name: hostile },
    outputs: { tags: { "cmdb:location": id }, name: hostile },
    sourcePosition: `project:///src/${encodeURIComponent(hostile.replace("\ud800", ""))}.ts#4,2`,
  });
  return file(name, {
    version: 3,
    deployment: { resources: [resource("LOC-PAR-001", "one"), resource(`NONE${hostile}`, "two")] },
  });
}

const references = [
  { types: ["*"], kind: "location", id: 'tags."cmdb:location"', match: [{ property: "name", record: "name" }] },
];

function rules(): string {
  return file("rules.json", { references, cover: [{ kind: "location" }] });
}

function expectClean({ out, err }: CommandResult): void {
  // CSV begins with a byte order mark.
  const found = [out.replace(/^\ufeff/, "").replaceAll("\r\n", "\n"), err].map((text) => raw.exec(text)?.[0]);
  expect(found).toEqual([undefined, undefined]);
  expect(out + err).not.toBe("");
}

const fromYaml = (text: string): unknown => parse(text);
const fromJson = (text: string): unknown => JSON.parse(text);

describe("no raw control, format or separator character reaches stdout or stderr", () => {
  test.each(Object.keys(formats) as FormatName[])("of a drift report as %s", async (format) => {
    const ignore = file("ignore.json", { ignore: [{ rule: "reference-*", resource: hostile, reason: hostile }] });
    const args = ["drift", "--state", state(), "--rules", rules(), "--ignore-file", ignore, "--verbose"];
    const ended = await scene.cli([...args, "-o", format]);
    expect(ended.code).toBe(2);
    expectClean(ended);
    if (format === "json")
      expect((JSON.parse(ended.out) as Report).stacks[0]?.name).toBe(`net${hostile}/prod${hostile}`);
  });

  test.each([
    [["get", "location", "LOC-PAR-001"], fromYaml],
    [["get", "location", "LOC-PAR-001", "-o", "json"], fromJson],
    [["list", "locations", "-o", "yaml"], fromYaml],
    [["list", "locations", "-o", "json"], fromJson],
    [["list", "locations"], undefined],
    [["list", "locations", "-o", "ndjson"], undefined],
    [["search", "LOC-PAR-001", "-o", "yaml"], fromYaml],
    [["history", "LOC-PAR-001"], undefined],
    [["history", "LOC-PAR-001", "-o", "yaml"], fromYaml],
    [["history", "LOC-PAR-001", "-o", "json"], fromJson],
  ])("of a record, by %j", async (args, read) => {
    const ended = await scene.cli(args);
    expect(ended.code).toBe(0);
    expectClean(ended);
    // A format that a program reads escapes, and loses nothing.
    if (read) expect(JSON.stringify(read(ended.out))).toContain(JSON.stringify(whole).slice(1, -1));
  });

  test("of two versions, by diff in each format", async () => {
    scene.sandbox.update("location", "LOC-PAR-001", { name: `B${hostile}` });
    await scene.cli(["sync"]);
    for (const format of ["console", "json", "markdown"]) expectClean(await scene.cli(["diff", "-o", format]));
  });

  test.each<[string, () => readonly string[]]>([
    ["a state that is not JSON", () => ["--state", file(`s.json`, hostile), "--rules", rules()]],
    [
      "a resource of a state that is wrong",
      () => ["--state", file("s.json", { deployment: { resources: [{ urn: hostile, type: 1, [hostile]: 1 }] } })],
    ],
    [
      "a rules file that is not YAML",
      () => ["--state", state(), "--rules", file("r.yaml", `a: [${hostile}\n b: }${hostile}`)],
    ],
    [
      "a rules file with unknown names",
      () => ["--state", state(), "--rules", file("r.json", { [hostile]: 1, references: [{ [hostile]: hostile }] })],
    ],
    [
      "a rules file with a wrong JMESPath",
      () => ["--state", state(), "--rules", file("r.json", { cover: [{ kind: "location", where: `a[?${hostile}` }] })],
    ],
    [
      "an ignore file",
      () => [
        "--state",
        state(),
        "--ignore-file",
        file("i.json", { ignore: [{ rule: hostile, reason: hostile, [hostile]: 1 }] }),
      ],
    ],
    ["a baseline", () => ["--state", state(), "--baseline", file("b.json", { [hostile]: hostile })]],
    ["a history", () => ["--state", state(), "--history", file("h.ndjson", hostile)]],
    ["a file name", () => ["--state", join(folder, "gone\u001b[2J\u009b\u202e")]],
    ["an unknown option", () => ["--\u001b[2J\u009b\u202e"]],
    ["an unknown format", () => ["-o", "\u001b[2J\u009b\u202e"]],
  ])("of an error about %s", async (_name, args) => {
    const ended = await scene.cli(["drift", ...args()]);
    expect(ended.code).toBe(1);
    expectClean(ended);
    // Nothing of a foreign text begins a line of its own.
    for (const line of ended.err.trimEnd().split("\n"))
      expect(line).toMatch(/^(orange-cmdb: | {2}- |error: |\(run orange-cmdb help)/);
  });

  test("of an error that the --verbose stack repeats", async () => {
    expectClean(await scene.cli(["drift", "--verbose", "--state", file("s.json", hostile), "--rules", rules()]));
  });

  test("of a plan, by check", async () => {
    const plan = JSON.parse(readFileSync(resolve(__dirname, "../fixtures/terraform/aws-vpn-plan.json"), "utf8")) as {
      resource_changes: { address: string; change: { after: Record<string, unknown> | null } }[];
    };
    for (const change of plan.resource_changes) {
      change.address += hostile;
      if (change.change.after) change.change.after["tags"] = { "cmdb-location": `NONE${hostile}` };
    }
    const path = file("plan.json", plan);
    for (const format of ["console", "markdown", "github", "junit"])
      expectClean(await scene.cli(["check", "--plan", path, "-o", format]));
  });

  test.each([
    ["HTML", 404, `<html>${hostile}`],
    ["an error of the API", 400, JSON.stringify({ code: 21, message: hostile, description: hostile })],
    ["almost JSON", 200, `[${hostile}`],
  ])("of a response of the server: %s", async (_name, status, body) => {
    const server = await startServer((_request, response) => {
      response.writeHead(status, { "Content-Type": "application/json", "X-Request-Id": "a\u009bb" });
      response.end(body);
    });
    const elsewhere = { ORANGE_CMDB_ENDPOINT: server.url, ORANGE_CMDB_ACCESS_TOKEN: "t", ORANGE_CMDB_TIMEOUT: "1" };
    const ended = await scene.cli(["list", "locations"], elsewhere);
    await server.close();
    expect(ended.code).toBe(1);
    expectClean(ended);
  });

  test.each([
    ["names of stacks", (name: string) => `echo '[{"name":${JSON.stringify(name)}}]'`],
    [
      "its errors",
      (name: string) => `printf '%s' ${JSON.stringify(name).replaceAll("`", "")} | sed 's/^/error: /' >&2; exit 255`,
    ],
    ["its errors, in bytes", () => `printf 'error: \\033]0;x\\007\\302\\233 \\342\\200\\256 \\r \\b' >&2; exit 255`],
  ])("of Pulumi: %s", async (_name, script) => {
    const pulumi = file(
      "pulumi",
      `#!/bin/sh\nif [ "$2" = export ]; then printf 'error: no \\033[2J stack' >&2; exit 255; fi\n${script(hostile)}\n`,
    );
    chmodSync(pulumi, 0o755);
    const ended = await scene.cli(["drift", "--all-stacks"], {
      ORANGE_CMDB_PULUMI: pulumi,
      // Only stacks of Pulumi Cloud are read by the CLI.
      PULUMI_BACKEND_URL: "https://127.0.0.1:1",
    });
    expect(ended.code).toBe(1);
    expectClean(ended);
  });
});

test("our own colours are kept, and foreign text cannot imitate them", async () => {
  const { out } = await scene.cli(["--color", "drift", "--state", state(), "--rules", rules()], { NO_COLOR: "" });
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  const colours = /\u001b\[(?:1|2|22|3[1-6]|39)m/g;
  expect(out).toMatch(colours);
  expect(raw.exec(out.replace(colours, ""))).toBeNull();
  expect(renderLines([["a\u001b[31m", paint.red("b\u001b[0m\u0007")], "c\nd"], true)).toBe(
    "a [31m\u001b[31mb [0m \u001b[39m\nc d\n",
  );
});

test("messages that Pulumi and Terraform print hold no raw character, and keep their lists", async () => {
  expect(printableMessage("wrong:\n  - a\u001b[2J\n  - b\nc")).toBe("wrong:\n  - a [2J\n  - b c");
  expect(new PackConfigError(hostile).message).not.toMatch(raw);
  expect(String(new PackConfigError(hostile).stack)).not.toMatch(raw);
  // The build puts these in.
  Object.assign(globalThis, { INTERFACES: { InventoryArgs: {} }, PROVIDER_ADDRESS: "", PROVIDER_VERSION: "" });
  const { diagnose, warning } = await import("../../provider/terraform/plugin/diagnostics.js");
  for (const { detail } of [warning("Possible typo", hostile), diagnose(new Error(hostile))])
    expect(detail).not.toMatch(raw);
  const file = parseRulesFile({ references }, "test");
  const session = new PackSession(file, "fail", kinds);
  Object.assign(process.env, scene.sandbox.environment, { ORANGE_CMDB_CACHE_DIR: scene.cacheDir });
  const props = { tags: { "cmdb:location": `NONE${hostile}` }, name: hostile };
  const args = {
    urn: hostile,
    type: hostile,
    name: hostile,
    props,
    getConfig: () => ({}),
    notApplicable: () => undefined,
  };
  const messages: string[] = [];
  for (const rule of allRules.filter(({ scope }) => scope === "resource")) {
    const policy = policyOf(rule, file, {}, session) as {
      validateResource(args: unknown, report: (text: string) => void): Promise<void>;
    };
    await policy.validateResource({ ...args, provider: { props: {} } }, (text) => void messages.push(text));
  }
  expect(messages.length).toBeGreaterThan(0);
  expect(messages.filter((text) => raw.test(text))).toEqual([]);
});
