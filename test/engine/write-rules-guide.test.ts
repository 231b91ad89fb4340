import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { loadRulesFile } from "../../policy/config/load-rules";
import { startSandbox, type Sandbox } from "../../sandbox";
import { bash, command } from "../drift/helpers/ci";
import { environmentOf } from "../examples/helpers/project";
import type { CommandResult } from "../helpers/environment";
import { addClouds } from "./helpers/clouds";
import { addYaml } from "./helpers/yaml";
import { makeProject, root, type Project } from "./helpers/project";

let sandbox: Sandbox;
let project: Project;

const gateway = "aws:ec2/customerGateway:CustomerGateway";

beforeAll(async () => {
  sandbox = await startSandbox();
  project = makeProject();
  Object.assign(project.environment, sandbox.environment);
  await addClouds(project, ["aws"]);
  addCommands();
  addYaml(project);
  writeProgram({});
  expect(await project.pulumi("stack", "init", "prod")).toMatchObject({ code: 0 });
  const up = await project.pulumi("up", "--stack", "prod", "--yes", "--skip-preview");
  expect([up.code, up.text]).toEqual([0, expect.stringContaining("3 created")]);
}, 300_000);
afterAll(async () => {
  await sandbox.close();
  project.remove();
});

/** Puts `orange-cmdb` and `pulumi` on the PATH, as an installation does. */
function addCommands(): void {
  const bin = join(project.folder, "bin");
  mkdirSync(bin);
  const add = (name: string, run: string): void =>
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${run} "$@"\n`, { mode: 0o755 });
  add("orange-cmdb", command);
  add("pulumi", `'${process.env["ORANGE_CMDB_PULUMI"]}'`);
  project.environment["PATH"] = [bin, project.environment["PATH"]].join(delimiter);
}

/** Writes the program: two gateways with the addresses of their records, and changes of the first one. */
function writeProgram(changes: object): void {
  const resource = (id: string, change = {}): object => ({
    type: gateway,
    properties: { ipAddress: addressOf(id), tags: { "cmdb:configuration-item": id }, ...change },
  });
  const resources = { paris: resource("CI-RTR-PAR-001", changes), lyon: resource("CI-RTR-LYS-001") };
  project.write("Pulumi.yaml", JSON.stringify({ name: "net", runtime: "yaml", resources }));
}

function addressOf(id: string): string {
  const records = sandbox.records("configurationItem") as unknown as {
    id: string;
    properties: { network: { ipAddress: string } };
  }[];
  const address = records.find((record) => record.id === id)?.properties.network.ipAddress;
  if (address === undefined) throw new Error(`${id} has no address`);
  return address;
}

const guide = readFileSync(join(root, "docs/guides/write-rules.md"), "utf8");
const steps = guide.split(/^## (?=\d+\. )/m).slice(1);

/** Returns the blocks of a language in a step. */
const blocks = (step: number, language: string): string[] =>
  [...(steps[step - 1] ?? "").split(/^## /m)[0]!.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(
    ([, text = ""]) => text,
  );

/** Runs the commands of a step, as they are printed. */
function run(step: number): Promise<CommandResult> {
  const commands = blocks(step, "sh");
  expect(commands).toHaveLength(1);
  return bash({ folder: project.path, env: environmentOf(project) }, commands.join("\n"), {});
}

const rulesFile = (): string => join(project.path, "cmdb.rules.yaml");
const edit = (from: string, to: string): void => {
  const text = readFileSync(rulesFile(), "utf8");
  expect(text.split(from)).toHaveLength(2);
  writeFileSync(rulesFile(), text.replace(from, to));
};

test("the guide has seven steps", () => {
  expect(steps).toHaveLength(7);
});

test("steps 1 and 2 write rules for the stack, and cases that pass", async () => {
  expect(await run(1)).toMatchObject({ code: 0 });
  const [first] = loadRulesFile(rulesFile()).rules.references;
  expect(first).toMatchObject({ types: [gateway], kind: "configurationItem", required: false });
  expect(await run(2)).toMatchObject({ code: 0, out: expect.stringMatching(/cases passed, 0 failed/) });
}, 120_000);

test("step 3 gives the rules that the guide shows", () => {
  edit("# required: true", "required: true");
  edit("# severity: {", "severity: {");
  const [shown = ""] = blocks(3, "yml");
  const { references, severity } = parse(shown) as { references: object[]; severity: object };
  const written = parse(readFileSync(rulesFile(), "utf8")) as { references: object[]; severity: object };
  expect([written.references[0], written.severity]).toEqual([references[0], severity]);
  expect(readFileSync(rulesFile(), "utf8")).toContain(/^ {2}# aws.*$/m.exec(shown)?.[0]);
});

test("step 4 adds cases that pass, and that fail if the rules are weaker", async () => {
  const [cases = ""] = blocks(4, "yaml");
  project.write("gateways.rules.test.yaml", cases);
  expect(await run(4)).toMatchObject({ code: 0 });
  expect(readFileSync(join(project.path, "rules.xml"), "utf8")).toContain("stops the deployment");
  edit("required: true", "required: false");
  expect((await run(4)).code).toBe(2);
  edit("required: false", "required: true");
}, 120_000);

test("steps 5 and 6 find no problem in the deployed stack, and the preview passes", async () => {
  const { code, out } = await run(5);
  expect([code, out]).toEqual([0, expect.stringContaining("no problems")]);
  const preview = await run(6);
  expect([preview.code, preview.out]).toEqual([0, expect.stringMatching(/✅ orange-cmdb@/)]);
}, 240_000);

test("the policy stops another address, and a gateway without a record", async () => {
  writeProgram({ ipAddress: "192.0.2.250" });
  const address = await run(6);
  expect(address.code).not.toBe(0);
  expect(address.out).toMatch(/\[mandatory\].*attributes-match[^]*192\.0\.2\.250/);
  writeProgram({ tags: {} });
  const untagged = await run(6);
  expect(untagged.code).not.toBe(0);
  expect(untagged.out).toMatch(/\[mandatory\].*reference-required/);
  writeProgram({});
}, 240_000);

test("step 7 explains the deployed gateway", async () => {
  const { code, out } = await run(7);
  expect([code, out]).toEqual([0, expect.stringContaining("CI-RTR-PAR-001")]);
  expect(out).toMatch(/attributes-match: ipAddress .* agrees/);
}, 120_000);
