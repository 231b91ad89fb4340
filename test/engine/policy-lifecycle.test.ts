import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { addClouds } from "./helpers/clouds";
import { judged, type Judgement } from "./helpers/policy-events";
import { makeProject, root, type Project } from "./helpers/project";
import { program, writeRecords } from "./policy/records";

const pack = ["--policy-pack", join(root, "policy")];
const stack = "user-project-test";
const gateway = "aws:ec2/customerGateway:CustomerGateway";
let project: Project;
let sandbox: Sandbox;

beforeAll(async () => {
  project = makeProject();
  sandbox = await startSandbox({ data: writeRecords(project) });
  Object.assign(project.environment, sandbox.environment);
  await addClouds(project, ["aws", "gcp"]);
});
afterAll(async () => {
  await sandbox.close();
  project.remove();
});

const run = (command: string, config: object, ...args: string[]): Promise<Judgement> => {
  const path = join(project.folder, "config.json");
  writeFileSync(path, JSON.stringify(config));
  const more = command === "up" ? ["--yes", "--skip-preview"] : [];
  return judged(project, command, ...more, ...pack, "--policy-pack-config", path, ...args);
};
const rules = (text: object): void => project.write("cmdb.rules.yaml", JSON.stringify(text));
const write = (body: string): void => project.write("index.ts", program(body));
const state = async (): Promise<string> =>
  (await project.pulumi("stack", "export", "--stack", "test", "--show-secrets")).text;

interface Entry {
  readonly urn: string;
  readonly inputs: Record<string, unknown>;
}

const inputsOf = async (name: string, ...more: string[]): Promise<Record<string, unknown> | undefined> => {
  const { text } = await project.pulumi("stack", "export", "--stack", "test", ...more);
  const { deployment } = JSON.parse(text) as { deployment: { resources: Entry[] } };
  return deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`))?.inputs;
};

describe("the policy pack with components, reads and protected, aliased or deleted resources", () => {
  test("evaluates each kind of resource as documented", async () => {
    rules({
      references: [
        { types: ["*"], kind: "location", required: true },
        { types: ["my:net:Named"], kind: "location", id: "site", required: true },
      ],
    });
    const component = `
      class Group extends pulumi.ComponentResource {
        constructor(type: string, name: string, args: object) { super(type, name, args as any, {}); }
      }
      const group = new Group("my:net:Group", "group", { tags: { "cmdb:location": "NOWHERE" } });
      new Group("my:net:Named", "named-component", { site: "NOWHERE" });
      make("aws:ec2/vpc:Vpc", "member", site("NOWHERE"), { parent: group });
      make("aws:ec2/vpc:Vpc", "protected", site("NOWHERE"), { protect: true });
      make("aws:ec2/vpc:Vpc", "aliased", site("NOWHERE"), { aliases: [{ name: "before" }] });
      make("aws:ec2/vpc:Vpc", "bare");
      new Any("aws:ec2/vpc:Vpc", "read", {}, { id: "vpc-1" });`;
    write(`${component}\nmake("aws:ec2/vpc:Vpc", "going", site("NOWHERE"));`);
    const first = await run("up", { all: "advisory" });
    const always = ["aliased", "member", "named-component", "protected"];
    const complaints = [...always, "going"].map((name) => `record-exists ${name} (advisory)`);
    // Without properties it might be one that a targeted update leaves out: the end of the update shows that it is not.
    const bare = ["reference-required bare (advisory)", "unknown-at-preview bare (advisory)"];
    expect(first.complaints).toEqual([...complaints, ...bare].sort());
    // A resource that will be deleted is judged no more.
    write(component);
    const second = await run("preview", { all: "advisory" });
    expect(second.text).toMatch(/- .*going delete/);
    expect(second.complaints.filter((text) => text.startsWith("record-exists"))).toEqual(
      always.map((name) => `record-exists ${name} (advisory)`),
    );
    await project.pulumi("state", "unprotect", "--all", "--yes", "--stack", "test");
    write("");
    expect((await project.pulumi("up", "--yes", "--skip-preview")).code).toBe(0);
  }, 120_000);
});

describe("a targeted update", () => {
  test("does not report excluded resources as missing, and reports undecided values", async () => {
    rules({
      references: [{ types: [gateway], kind: "configurationItem", required: true }],
      unique: { configurationItem: 1 },
      cover: [{ kind: "configurationItem", where: "contains(['CI-1', 'CI-2', 'CI-3'], id)" }],
    });
    write(
      `make("${gateway}", "one", item("CI-1"));\nmake("${gateway}", "two", item("CI-2"));\nmake("${gateway}", "three", item("CI-3"));`,
    );
    const targeted = await run("preview", { "record-in-service": "disabled" }, "--target", "**::one");
    expect(targeted.complaints).toEqual(
      [
        `inventory-covered ${stack} (advisory)`,
        `reference-unique ${stack} (advisory)`,
        "unknown-at-preview three (advisory)",
        "unknown-at-preview two (advisory)",
      ].sort(),
    );
    expect(targeted.messages.join("\n")).toMatch(
      /2 of 3 records .* have no known resource, but three, two can refer to them/,
    );
    expect(targeted.messages.join("\n")).toContain("the configurationItem that three, two claim is unknown at preview");
    expect(targeted.code).toBe(0);
    expect((await run("up", { "record-in-service": "disabled" })).complaints).toEqual([]);
    // What the program no longer has, and the update leaves alone, is still there and counts.
    write(`make("${gateway}", "one", item("CI-1"));\nmake("${gateway}", "again", item("CI-3"));`);
    const after = await run("preview", { "record-in-service": "disabled" }, "--target", "**::again");
    expect(after.complaints).toEqual([`reference-unique three (mandatory)`]);
    write("");
    expect((await project.pulumi("up", "--yes", "--skip-preview")).code).toBe(0);
  }, 120_000);
});

describe("remediation", () => {
  const body = `
    const maker = make("gcp:x/y:Maker", "maker", { labels: { a: "b" } });
    make("${gateway}", "corrected", { ...item("CI-1", { hidden: pulumi.secret("hush") }), ipAddress: "192.0.2.99", port: 5, key: pulumi.secret("old") });
    make("${gateway}", "listed", { tags: [{ Key: "cmdb:configuration-item", Value: "CI-3" }], ipAddress: maker.made });
    make("gcp:compute/instance:Instance", "lowered", { labels: { "cmdb-configuration-item": "ci-3" } });
    make("${gateway}", "right", { ...item("CI-5", { "cmdb:location": "PAR", "cmdb:service-point": "SP-PAR" }), ipAddress: "192.0.2.5" });
    make("${gateway}", "unclear", { ...item(maker.made), ipAddress: "192.0.2.99" });
    make("${gateway}", "open", { tags: { "cmdb:configuration-item": "CI-6", "cmdb:location": maker.made.apply(() => "PAR") }, ipAddress: "192.0.2.6" });`;

  beforeAll(() => {
    const match = [
      { property: "ipAddress", record: "ipAddress" },
      { property: "key", record: "bandwidth", as: "number" },
      { property: "port", record: "serialNumber" },
    ];
    rules({
      references: [
        { types: [gateway], kind: "configurationItem", match: match.slice(0, 1) },
        { types: ["*"], kind: "configurationItem" },
        { types: ["*"], kind: "location" },
        { types: ["*"], kind: "servicePoint" },
        { types: [gateway], kind: "configurationItem", id: "correctedBy", match },
      ],
    });
    write(body);
  });

  test("is disabled by default", async () => {
    const { complaints, text } = await run("preview", { all: "advisory" });
    expect(text).not.toContain("[remediate]");
    expect(complaints).toContain("attributes-match corrected (advisory)");
  });

  test("sets known values, keeps secrets secret, and leaves unknown values unchanged", async () => {
    const on = { "attributes-match": "remediate", "location-consistent": "remediate", "record-exists": "advisory" };
    const preview = await run("preview", on);
    expect(preview.text).toMatch(/\[remediate\] .*attributes-match/);
    expect(preview.complaints).toEqual([
      "unknown-at-preview listed (advisory)",
      "unknown-at-preview open (advisory)",
      "unknown-at-preview unclear (advisory)",
    ]);
    const update = await run("up", on);
    expect(update.complaints).toEqual(["record-exists unclear (advisory)"]);
    expect(await inputsOf("corrected", "--show-secrets")).toMatchObject({
      ipAddress: "192.0.2.1",
      port: 5,
      tags: { "cmdb:configuration-item": "CI-1", "cmdb:location": "PAR", "cmdb:service-point": "SP-PAR" },
    });
    expect(JSON.stringify(await inputsOf("corrected"))).not.toContain("hush");
    expect(await inputsOf("listed")).toMatchObject({
      ipAddress: "192.0.2.3",
      tags: [
        { Key: "cmdb:configuration-item", Value: "CI-3" },
        { Key: "cmdb:location", Value: "FRA" },
        { Key: "cmdb:service-point", Value: "SP-FRA" },
      ],
    });
    expect(await inputsOf("lowered")).toMatchObject({
      labels: { "cmdb-configuration-item": "ci-3", "cmdb-location": "fra", "cmdb-service-point": "sp-fra" },
    });
    expect(await inputsOf("unclear")).toMatchObject({
      ipAddress: "192.0.2.99",
      tags: { "cmdb:configuration-item": "LOC-NONE" },
    });
    expect(await inputsOf("open")).toMatchObject({
      tags: { "cmdb:location": "PAR", "cmdb:service-point": "SP-PAR" },
    });
    // What was set once is no change the next time.
    const again = await run("preview", on, "--expect-no-changes");
    expect(again.code).toBe(0);
    write("");
    expect((await project.pulumi("up", "--yes", "--skip-preview")).code).toBe(0);
  }, 120_000);
});

test("a secret is compared, and never shown", async () => {
  rules({
    references: [
      { types: [gateway], kind: "configurationItem", match: [{ property: "ipAddress", record: "ipAddress" }] },
      { types: [gateway], kind: "location" },
    ],
  });
  write(`
    make("${gateway}", "same", { ...item("CI-1"), ipAddress: pulumi.secret("192.0.2.1") });
    make("${gateway}", "other", { ...item("CI-5"), ipAddress: pulumi.secret("198.51.100.77") });
    make("${gateway}", "hidden", { tags: pulumi.secret({ "cmdb:configuration-item": "CI-HUSH", "cmdb:location": "PAR" }) });
    make("${gateway}", "several", item(pulumi.secret("CI-HUSH 198.51.100.77")));
    make("${gateway}", "text", { tags: [pulumi.secret("cmdb:location=CI-HUSH")] });`);
  for (const command of ["preview", "up"]) {
    const { complaints, messages, text } = await run(command, { all: "advisory" });
    expect(complaints).toEqual([
      "attributes-match other (advisory)",
      ...["hidden", "several", "text"].map((name) => `record-exists ${name} (advisory)`),
    ]);
    expect(messages.join("\n")).toContain("other: ipAddress (a secret) differs from configurationItem CI-5");
    expect(`${text}${messages.join()}`).not.toMatch(/198\.51\.100\.77|CI-HUSH/);
  }
  expect(await state()).toContain("198.51.100.77");
});
