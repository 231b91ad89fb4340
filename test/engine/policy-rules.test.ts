import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { addClouds } from "./helpers/clouds";
import { analyzed, judged, type Judgement } from "./helpers/policy-events";
import { makeProject, root, type Project } from "./helpers/project";
import { program, writeRecords } from "./policy/records";

const pack = ["--policy-pack", join(root, "policy")];
const wild = ["aws:*", "gcp:*", "azure-native:*"];
const gateway = "aws:ec2/customerGateway:CustomerGateway";
const rules = {
  references: [
    {
      types: [gateway],
      kind: "configurationItem",
      required: true,
      match: [{ property: "ipAddress", record: "ipAddress", as: "ip" }],
    },
    { types: ["aws:ec2/vpc:Vpc", "gcp:*", "azure-native:*"], kind: "configurationItem" },
    { types: wild, kind: "location" },
    { types: wild, kind: "servicePoint" },
  ],
  inService: { configurationItem: ["OPERATIONAL"] },
  unique: { configurationItem: 1 },
  cover: [{ kind: "configurationItem", where: "category == 'WAN_DEVICE'" }],
  residency: { countryFrom: "location" },
};

/** What `maker` makes is unknown in a preview, and `LOC-NONE` in an update. */
const resources = `
const maker = make("kubernetes:core/v1:Secret", "maker", { data: "x" });
const paris = provider("aws", "paris", { region: "eu-west-3" });
const frankfurt = { provider: provider("gcp", "frankfurt", { region: "europe-west3" }) };
const gateway = "${gateway}";

make("aws:ec2/vpc:Vpc", "exists", site("PAR"));
make("aws:ec2/vpc:Vpc", "exists-not", site("PAX"));
make("aws:ec2/vpc:Vpc", "exists-later", site(maker.made));
make("kubernetes:core/v1:ConfigMap", "other", { metadata: { labels: { "cmdb/location": "PAX" } } });

make(gateway, "named", { ...item("CI-1"), ipAddress: "192.0.2.1" });
make(gateway, "not-named", { ipAddress: "192.0.2.1" });
make(gateway, "named-later", { ...item(maker.made), ipAddress: "192.0.2.1" });

make("aws:ec2/vpc:Vpc", "retired", item("CI-2"));
make(gateway, "differs", { ...item("CI-5"), ipAddress: "192.0.2.99" });
make(gateway, "differs-later", { ...item("CI-6"), ipAddress: maker.made });

make("gcp:compute/instance:Instance", "at-home", { labels: { "cmdb-configuration-item": "ci-3", "cmdb-location": "fra" } }, frankfurt);
make("gcp:compute/instance:Instance", "away", { labels: { "cmdb-configuration-item": "ci-4", "cmdb-location": "par" }, zone: "europe-west9-a" });
make("aws:ec2/vpc:Vpc", "twin", item("CI-1"));

make("aws:ec2/subnet:Subnet", "in-country", { ...site("PAR") }, { provider: paris });
make("aws:ec2/subnet:Subnet", "abroad", { ...site("PAR"), availabilityZone: "us-east-1a" });
make("azure-native:network:VirtualNetwork", "abroad-later", { ...site("PAR"), location: maker.made });
`;

let project: Project;
let sandbox: Sandbox;
const state = (): string => join(project.folder, "state.json");
const advisory = (): string[] => {
  const path = join(project.folder, "advisory.json");
  writeFileSync(path, JSON.stringify({ all: "advisory" }));
  return [...pack, "--policy-pack-config", path];
};
const succeeded = (ended: Judgement): Judgement => {
  expect(ended.text).not.toContain("error:");
  return ended;
};
let preview: Judgement;
let update: Judgement;
let analysis: Judgement;

beforeAll(async () => {
  project = makeProject();
  sandbox = await startSandbox({ data: writeRecords(project) });
  Object.assign(project.environment, sandbox.environment);
  await addClouds(project, ["aws", "gcp", "azure-native", "kubernetes"]);
  project.write("cmdb.rules.yaml", JSON.stringify(rules));
  project.write("index.ts", program(resources));
  await project.pulumi("config", "set", "aws:region", "eu-west-3");
  preview = succeeded(await judged(project, "preview", ...advisory()));
  update = succeeded(await judged(project, "up", "--yes", "--skip-preview", ...advisory()));
  await project.pulumi("stack", "export", "--stack", "test", "--file", state());
  analysis = await analyzed(project, state(), ...advisory());
});
afterAll(async () => {
  await sandbox.close();
  project.remove();
});

/** What is wrong and known before anything is made. */
const always = [
  "attributes-match differs (advisory)",
  "country-matches-region abroad (advisory)",
  "location-consistent away (advisory)",
  "record-exists exists-not (advisory)",
  "record-in-service retired (advisory)",
  "reference-required not-named (advisory)",
  "reference-unique twin (advisory)",
];
/** What is wrong and known only then. */
const afterwards = [
  "attributes-match differs-later (advisory)",
  "country-matches-region abroad-later (advisory)",
  "record-exists exists-later (advisory)",
  "record-exists named-later (advisory)",
];
const stack = "user-project-test";

test("a preview reports violations, and the unknown values of each resource once", () => {
  expect(preview.complaints).toEqual(
    [
      ...always,
      "unknown-at-preview abroad-later (advisory)",
      "unknown-at-preview differs-later (advisory)",
      "unknown-at-preview exists-later (advisory)",
      "unknown-at-preview named-later (advisory)",
      // The stack as a whole: which item named-later claims is open, and so is what is uncovered.
      `reference-unique ${stack} (advisory)`,
    ].sort(),
  );
  expect(preview.code).toBe(0);
});

test("the update decides the values that were unknown at preview", () => {
  expect(update.complaints).toEqual([...always, ...afterwards].sort());
  expect(update.code).toBe(0);
});

test("an analysis of the state has the same findings with the same messages", () => {
  expect(analysis.complaints).toEqual(update.complaints);
  expect([...analysis.messages].sort()).toEqual([...update.messages].sort());
});

test.each([
  ["record-exists", "exists", "other"],
  ["reference-required", "named", "other"],
  ["record-in-service", "named", "other"],
  ["attributes-match", "named", "other"],
  ["location-consistent", "at-home", "other"],
  ["country-matches-region", "in-country", "other"],
])("%s passes %s, and does not apply to %s, a stack or a provider", (rule, passing, other) => {
  // An analysis tells its complaints only, all of which are listed above.
  for (const { passed } of [preview, update]) {
    expect(passed).toContain(`${rule} ${passing}`);
    for (const name of [other, stack, "paris"]) expect(passed).not.toContain(`${rule} ${name}`);
  }
});

test("rules of the stack pass for covered records and a fresh inventory", () => {
  expect(update.passed).toContain("inventory-covered stack");
  expect(update.passed).toContain("inventory-fresh stack");
});

test("messages name the reference, the expected and the found value, and the fix", () => {
  const said = (text: string): string | undefined =>
    update.messages
      .find((message) => message.includes(text))
      ?.split("\n")
      .at(-1);
  expect(said("exists-not")).toContain(
    'exists-not refers to location "PAX" (tag cmdb:location), which the inventory does not have; did you mean "PAR"',
  );
  expect(said("differs:")).toBe(
    'differs: ipAddress is "192.0.2.99", but configurationItem CI-5 has "192.0.2.5"; change the property, or correct the CMDB',
  );
  expect(said("abroad is")).toBe(
    'abroad is in region us-east-1a, which is in US, but location "PAR" is in FR; move it to eu-west-3, or refer to another location',
  );
});

test("by default, errors stop a preview, and undecided values do not", async () => {
  const { complaints, code } = await judged(project, "preview", ...pack);
  expect(code).not.toBe(0);
  expect(complaints).toContain("record-exists exists-not (mandatory)");
  expect(complaints).toContain("attributes-match differs (advisory)");
});

test("uncovered records and a stale inventory are reported, and a disabled rule does not apply", async () => {
  const path = join(project.folder, "other.json");
  const everything = { cover: [{ kind: "configurationItem" }] };
  const config = {
    all: "advisory",
    "inventory-covered": everything,
    "inventory-fresh": { fresh: { maxAge: 1 } },
    "reference-unique": { unique: {} },
  };
  writeFileSync(path, JSON.stringify(config));
  for (const run of [
    await analyzed(project, state(), ...pack, "--policy-pack-config", path),
    await judged(project, "up", "--yes", "--skip-preview", ...pack, "--policy-pack-config", path),
  ]) {
    const { complaints, messages, passed } = run;
    expect(complaints.filter((text) => text.includes(stack))).toEqual([
      `inventory-covered ${stack} (advisory)`,
      `inventory-fresh ${stack} (advisory)`,
    ]);
    expect(messages.join("\n")).toContain("1 of 7 records of configurationItem have no resource: CI-9;");
    expect(messages.join("\n")).toMatch(/the inventory of .* is \d+ (second|minute)s? old, more than 1 second;/);
    expect(passed).not.toContain("reference-unique stack");
  }
});
