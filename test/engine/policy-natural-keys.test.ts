import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { addClouds } from "./helpers/clouds";
import { judged } from "./helpers/policy-events";
import { makeProject, root, type Project } from "./helpers/project";
import { program, writeRecords } from "./policy/records";

let project: Project;
let sandbox: Sandbox;

const gateway = "aws:ec2/customerGateway:CustomerGateway";
const resources = `
  const made = make("${gateway}", "right", { ipAddress: "::ffff:192.0.2.1" });
  make("${gateway}", "nowhere", { ipAddress: "192.0.2.99" });
  make("${gateway}", "retired", { ipAddress: "192.0.2.2" });
  make("${gateway}", "hidden", { ipAddress: pulumi.secret("192.0.2.77") });
  make("${gateway}", "later", { ipAddress: made.made });
  make("aws:ec2/vpc:Vpc", "several", { site: "FRA" });`;
const by = { types: [gateway], kind: "configurationItem", by: "ipAddress", value: "ipAddress", as: "ip" };
const several = { types: ["aws:ec2/vpc:Vpc"], kind: "configurationItem", by: "locationId", value: "site" };

beforeAll(async () => {
  project = makeProject();
  sandbox = await startSandbox({ data: writeRecords(project) });
  Object.assign(project.environment, sandbox.environment);
  await addClouds(project, ["aws"]);
  project.write("index.ts", program(resources));
});
afterAll(async () => {
  await sandbox.close();
  project.remove();
});

async function preview(references: readonly object[]): ReturnType<typeof judged> {
  project.write("cmdb.rules.yaml", JSON.stringify({ references }));
  return judged(project, "preview", "--policy-pack", join(root, "policy"));
}

test("the pack finds records by an address, and shows no secret", async () => {
  const { complaints, messages, text } = await preview([by, several]);
  expect(complaints).toEqual([
    "record-exists hidden (mandatory)",
    "record-exists nowhere (mandatory)",
    "record-exists several (mandatory)",
    "record-in-service retired (advisory)",
    "unknown-at-preview later (advisory)",
  ]);
  expect(messages.join("\n")).toMatch(/nowhere: no configuration item has ipAddress 192\.0\.2\.99 \(ipAddress\)/);
  expect(messages.join("\n")).toMatch(/several: 2 configuration items have locationId FRA \(site\): CI-3, CI-4;/);
  expect(messages.join("\n")).toContain("hidden: ipAddress (a secret) names no configuration item by ipAddress");
  expect(text).not.toContain("192.0.2.77");
});

test("a misspelt field of the records is reported once, with the nearest", async () => {
  const { messages } = await preview([{ ...by, by: "ipAdress" }]);
  const told = messages.filter((message) => message.includes("which no configurationItem has"));
  expect(told).toEqual([
    expect.stringContaining(
      `the rules' references.0.by looks up "ipAdress", which no configurationItem has; did you mean "ipAddress"?; correct the rules`,
    ),
  ]);
});
