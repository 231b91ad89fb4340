import { join } from "node:path";
import type { Finding } from "../../policy/rules/core/types";
import { startSandbox, type Sandbox } from "../../sandbox";
import { isSecret, isUnknown, runGuide, type GuideCase, type GuideResource } from "../drift/rules-test/helpers/guide";
import { addClouds } from "./helpers/clouds";
import { judged } from "./helpers/policy-events";
import { makeProject, root, type Project } from "./helpers/project";
import { program } from "./policy/records";

let project: Project;
let sandbox: Sandbox;
let cases: readonly GuideCase[];

beforeAll(async () => {
  project = makeProject();
  // The rules file lies beside Pulumi.yaml, where the pack finds it.
  cases = runGuide(project.path);
  sandbox = await startSandbox({ data: project.path });
  Object.assign(project.environment, sandbox.environment);
  await addClouds(project, ["aws", "gcp"]);
});
afterAll(async () => {
  await sandbox.close();
  project.remove();
});

/** Returns the text of a program for a value; `maker` makes what is unknown in a preview. */
function valueText(value: unknown): string {
  if (isUnknown(value)) return "maker.made";
  return isSecret(value) ? `pulumi.secret(${JSON.stringify(value.secret)})` : JSON.stringify(value);
}

function makeText({ type, name, properties }: GuideResource): string {
  const all = Object.entries(properties).map(([key, value]) => `${key}: ${valueText(value)}`);
  return `make("${type}", "${name}", { ${all.join(", ")} });`;
}

const levels = { error: "mandatory", warning: "advisory", info: "advisory" };

/** Returns what the pack must say of a finding. The stack is another than that of the case. */
function complaintOf({ rule, severity, urn, type, undecided }: Finding): string {
  const name = type === "pulumi:pulumi:Stack" ? "user-project-test" : (urn.split("::").at(-1) ?? "");
  return undecided ? `unknown-at-preview ${name} (advisory)` : `${rule} ${name} (${levels[severity]})`;
}

test("a preview with the policy pack reports the findings of rules test for each case of the guide", async () => {
  const mine = cases.filter(
    ({ inventoryAge, resources }) => inventoryAge === undefined && resources.every(({ type }) => type.includes(":")),
  );
  expect(mine).toHaveLength(11);
  for (const { name, resources, complete, result } of mine) {
    const maker = 'const maker = make("gcp:compute/instance:Instance", "maker", { zone: "europe-west9-a" });';
    project.write("index.ts", program([maker, ...resources.map(makeText)].join("\n")));
    const { complaints, messages, text } = await judged(project, "preview", "--policy-pack", join(root, "policy"));
    // A complaint of record-exists about the stack is a note: an entry of the rules that matches no resource.
    const isCompared = (line: string): boolean =>
      !line.startsWith("record-exists user-project-test ") && (complete || !line.startsWith("inventory-covered "));
    expect([name, text, complaints.filter(isCompared)]).toEqual([name, text, result.findings.map(complaintOf).sort()]);
    for (const { message } of result.findings) expect(messages.join("\n")).toContain(message);
  }
});
