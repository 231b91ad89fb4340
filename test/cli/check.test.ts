import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fixtures, par, tagsOf, usePlans, type PlanJson } from "./helpers/check";

const { scene, inFolder, file, plan, planWith, judging, check, report } = usePlans();

test("check ignores deleted resources and data sources, and a deleted resource claims no record", async () => {
  const found = await report(
    plan(({ resource_changes: changes }) => {
      const old = changes.find(({ address }) => address.includes('"old"'));
      expect([old?.change.actions, old?.change.after]).toEqual([["delete"], null]);
    }),
  );
  expect(found.stacks).toMatchObject([{ resources: 5, referencing: 4 }]);
  expect(JSON.stringify(found)).not.toMatch(/LOC-NOT-THERE|CI-RTR-OLD-001/);
});

test("values that are unknown until apply are one finding for each resource, and never fail", async () => {
  const found = await report(
    planWith(par, { ip_address: undefined, tags: {} }, { after_unknown: { ip_address: true, tags: true } }),
  );
  expect(found.code).toBe(0);
  expect(found.findings.filter(({ urn }) => urn.endsWith(par)).map(({ severity, message }) => [severity, message]))
    .toMatchInlineSnapshot(`
   [
     [
       "info",
       "aws_customer_gateway.branch["par"]: tag cmdb:configuration-item, tag cmdb:location, ip_address is unknown until apply: check it afterwards with orange-cmdb drift",
     ],
   ]
  `);
  // Of the whole stack too, as which record it claims is not known.
  expect(found.findings.filter(({ rule }) => rule === "reference-unique")).toMatchObject([
    { severity: "info", undecided: true },
  ]);
});

describe("a sensitive value", () => {
  const formats = [
    "console",
    "json",
    "ndjson",
    "markdown",
    "junit",
    "sarif",
    "sarif-github",
    "csv",
    "github",
    "gitlab",
  ];
  const shown = async (path: string): Promise<string[]> => {
    const texts: string[] = [];
    for (const name of formats) texts.push((await check(path, "-o", name)).out);
    return texts;
  };

  test("is compared, and appears in no format", async () => {
    const path = planWith(par, { ip_address: "192.0.2.77" }, { after_sensitive: { ip_address: true, tags: {} } });
    expect((await check(path)).code).toBe(2);
    for (const text of await shown(path)) {
      expect(text).toContain("(a secret) differs from configurationItem CI-RTR-PAR-001");
      expect(text).not.toContain("192.0.2.77");
    }
    expect((await check(planWith(par, {}, { after_sensitive: { ip_address: true } }))).code).toBe(0);
  });

  test("that is an id is not shown, nor are ids that are near it", async () => {
    const path = planWith(par, tagsOf("CI-RTR-PAR-0O1", "LOC-PAR-001"), {
      after_sensitive: { tags: { "cmdb:configuration-item": true }, tags_all: { "cmdb:configuration-item": true } },
    });
    for (const text of await shown(path)) {
      expect(text).toMatch(/a secret\) which the inventory does not have/);
      expect(text).not.toMatch(/CI-RTR-PAR/);
    }
  });

  test("that no rule reads appears in no format", async () => {
    for (const text of await shown(plan())) expect(text).not.toContain("par-Zq8vX2mT4sKe");
  });
});

describe("the region of a resource", () => {
  const misplaced = async (change: (made: PlanJson) => void): Promise<string[]> => {
    const { findings } = await report(plan(change));
    return findings.filter(({ rule }) => rule === "country-matches-region").map(({ message }) => message);
  };
  const tagged = (address: string, location: string) => (made: PlanJson) => {
    const found = made.resource_changes.find((entry) => entry.address === address);
    if (found) found.change.after = { ...found.change.after, tags: { "cmdb:location": location } };
  };

  test.each([
    ["its provider's region", 'aws_vpn_connection.branch["par"]', "LOC-FRA-001"],
    ["its provider's region by alias and variable", "aws_vpc.london", "LOC-PAR-001"],
    ["its ARN", 'aws_customer_gateway.branch["lys"]', "LOC-MAD-001"],
  ])("is taken from %s", async (_name, address, location) => {
    expect(await misplaced(tagged(address, location))).toMatchSnapshot();
  });

  test("in a module is that of the provider that is passed to the module", async () => {
    const found = await misplaced((made) => {
      const subnet = made.resource_changes.find(({ type }) => type === "aws_subnet");
      if (subnet)
        Object.assign(subnet.change, { after: { tags: { "cmdb:location": "LOC-WAW-001" } }, after_unknown: {} });
    });
    expect(found).toEqual([expect.stringContaining("module.hub.aws_subnet.this[0] is in region eu-west-3")]);
  });

  test("is unknown if the configuration does not name it, and is not a violation then", async () => {
    const found = await misplaced((made) => {
      tagged("aws_vpc.london", "LOC-PAR-001")(made);
      made["variables"] = {};
    });
    expect(found).toEqual([]);
  });
});

test("the ignore file ignores matching findings, as in the drift report", async () => {
  const path = planWith(par, tagsOf("CI-NONE", "LOC-PAR-001"));
  const ignore = file("ignore.yaml", "ignore: [{ record: CI-NONE, reason: lab }]");
  const found = await report(path, "--ignore-file", ignore);
  expect([found.code, found.ignored.map(({ finding }) => finding.recordId)]).toEqual([0, ["CI-NONE"]]);
});

test("a finding has the same fingerprint whatever the name and folder of the plan file", async () => {
  const first = planWith(par, tagsOf("CI-NONE", "LOC-PAR-001"));
  const text = readFileSync(first, "utf8");
  mkdirSync(inFolder("out"));
  const found = await Promise.all(
    [first, file("run-1234.json", text), file("out/plan.json.gz", gzipSync(text))].map((path) => report(path)),
  );
  const [known, ...others] = found.map(({ findings }) => findings.map(({ urn, fingerprint }) => [urn, fingerprint]));
  expect(known).toContainEqual([`urn:terraform:plan::terraform::aws_customer_gateway::${par}`, expect.any(String)]);
  for (const other of others) expect(other).toEqual(known);
});

describe("a rules entry that matches nothing in the plan", () => {
  const note = "references.0 (aws_customer_gatway)";
  const entry = { types: ["aws_customer_gatway"], kind: "configurationItem" };
  const all = { types: ["*"], kind: "location" };
  const rules = (...references: object[]): string => file("mistyped.json", JSON.stringify({ references }));

  test.each<[string, object[], boolean, string]>([
    ["is noted if it is required", [{ ...entry, required: true }, all], true, "4 of 5"],
    ["is noted if nothing was compared", [entry], true, "aws_customer_gatway"],
    ["is not noted if other entries are compared", [entry, all], false, "4 of 5"],
  ])("%s, and does not fail the check", async (_name, references, noted, part) => {
    const { code, out } = await check(plan(), "--rules", rules(...references));
    expect([code, out.includes(note)]).toEqual([0, noted]);
    expect(out).toContain(part);
    const { out: markdown } = await check(plan(), "--rules", rules(...references), "-o", "markdown");
    expect(markdown.includes("### Notes")).toBe(noted);
  });
});

test("check evaluates a plan that OpenTofu wrote", async () => {
  const rules = file(
    "tofu.json",
    JSON.stringify({
      references: [
        { types: ["terraform_data"], kind: "configurationItem", id: 'input.tags."cmdb:configuration-item"' },
        { types: ["terraform_data"], kind: "location", id: 'input.tags."cmdb:location"' },
      ],
    }),
  );
  const found = await report(join(fixtures, "plan.json"), "--rules", rules);
  expect(found).toMatchObject({ code: 2, plan: { partial: false }, stacks: [{ resources: 6, referencing: 4 }] });
  expect(found.findings.map(({ severity, message }) => [severity, message])).toEqual([
    ["error", expect.stringContaining('terraform_data.many[1] refers to configurationItem "CI-SWI-PAR-002"')],
    ["info", expect.stringContaining("module.branch.terraform_data.later")],
  ]);
});

test("completion knows the options of check, and loads no Pulumi SDK", async () => {
  expect((await scene().cli(["complete", "--", "check", "--on-unavailable", ""])).out).toContain("use-stale");
  expect((await scene().cli(["complete", "--", "check", "--output", ""])).out).toContain("gitlab");
  const { err } = await scene().cli(judging(plan()), { NODE_DEBUG: "module" });
  expect(err).not.toContain("@pulumi/pulumi");
});
