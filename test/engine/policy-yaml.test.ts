import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { addClouds } from "./helpers/clouds";
import { judged } from "./helpers/policy-events";
import { makeProject, root, type Project } from "./helpers/project";
import { addYaml } from "./helpers/yaml";
import { writeRecords } from "./policy/records";

let project: Project;
let sandbox: Sandbox;

beforeAll(async () => {
  project = makeProject();
  sandbox = await startSandbox({ data: writeRecords(project) });
  Object.assign(project.environment, sandbox.environment);
  await addClouds(project, ["aws"]);
  addYaml(project);
}, 600_000);
afterAll(async () => {
  await sandbox.close();
  project.remove();
});

test("the pack evaluates a program in YAML in a process of its own", async () => {
  const gateway = (item: string, ipAddress: string): object => ({
    type: "aws:ec2/customerGateway:CustomerGateway",
    properties: { ipAddress, tags: { "cmdb:configuration-item": item } },
  });
  const resources = {
    right: gateway("CI-1", "192.0.2.1"),
    nowhere: gateway("CI-99", "192.0.2.1"),
    later: gateway("${right.made}", "192.0.2.1"),
  };
  project.write("Pulumi.yaml", JSON.stringify({ name: "user-project", runtime: "yaml", resources }));
  const pack = ["--policy-pack", join(root, "policy")];
  const { complaints, messages, passed, code } = await judged(project, "preview", ...pack);
  expect(complaints).toEqual(["record-exists nowhere (mandatory)", "unknown-at-preview later (advisory)"]);
  expect(messages.join("\n")).toContain('nowhere refers to configurationItem "CI-99"');
  expect(passed).toContain("record-exists right");
  expect(code).not.toBe(0);
});
