import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { readPlan } from "../../drift/sources/plan";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { deployedIn } from "./helpers/state";

const plan = readFileSync(resolve(__dirname, "../fixtures/terraform/plan.json"), "utf8").trim();
const state = '{"version":3,"deployment":{"resources":[]}}';
const lines = (...all: object[]): string => all.map((line) => `${JSON.stringify(line)}\n`).join("");
const pending = (...types: string[]): string =>
  JSON.stringify({
    version: 3,
    deployment: { resources: [], pending_operations: types.map((type) => ({ type, resource: { urn: "urn:x" } })) },
  });

/** Inputs by what they are, what is said of each, and where only one command is given it. */
type Input = readonly [what: string, content: string | Buffer, says: RegExp];
const inputs: readonly (readonly [...Input, only?: "state" | "plan"])[] = [
  ["an empty file", "", /is empty: check whether the command that wrote it failed$/],
  ["blank lines", " \r\n\n", /is empty: check whether the command that wrote it failed/],
  [
    "the first line of the wrapper of setup-terraform",
    `[command]/home/runner/work/_temp/0/terraform-bin show -json plan.bin\n${plan}\n`,
    /wrapper of setup-terraform prints; set terraform_wrapper: false in the step hashicorp\/setup-terraform$/,
  ],
  [
    "the last lines of the wrapper of setup-terraform",
    `${plan}\n::debug::Terraform exited with code 0.\n::debug::stdout: ${plan}\n::debug::stderr: \n`,
    /output of the setup-terraform wrapper after its JSON; set terraform_wrapper: false/,
  ],
  [
    "the last lines of the wrapper of setup-terraform, without braces",
    `${plan}\n\n::debug::Terraform exited with code 0.\n`,
    /output of the setup-terraform wrapper after its JSON; set terraform_wrapper: false/,
  ],
  [
    "several plans",
    `${plan}\n${plan}\n`,
    /several JSON documents, such as the output of terragrunt run-all; write one file/,
  ],
  [
    "several states",
    `${state}${state}`,
    /several JSON documents, such as the output of terragrunt run-all; write one file/,
  ],
  ["an empty document and a plan", `{}\n${plan}`, /several JSON documents/],
  [
    "the log of terragrunt",
    `10:33:21.123 STDOUT [vpc] terraform: ${plan}\n`,
    /log prefix of terragrunt; run it with --tf-forward-stdout, and write one file per module$/,
  ],
  [
    "an encrypted state of OpenTofu",
    '{"serial":1,"lineage":"a","meta":{"key_provider.pbkdf2.k":"e30="},"encrypted_data":"AA","encryption_version":"v0"}',
    /is encrypted by OpenTofu; pass the output of tofu show -json, run where the encryption is configured$/,
  ],
  [
    "an encrypted plan of OpenTofu",
    '{"meta":{"key_provider.pbkdf2.k":"e30="},"encrypted_data":"AA","encryption_version":"v0"}',
    /is encrypted by OpenTofu; pass the output of tofu show -json/,
  ],
  [
    "the log of terraform plan -json",
    lines(
      { "@level": "info", "@message": "Terraform 1.9.8", "@module": "terraform.ui", type: "version" },
      { "@level": "info", "@message": "Plan: 1 to add", "@module": "terraform.ui", type: "change_summary" },
    ),
    /is the log of terraform plan -json .* terraform plan -out=plan\.bin, and pass the output of terraform show -json/,
  ],
  [
    "one line of the log of terraform plan -json",
    lines({ "@level": "error", "@message": "Error: no", "@module": "terraform.ui", type: "diagnostic" }),
    /is the log of terraform plan -json/,
  ],
  [
    "pulumi preview --json",
    JSON.stringify({ config: {}, steps: [{ op: "create", urn: "urn:x" }], duration: 1, changeSummary: { create: 1 } }),
    /is the output of pulumi preview .* pulumi stack export --file state\.json, .* pulumi preview --policy-pack$/,
  ],
  [
    "the events of pulumi preview",
    lines({ sequence: 0, timestamp: 1, preludeEvent: {} }, { sequence: 1, timestamp: 1, summaryEvent: {} }),
    /is the output of pulumi preview/,
  ],
  [
    "pulumi preview --save-plan",
    JSON.stringify({ manifest: {}, resourcePlans: {}, config: {} }),
    /is the output of pulumi preview/,
  ],
  [
    "a Terraform state file of an old version",
    '{"version":3,"terraform_version":"0.11.14","serial":1,"lineage":"x","modules":[]}',
    /is a Terraform state file of version 3, and only version 4 is supported: run terraform apply -refresh-only/,
    "state",
  ],
  [
    "Terraform's own state file",
    '{"version":4,"terraform_version":"1.9.0","lineage":"x","resources":[]}',
    /is a state, not a plan: create one with terraform show -json PLANFILE > plan\.json/,
    "plan",
  ],
  [
    "what terraform show prints for people",
    "\n\u001b[1mTerraform used the selected providers to generate the following execution plan.\u001b[0m\n",
    /text output of terraform show; add -json: terraform show -json$/,
  ],
  ["a plan file", Buffer.from("PK\u0003\u0004\u0000\u0000"), /is the plan file itself; pass the output of terraform/],
  ["UTF-16 with a mark", Buffer.from(`\ufeff${state}`, "utf16le"), /is UTF-16, .* cmd \/c "terraform show -json/],
  ["UTF-16 without a mark", Buffer.from(state, "utf16le"), /is UTF-16, .* pulumi stack export --file state\.json$/],
  ["big-endian UTF-16", Buffer.from(`\ufeff${state}`, "utf16le").swap16(), /is UTF-16/],
  ["HTML", "<!DOCTYPE html>\n<html><body>Sign in {[</body></html>", /is HTML or XML .* check the download address/],
  ["HTML behind blank lines", "\r\n\n  <html></html>", /is HTML or XML/],
  [
    "pending creates",
    pending("creating", "updating"),
    /has 2 pending operations .*check which resources were created, run pulumi refresh --clear-pending-creates, and export it/,
    "state",
  ],
  ["a pending update", pending("updating"), /has 1 pending operation .*; run pulumi refresh, and export/, "state"],
];

let scene: TestEnvironment;
let folder: string;
beforeAll(async () => {
  scene = await createTestEnvironment();
  (await scene.open()).close();
  folder = mkdtempSync(join(scene.cacheDir, "refused-"));
});
afterAll(() => scene.end());

const commands = {
  state: (path: string): string[] => ["drift", "--state", path],
  plan: (path: string): string[] => ["check", "--plan", path],
};

const inputsOf = (command: "state" | "plan"): Input[] =>
  inputs.flatMap(([what, content, says, only]) =>
    only === undefined || only === command ? [[what, content, says] as const] : [],
  );

/** Some inputs are given to the commands; all are read as the commands read them. */
const ofCommands = /^(an empty file|several plans|the first line|an encrypted state|pending creates|UTF-16 with|HTML)/;

test.each(
  (["state", "plan"] as const).flatMap((command) =>
    inputsOf(command)
      .filter(([what]) => ofCommands.test(what))
      .map(([what, content, says]) => [what, commands[command], content, says] as const),
  ),
)("%s ends a command with 1 and one line that names the cause and the fix", async (_what, args, content, says) => {
  const path = join(folder, "input.json");
  writeFileSync(path, content);
  const { code, out, err } = await scene.cli(args(path));
  expect({ code, out }).toEqual({ code: 1, out: "" });
  const [line = "", ...more] = err.trimEnd().split("\n");
  expect(more).toEqual([]);
  expect(line).toMatch(says);
  expect(line).toContain(path);
});

test.each(inputsOf("plan"))("%s is rejected as a plan", async (_what, content, says) => {
  const path = join(folder, "plan.json");
  writeFileSync(path, content);
  await expect(readPlan(path)).rejects.toThrow(
    expect.objectContaining({ name: "DriftError", message: expect.stringMatching(says) }),
  );
});

test("a compressed file is rejected for its content", async () => {
  const path = join(folder, "packed.json.gz");
  writeFileSync(path, gzipSync(`[command]/x/terraform-bin show -json\n${plan}`));
  expect((await scene.cli(commands.state(path))).err).toContain("terraform_wrapper: false");
});

test.each(inputsOf("state"))(
  "%s is rejected as a state, with the same message for any chunks",
  (_what, content, says) => {
    for (const size of [1, 7, 100])
      expect(() => deployedIn(Buffer.from(content), "it", { size })).toThrow(
        expect.objectContaining({ name: "DriftError", message: expect.stringMatching(says) }),
      );
  },
);

test("a state with trailing blank lines is read", () => {
  expect(deployedIn(`${state}\r\n\n`, "it", { size: 5 })).toEqual([]);
});
