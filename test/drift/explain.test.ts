import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Explanation } from "../../drift/explain/explanation";
import { useTestEnvironment } from "../helpers/hooks";

const scene = useTestEnvironment();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(scene().cacheDir, "explain-"));
});

function file(name: string, value: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const gatewayType = "aws:ec2/customerGateway:CustomerGateway";
const urnOf = (name: string, type = gatewayType, stack = "prod"): string =>
  `urn:pulumi:${stack}::net::${type}::${name}`;

interface Deployed {
  name: string;
  type?: string;
  inputs?: object;
  more?: object;
}

const state = (resources: readonly Deployed[], stack = "prod"): string =>
  file(`${stack}.json`, {
    version: 3,
    deployment: {
      resources: resources.map(({ name, type = gatewayType, inputs = {}, more }) => ({
        ...{ urn: urnOf(name, type, stack), type, custom: true, inputs, outputs: inputs },
        ...more,
      })),
    },
  });

const tags = (id: string, location?: string): object => ({
  "cmdb:configuration-item": id,
  ...(location === undefined ? {} : { "cmdb:location": location }),
});

const base = {
  references: [
    {
      types: [gatewayType],
      kind: "configurationItem",
      required: true,
      match: [
        { property: "ipAddress", record: "ipAddress", as: "ip" },
        { property: "deviceName", record: "name" },
      ],
    },
    { types: ["aws:*"], kind: "location" },
  ],
};

async function run(urn: string, states: readonly string[], rules: object, ...more: string[]) {
  const sources = states.flatMap((path) => ["--state", path]);
  return scene().cli(["rules", "explain", urn, ...sources, "--rules", file("rules.json", rules), ...more]);
}

async function explained(urn: string, states: readonly string[], rules: object, ...more: string[]) {
  const { code, out, err } = await run(urn, states, rules, ...more, "-o", "json");
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as Explanation;
}

const paris = (): Deployed => ({
  name: "paris",
  inputs: { ipAddress: "192.0.2.9", deviceName: "par-router-001", tags: tags("CI-RTR-PAR-001", "LOC-LYS-001") },
});

test("shows each step from the entries to the findings", async () => {
  const { code, out } = await run(urnOf("paris"), [state([paris()])], { ...base, residency: {} });
  expect(code).toBe(0);
  const steady = out
    .replace(/inventory of \S+ from \S+ · rules from \S+/, "inventory of TIME from ENDPOINT · rules from RULES")
    .replace(/fingerprint [0-9a-f]+/g, "fingerprint FINGERPRINT");
  expect(steady).toMatchInlineSnapshot(`
    "urn:pulumi:prod::net::aws:ec2/customerGateway:CustomerGateway::paris
    type aws:ec2/customerGateway:CustomerGateway · stack net/prod
    inventory of TIME from ENDPOINT · rules from RULES

    Entry references.0: configurationItem, required
      types    aws:ec2/customerGateway:CustomerGateway
      value    tag cmdb:configuration-item: "CI-RTR-PAR-001"
      record   configurationItem CI-RTR-PAR-001 · name par-router-001 · status OPERATIONAL · location LOC-PAR-001 (from locationId)

    Entry references.1: location
      types    aws:*
      value    tag cmdb:location: "LOC-LYS-001"
      record   location LOC-LYS-001 · name Lyon 001 · country FR

    Checks
      record-in-service: configurationItem "CI-RTR-PAR-001" has the status "OPERATIONAL" (in service without inService.configurationItem: all but removed records): agrees
      record-in-service: location "LOC-LYS-001" has no status (in service without inService.location: records without a status): agrees
      attributes-match: ipAddress "192.0.2.9" with ipAddress "10.0.0.1" (ip): differs
      attributes-match: deviceName "par-router-001" with name "par-router-001" (equals): agrees
      location-consistent: configurationItem "CI-RTR-PAR-001" is at location "LOC-PAR-001", the resource refers to location "LOC-LYS-001": differs
      country-matches-region: region of the resource with the country of the record: not compared (the resource has no cloud region)

    Rules
      record-exists: error, by the default of the rule
      reference-required: error, by the default of the rule
      record-in-service: warning, by the default of the rule
      attributes-match: warning, by the default of the rule
      location-consistent: error, by the default of the rule
      country-matches-region: warning, by the default of the rule
      reference-unique: checks nothing (no unique in the rules)
      inventory-covered: checks nothing (no cover in the rules)
      inventory-fresh: warning, by the default of the rule

    Findings
      error location-consistent: paris refers to location "LOC-LYS-001", but configurationItem "CI-RTR-PAR-001" is at "LOC-PAR-001"; refer to that location, or correct the CMDB
        level by the default of the rule · reported · fingerprint FINGERPRINT
      warning attributes-match: paris: ipAddress is "192.0.2.9", but configurationItem CI-RTR-PAR-001 has "10.0.0.1"; change the property, or correct the CMDB
        level by the default of the rule · reported · fingerprint FINGERPRINT
    "
  `);
});

test("names the comparator, both sides and the verdict of each comparison", async () => {
  const { checks } = await explained("paris", [state([paris()])], base, "--rule", "attributes-match");
  expect(checks).toMatchObject([
    { rule: "attributes-match", verdict: "differs", comparator: "ip", actual: "192.0.2.9", expected: "10.0.0.1" },
    { rule: "attributes-match", verdict: "agrees", comparator: "equals", actual: "par-router-001" },
  ]);
});

describe("a resource", () => {
  test("can be named by the end of its URN, and several candidates are listed", async () => {
    const states = [state([paris(), { name: "lyon" }]), state([paris()], "dev")];
    expect((await explained("lyon", states, base)).urn).toBe(urnOf("lyon"));
    expect((await explained("prod::net::aws:ec2/customerGateway:CustomerGateway::paris", states, base)).urn).toBe(
      urnOf("paris"),
    );
    const { code, out, err } = await run("paris", states, base);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain('2 resources end with "paris": pass one of these URNs\n');
    expect(err).toContain(`  - ${urnOf("paris", gatewayType, "dev")}\n  - ${urnOf("paris")}\n`);
  });

  test("is not named by a part of a word", async () => {
    const { code, err } = await run("aris", [state([paris()])], base);
    expect(code).toBe(1);
    expect(err).toContain('no resource ends with "aris"; did you mean "paris"?');
  });

  test("that no entry names has the nearest entry", async () => {
    const rules = { references: [{ types: ["aws:ec2/customerGatway:CustomerGatway"], kind: "configurationItem" }] };
    const { stopped, references, findings } = await explained("paris", [state([paris()])], rules);
    expect(stopped).toBe(
      `no entry names the type ${gatewayType}; nearest: references.0 (aws:ec2/customerGatway:CustomerGatway)`,
    );
    expect([references, findings]).toEqual([[], []]);
  });

  test("that is a component or a provider has the reason why no entry applies", async () => {
    const states = [
      state([
        { name: "site", type: "my:net:Site", more: { custom: false } },
        { name: "aws", type: "pulumi:providers:aws" },
      ]),
    ];
    const rules = { references: [{ types: ["*"], kind: "location" }] };
    expect((await explained("site", states, rules)).stopped).toMatch(/"\*" does not apply to components$/);
    expect((await explained("aws", states, rules)).stopped).toMatch(/^stacks and providers refer to no record/);
  });

  test("without its reference stops at the value", async () => {
    const { references, findings } = await explained("paris", [state([{ name: "paris" }])], base);
    expect(references[0]).toMatchObject({
      entry: "references.0",
      unmet: true,
      valueIs: "missing",
      stopped: "tag cmdb:configuration-item is not set, so the resource refers to no configurationItem",
    });
    expect(findings.map(({ finding }) => finding.rule)).toEqual(["reference-required"]);
  });

  test("with an unknown id stops at the record, and has the nearest ids", async () => {
    const states = [state([{ name: "paris", inputs: { tags: tags("CI-RTR-PAR-0O1") } }])];
    const { references } = await explained("paris", states, base);
    expect(references[0]?.unresolved[0]).toMatchObject({ value: "CI-RTR-PAR-0O1" });
    expect(references[0]?.unresolved[0]?.nearest).toContain("CI-RTR-PAR-001");
  });

  test("that names its record by a field shows the field, its comparator and the record", async () => {
    const entry = { types: ["*"], kind: "configurationItem", by: "ipAddress", value: "ipAddress", as: "ip" };
    const states = [
      state([
        { name: "found", inputs: { ipAddress: "10.0.0.1" } },
        { name: "none", inputs: { ipAddress: "10.0.0.222" } },
      ]),
    ];
    const found = await explained("found", states, { references: [entry] });
    expect(found.references[0]).toMatchObject({ by: "ipAddress", as: "ip", value: "10.0.0.1", valueIs: "known" });
    expect(found.references[0]?.records[0]).toMatchObject({ kind: "configurationItem", id: "CI-RTR-PAR-001" });
    const none = await explained("none", states, { references: [entry] });
    expect(none.references[0]).toMatchObject({
      records: [],
      stopped: "the inventory has no configurationItem with this ipAddress",
    });
  });

  test("that claims a record with others has the finding that is reported on one of them", async () => {
    const states = [state([paris(), { ...paris(), name: "second" }])];
    const rules = { ...base, unique: { configurationItem: 1 } };
    for (const name of ["paris", "second"]) {
      const { findings } = await explained(name, states, rules, "--rule", "reference-unique");
      expect(findings.map(({ finding }) => finding.urn)).toEqual([urnOf("second")]);
    }
  });

  test("with a Pulumi secret shows neither the value nor the id", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '"192.0.2.9"' };
    const inputs = { ipAddress: secret, tags: tags("CI-RTR-PAR-001") };
    for (const output of ["console", "json"]) {
      const { out } = await run("paris", [state([{ name: "paris", inputs }])], base, "-o", output);
      expect(out).toContain("CI-RTR-PAR-001");
      expect(out).not.toContain("192.0.2.9");
    }
  });
});

describe("a finding", () => {
  test("has the setting that decides its level", async () => {
    const levels = async (severity: object) => {
      const { findings } = await explained("paris", [state([paris()])], { ...base, severity });
      return findings.map(({ finding, decidedBy }) => [finding.rule, finding.severity, decidedBy]);
    };
    expect(await levels({ "attributes-match": "error" })).toEqual([
      ["attributes-match", "error", expect.stringMatching(/^severity\.attributes-match of .*rules\.json$/)],
      ["location-consistent", "error", "the default of the rule"],
    ]);
    expect(await levels({})).toContainEqual(["attributes-match", "warning", "the default of the rule"]);
  });

  test("has the ignore entry that hides it", async () => {
    const ignore = [
      { rule: "location-consistent", resource: "*paris", record: "*", reason: "moving", until: "2199-01-01" },
    ];
    const ignoreFile = file("ignore.json", { ignore: [{ ...ignore[0], rule: "record-exists" }, ...ignore] });
    const rules = { ...base, ignore: [{ rule: "attributes-match", reason: "lab" }] };
    const { findings } = await explained("paris", [state([paris()])], rules, "--ignore-file", ignoreFile);
    expect(findings.map(({ finding, result, hiddenBy }) => [finding.rule, result, hiddenBy])).toEqual([
      ["location-consistent", "ignored", `ignore.1 of ${ignoreFile} (moving, until 2199-01-01)`],
      ["attributes-match", "ignored", expect.stringMatching(/^ignore\.0 of .*rules\.json \(lab\)$/)],
    ]);
  });

  test("has the baseline that knows it", async () => {
    const path = state([paris()]);
    const report = join(folder, "report.json");
    const rules = file("rules.json", base);
    await scene().cli(["drift", "--state", path, "--rules", rules, "-o", `json=${report}`]);
    const { findings } = await explained("paris", [path], base, "--baseline", report);
    expect(findings.map(({ result }) => result)).toEqual(["known", "known"]);
    expect(findings[0]?.hiddenBy).toContain(`the baseline ${report} of 20`);
  });

  test("on the whole inventory can be explained by its URN", async () => {
    const rules = { ...base, cover: [{ kind: "configurationItem" }] };
    const states = [state([paris()]), state([{ ...paris(), name: "other" }], "dev")];
    const { stopped, findings } = await explained("urn:orange-cmdb:inventory", states, rules);
    expect(stopped).toBe("no state lists it as a resource; only rules about all resources report it");
    expect(findings.map(({ finding }) => finding.rule)).toEqual(["inventory-covered"]);
  });
});

test("drift prints the command that explains a finding only if it has findings", async () => {
  const hint = "Explain a finding: orange-cmdb rules explain URN, with the same states";
  const rules = file("rules.json", base);
  const drift = async (path: string) => (await scene().cli(["drift", "--state", path, "--rules", rules])).out;
  expect(await drift(state([paris()]))).toContain(hint);
  const right = { ipAddress: "10.0.0.1", deviceName: "par-router-001", tags: tags("CI-RTR-PAR-001") };
  expect(await drift(state([{ name: "right", inputs: right }]))).not.toContain("rules explain");
});

test("rejects missing, contradictory and unknown options", async () => {
  const path = state([paris()]);
  const refused = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await scene().cli(["rules", "explain", ...args]);
    expect([code, out]).toEqual([1, ""]);
    return err;
  };
  expect(await refused("paris")).toContain("no deployed resources given: use --state FILE");
  expect(await refused("", "--state", path)).toContain("the URN is empty");
  expect(await refused("paris", "--state", path, "--plan", path)).toContain(
    "--plan cannot be combined with options of states",
  );
  expect(await refused("paris", "--plan", path, "--include", "*")).toContain("--plan cannot be combined");
  expect(await refused("paris", "--state", path, "--policy-pack-config", path)).toContain("needs --plan");
  expect(await refused("paris", "--state", path, "--rule", "nothing")).toContain("Allowed choices are record-exists");
});
