import { join } from "node:path";
import type { Finding } from "../../policy/rules/core/types";
import { startSandbox, type Sandbox } from "../../sandbox";
import { bash, command } from "../drift/helpers/ci";
import { environmentOf } from "../examples/helpers/project";
import {
  earlier,
  isSecret,
  isUnknown,
  runGuide,
  type GuideCase,
  type GuideResource,
} from "../drift/rules-test/helpers/guide";
import { addClouds } from "./helpers/clouds";
import { judged, type Judgement } from "./helpers/policy-events";
import { makeProject, root, type Project } from "./helpers/project";
import { program } from "./policy/records";

let project: Project;
let sandbox: Sandbox;
let cases: readonly GuideCase[];

beforeAll(async () => {
  project = await makeProject();
  // The rules file lies beside Pulumi.yaml, where the pack finds it.
  cases = runGuide(project.path);
  sandbox = await startSandbox({ data: project.path });
  Object.assign(project.environment, sandbox.environment);
  addClouds(project, ["aws", "gcp"]);
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

const isPulumi = ({ resources }: GuideCase): boolean => resources.every(({ type }) => type.includes(":"));

/** Previews the resources of a case. */
async function previewOf({ resources }: GuideCase): Promise<Judgement> {
  const maker = 'const maker = make("gcp:compute/instance:Instance", "maker", { zone: "europe-west9-a" });';
  project.write("index.ts", program([maker, ...resources.map(makeText)].join("\n")));
  return judged(project, "preview", "--policy-pack", join(root, "policy"));
}

/** A complaint of record-exists about the stack is a note: an entry of the rules that matches no resource. */
const isCompared = (line: string, complete: boolean): boolean =>
  !line.startsWith("record-exists user-project-test ") && (complete || !line.startsWith("inventory-covered "));

test("a preview with the policy pack reports the findings of rules test for each case of the guide", async () => {
  const mine = cases.filter((one) => one.inventoryAge === undefined && isPulumi(one));
  expect(mine).toHaveLength(11);
  for (const one of mine) {
    const { name, complete, result } = one;
    const { complaints, messages, text } = await previewOf(one);
    const compared = complaints.filter((line) => isCompared(line, complete));
    expect([name, text, compared]).toEqual([name, text, result.findings.map(complaintOf).sort()]);
    for (const { message } of result.findings) expect(messages.join("\n")).toContain(message);
  }
});

test("a preview with an old inventory reports the findings of rules test for the cases of the guide about its age", async () => {
  const [one, ...others] = cases.filter(({ inventoryAge }) => inventoryAge !== undefined);
  expect([one?.result.findings.length, others, cases.filter((other) => !isPulumi(other)).length]).toEqual([1, [], 1]);
  if (one === undefined) return;
  const old = join(project.folder, "old.db");
  const environment = { ...earlier(one.inventoryAge ?? ""), ORANGE_CMDB_CACHE_DIR: join(project.folder, "old") };
  const runner = { folder: project.path, env: environmentOf(project) };
  expect(await bash(runner, `${command} sync --save ${old}`, environment)).toMatchObject({ code: 0 });
  project.environment["ORANGE_CMDB_INVENTORY_FILE"] = old;
  const { complaints, messages } = await previewOf(one);
  delete project.environment["ORANGE_CMDB_INVENTORY_FILE"];
  expect(complaints.filter((line) => isCompared(line, one.complete))).toEqual(one.result.findings.map(complaintOf));
  const ageless = (message: string): string => message.replace(/of \S+Z is/, "of … is");
  expect(messages.map(ageless).join("\n")).toContain(ageless(one.result.findings[0]?.message ?? ""));
});
