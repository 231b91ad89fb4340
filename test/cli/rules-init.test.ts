import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { loadRulesFile } from "../../policy/config/load-rules";
import { useTestEnvironment } from "../helpers/hooks";
import type { CommandResult } from "../helpers/environment";

const scene = useTestEnvironment();
beforeAll(async () => void (await scene().cli(["sync"])));

const gateway = "aws:ec2/customerGateway:CustomerGateway";

interface Deployed {
  readonly type: string;
  readonly inputs: object;
}

const state = (resources: readonly Deployed[]): string =>
  JSON.stringify({
    version: 3,
    deployment: {
      resources: resources.map(({ type, inputs }, index) => {
        return { urn: `urn:pulumi:prod::net::${type}::r-${index}`, type, custom: true, id: `r-${index}`, inputs };
      }),
    },
  });

const newFolder = (): string => mkdtempSync(join(scene().cacheDir, "init-"));

/** Runs the command in a folder of its own with this state. */
async function init(resources: readonly Deployed[], folder = newFolder()): Promise<CommandResult & { folder: string }> {
  writeFileSync(join(folder, "state.json"), state(resources));
  const path = join(folder, "cmdb.rules.yaml");
  const result = await scene().cli(["rules", "init", path, "--state", join(folder, "state.json")]);
  return { ...result, folder };
}

const read = (folder: string, name = "cmdb.rules.yaml"): string => readFileSync(join(folder, name), "utf8");
const runTests = (folder: string): Promise<CommandResult> =>
  scene().cli(["rules", "test", join(folder, "cmdb.rules.test.yaml")]);

const deployed: readonly Deployed[] = [
  ...["10.0.0.1", "192.0.2.9"].map((ipAddress) => ({
    type: gateway,
    inputs: { ipAddress, tags: { "cmdb:configuration-item": "CI-RTR-PAR-001", Name: "par-router-001" } },
  })),
  ...[1, 2].map(() => ({ type: "aws:ec2/vpc:Vpc", inputs: { tags: { Site: "LOC-PAR-001" } } })),
  { type: "aws:s3/bucket:Bucket", inputs: { bucket: "logs" } },
];

/** Returns the file without the comments about the inventory, which are tested below. */
const beforeOptions = (text: string): string => text.slice(0, text.indexOf("\n\n# Only records with"));

test("the rules file has an entry for each type that names records, and the comparisons that hold", async () => {
  const { code, out, err, folder } = await init(deployed);
  expect([code, out]).toEqual([0, ""]);
  expect(err.replaceAll(folder, "…")).toMatchInlineSnapshot(`
    "wrote …/cmdb.rules.yaml: 5 references from 5 resources
    wrote …/cmdb.rules.test.yaml: 11 cases; run them with orange-cmdb rules test …/cmdb.rules.test.yaml
    "
  `);
  expect(beforeOptions(read(folder)).replace(/\d{4}-\d\d-\d\d/, "DAY")).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=node_modules/pulumi-orange-cmdb/schemas/rules.schema.json
    # Rules for orange-cmdb and its policy pack: how resources refer to records, and what must agree.
    # orange-cmdb rules init wrote this file on DAY from 5 resources in 1 stack and 81 records.
    # Remove the # of a line to use it. docs/reference/rules-file.md of the package has every key.

    references:
      # aws:ec2/vpc:Vpc: 2 of 2 resources name a location by tags.Site
      - types: [aws:ec2/vpc:Vpc]
        kind: location
        id: tags.Site
        # required: true # each of them must name a record
      # aws:ec2/customerGateway:CustomerGateway: 2 of 2 resources name a configurationItem by a tag by convention
      - types: [aws:ec2/customerGateway:CustomerGateway]
        kind: configurationItem
        # required: true # each of them must name a record
        match:
          - { property: tags.Name, record: name }
          # - { property: ipAddress, record: ipAddress, as: ip } # agrees for 1 of 2
      # Tags by convention of all other types, such as cmdb:location
      - { types: ["*"], kind: configurationItem }
      - { types: ["*"], kind: location }
      - { types: ["*"], kind: servicePoint }

    # Types without an entry of their own, and the number of their resources:
    #   aws:s3/bucket:Bucket (1)"
  `);
});

test("the first test file passes, and uses every entry", async () => {
  const { folder } = await init(deployed);
  expect(read(folder, "cmdb.rules.test.yaml").split("\n").slice(0, 22).join("\n")).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=node_modules/pulumi-orange-cmdb/schemas/rules-test.schema.json
    # Cases of the rules: resources, records, and the findings that they must give. Run them with orange-cmdb rules test.
    rules: ./cmdb.rules.yaml
    # Samples, as the API sends records.
    records:
      location:
        - { id: RECORD-1 }
        - { id: RECORD-4 }
      configurationItem:
        - { id: RECORD-2, state: OPERATIONAL, name: value-2, properties: { network: { ipAddress: "192.0.2.3" } } }
        - { id: RECORD-3, state: OPERATIONAL }
      servicePoint:
        - { id: RECORD-5, state: OPERATIONAL }
    cases:
      - name: Vpc-1 with the right record passes
        resource:
          type: aws:ec2/vpc:Vpc
          name: Vpc-1
          properties: { tags: { Site: RECORD-1 } }
        expect: none
      - name: Vpc-1 with a record that does not exist is a finding
        resource:"
  `);
  const { code, out } = await runTests(folder);
  expect([code, out]).toEqual([0, expect.stringMatching(/11 cases passed, 0 failed/)]);
  expect(out).not.toMatch(/! references/);
});

test("the written rules have no problem and no finding with the states they come from", async () => {
  const { folder } = await init(deployed);
  const [rules, states] = [join(folder, "cmdb.rules.yaml"), join(folder, "state.json")];
  const check = await scene().cli(["rules", "check", rules, "--state", states]);
  expect([check.code, check.out]).toEqual([0, expect.stringContaining("no problems")]);
  const report = await scene().cli(["drift", "--rules", rules, "--state", states, "-o", "json"]);
  const { findings } = JSON.parse(report.out) as { findings: { rule: string }[] };
  expect(findings.filter(({ rule }) => rule !== "inventory-covered")).toEqual([]);
});

/** Removes the mark of comments with keys, as the header of the file says. */
const activated = (text: string): string =>
  text.replace(
    /^( *)# (?=(?:required: true|match:|- \{ prop|inService:| {2}\w+: \[|unique:|cover:| {2}- \{ kind|residency:|severity:))/gm,
    "$1",
  );

test("each key in a comment is valid, and its activation keeps the cases passing", async () => {
  const { folder } = await init(deployed);
  const text = activated(read(folder));
  writeFileSync(join(folder, "cmdb.rules.yaml"), text);
  const { rules } = loadRulesFile(join(folder, "cmdb.rules.yaml"));
  expect(rules.inService).toEqual({ servicePoint: ["OPERATIONAL"], configurationItem: ["OPERATIONAL", "TERMINATED"] });
  expect([rules.unique, rules.cover.length, rules.severity]).toEqual([
    { configurationItem: 1 },
    1,
    { "attributes-match": "error" },
  ]);
  expect(rules.references.map(({ required }) => required)).toEqual([true, true, false, false, false]);
  expect(rules.references[1]?.match).toHaveLength(2);
  expect(await runTests(folder)).toMatchObject({ code: 0 });
});

test("the comments have types without a record, and the fields of the inventory without its values", async () => {
  const { folder } = await init(deployed);
  const text = read(folder);
  expect(text).toContain(
    "# Types without an entry of their own, and the number of their resources:\n#   aws:s3/bucket:Bucket (1)\n",
  );
  expect(text).toMatch(/# Fields of configurationItems \(60 records\), for by and record:\n#.*ipAddress/);
  expect(text).toContain("attributes.properties.network.ipAddress");
  const values = scene()
    .sandbox.records("configurationItem")
    .map(({ id, name }) => [String(id), String(name)]);
  for (const [id = "", name = ""] of values) expect([text.includes(id), text.includes(name)]).toEqual([false, false]);
});

test("a field that names records becomes an entry as adopt proposes it", async () => {
  const items = scene().sandbox.records("configurationItem") as { properties?: { network?: { ipAddress?: string } } }[];
  const addresses = items.flatMap(({ properties }) => properties?.network?.ipAddress ?? []).slice(0, 4);
  const { folder } = await init(addresses.map((ipAddress) => ({ type: gateway, inputs: { ipAddress } })));
  const { rules } = loadRulesFile(join(folder, "cmdb.rules.yaml"));
  expect(rules.references[0]).toMatchObject({ types: [gateway], by: "ipAddress", value: "ipAddress", as: "ip" });
  expect(read(folder)).toContain(`# 4 of 4 ${gateway}: ipAddress = ipAddress of configurationItem`);
  expect(await runTests(folder)).toMatchObject({ code: 0, out: expect.stringMatching(/0 failed/) });
});

/** Writes a plan and the state before it, which have the same gateway. */
function planAndState(folder: string): { readonly plan: string; readonly state: string } {
  const values = { id: "cgw-1", ip_address: "10.0.0.1", tags: { "cmdb:configuration-item": "CI-RTR-PAR-001" } };
  const resource = {
    address: "aws_customer_gateway.paris",
    mode: "managed",
    type: "aws_customer_gateway",
    name: "paris",
  };
  const change = { actions: ["no-op"], before: values, after: values, after_unknown: {}, after_sensitive: {} };
  const whole = { root_module: { resources: [{ ...resource, values }] } };
  const documents = {
    plan: { format_version: "1.2", complete: true, planned_values: whole, resource_changes: [{ ...resource, change }] },
    state: { format_version: "1.0", terraform_version: "1.9.0", values: whole },
  };
  const paths = { plan: join(folder, "plan.json"), state: join(folder, "net.tfstate.json") };
  for (const name of ["plan", "state"] as const) writeFileSync(paths[name], JSON.stringify(documents[name]));
  return paths;
}

test("a plan of Terraform gives entries, too", async () => {
  const folder = newFolder();
  const path = join(folder, "net.rules.yaml");
  expect(await scene().cli(["rules", "init", path, "--plan", planAndState(folder).plan])).toMatchObject({ code: 0 });
  const [first] = loadRulesFile(path).rules.references;
  expect(first).toMatchObject({ types: ["aws_customer_gateway"], match: [{ property: "ipAddress", as: "ip" }] });
  expect(await scene().cli(["rules", "test", join(folder, "net.rules.test.yaml")])).toMatchObject({ code: 0 });
});

test("a resource of a plan and of its state counts once", async () => {
  const folder = newFolder();
  const path = join(folder, "net.rules.yaml");
  const { plan, state: before } = planAndState(folder);
  const { err } = await scene().cli(["rules", "init", path, "--plan", plan, "--state", before]);
  expect(err).toContain("4 references from 1 resource\n");
  expect(readFileSync(path, "utf8")).toContain("# aws_customer_gateway: 1 of 1 resource names a configurationItem by");
});

test("a tracked record is not a resource that names its record", async () => {
  const inputs = { configurationItemId: "CI-RTR-PAR-001", name: "par-router-001", ipAddress: "10.0.0.1" };
  const { folder } = await init([
    { type: "pulumi-nodejs:dynamic/orange-cmdb:ConfigurationItem", inputs },
    { type: "orange-cmdb:index:ConfigurationItem", inputs },
  ]);
  const { rules } = loadRulesFile(join(folder, "cmdb.rules.yaml"));
  expect(rules.references.map(({ types }) => types)).toEqual([["*"], ["*"], ["*"]]);
  expect(read(folder)).not.toMatch(/orange-cmdb:(?:index:)?ConfigurationItem/);
});

test("a comparison is written only if it holds for each record of a resource", async () => {
  const ids = scene()
    .sandbox.records("configurationItem")
    .map(({ id }) => String(id));
  const other = ids.find((id) => id !== "CI-RTR-PAR-001");
  const tags = { "cmdb:configuration-item": `CI-RTR-PAR-001,${other}` };
  const { folder } = await init([{ type: gateway, inputs: { ipAddress: "10.0.0.1", tags } }]);
  const [first] = loadRulesFile(join(folder, "cmdb.rules.yaml")).rules.references;
  expect(first).toMatchObject({ types: [gateway], match: [] });
});

test("a comparison with a list is not written, because it holds only if all of its elements agree", async () => {
  const tags = { "cmdb:configuration-item": "CI-RTR-PAR-001" };
  const { folder } = await init([{ type: gateway, inputs: { routes: [{ via: "10.0.0.1" }, { via: "x" }], tags } }]);
  const [rules, states] = [join(folder, "cmdb.rules.yaml"), join(folder, "state.json")];
  const { out } = await scene().cli(["drift", "--rules", rules, "--state", states]);
  expect(out).not.toContain("routes");
  expect(loadRulesFile(rules).rules.references[0]).toMatchObject({ types: [gateway], match: [] });
});

test("without a state the rules are the tags by convention, and the file says how to get more", async () => {
  const path = join(newFolder(), "cmdb.rules.yaml");
  expect(await scene().cli(["rules", "init", path])).toMatchObject({ code: 0 });
  const text = readFileSync(path, "utf8");
  expect(text).toContain(
    "# No state was given. With --state, --stack, --all-stacks, --from or --plan, rules init writes",
  );
  expect(loadRulesFile(path).rules.references.map(({ types }) => types)).toEqual([["*"], ["*"], ["*"]]);
  expect(await scene().cli(["rules", "test", path.replace("rules.yaml", "rules.test.yaml")])).toMatchObject({
    code: 0,
  });
});

test.each(["cmdb.rules.yaml", "cmdb.rules.test.yaml"])("an existing %s is kept without --force", async (name) => {
  const folder = newFolder();
  writeFileSync(join(folder, name), "# mine\n");
  const { code, err } = await init(deployed, folder);
  expect([code, err.replaceAll(folder, "…")]).toEqual([
    1,
    `orange-cmdb: …/${name} exists: name another file, or pass --force to replace …/cmdb.rules.yaml and …/cmdb.rules.test.yaml\n`,
  ]);
  expect(readdirSync(folder).sort()).toEqual([name, "state.json"].sort());
  expect(read(folder, name)).toBe("# mine\n");
  const forced = await scene().cli(["rules", "init", join(folder, "cmdb.rules.yaml"), "--force"]);
  expect([forced.code, read(folder)]).toEqual([0, expect.stringContaining("references:")]);
});

test("a name without .yaml, and patterns without a location, are usage errors", async () => {
  const named = await scene().cli(["rules", "init", join(newFolder(), "rules.json")]);
  expect([named.code, named.err]).toEqual([1, expect.stringMatching(/must end with \.yaml/)]);
  const pattern = await scene().cli(["rules", "init", join(newFolder(), "a.yaml"), "--include", "*"]);
  expect([pattern.code, pattern.err]).toEqual([1, expect.stringMatching(/no deployed resources given/)]);
});

test("the first line names the schema of the installed package, from the folder of the file", async () => {
  const folder = newFolder();
  const schemas = join(folder, "node_modules/pulumi-orange-cmdb/schemas");
  mkdirSync(schemas, { recursive: true });
  for (const name of ["rules.schema.json", "rules-test.schema.json"]) writeFileSync(join(schemas, name), "{}");
  const inner = join(folder, "infra", "net");
  mkdirSync(inner, { recursive: true });
  await init(deployed, inner);
  const schema = relative(inner, join(schemas, "rules.schema.json"));
  expect(read(inner).split("\n")[0]).toBe(`# yaml-language-server: $schema=${schema}`);
  expect(read(inner, "cmdb.rules.test.yaml")).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/node_modules/);
  expect(statSync(join(inner, "cmdb.rules.yaml")).mode & 0o777).toBe(0o600);
});

test("a secret is neither a reference nor in a comment", async () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x:y" };
  const { folder } = await init([{ type: gateway, inputs: { password: "CI-RTR-PAR-001", tags: { key: secret } } }]);
  expect(loadRulesFile(join(folder, "cmdb.rules.yaml")).rules.references).toHaveLength(3);
  expect(read(folder)).not.toMatch(/password|v1:x:y/);
});
