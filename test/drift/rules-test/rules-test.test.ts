import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { testFormats } from "../../../drift/rules-test/formats";
import { runTestFiles, type TestRun } from "../../../drift/rules-test/index";
import { readTestFiles } from "../../../drift/rules-test/read";
import { openMemoryInventory } from "../../../provider/inventory/memory";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "orange-cmdb-rules-test-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === "string" ? value : stringify(value));
  return path;
}

const gatewayType = "aws:ec2/customerGateway:CustomerGateway";
const gatewayRules = {
  references: [
    {
      types: [gatewayType, "aws_customer_gateway"],
      kind: "configurationItem",
      match: [{ property: "ipAddress", record: "ipAddress", as: "ip" }],
    },
  ],
};
const router = {
  id: "CI-1",
  state: ["OPERATIONAL"],
  category: ["WAN_DEVICE"],
  properties: { network: { ipAddress: "192.0.2.1" } },
};
const records = { configurationItem: [router] };
const gateway = (properties: object = {}, name = "paris", type = gatewayType): object => ({
  type,
  name,
  properties: { tags: { "cmdb:configuration-item": "CI-1" }, ...properties },
});

function run(cases: readonly object[], rules: object = gatewayRules, more: object = {}): TestRun {
  write("cmdb.rules.yaml", rules);
  const path = write("cmdb.rules.test.yaml", { rules: "./cmdb.rules.yaml", records, cases, ...more });
  return runTestFiles(readTestFiles([path]), undefined);
}

/** The failures of the only case. */
const failuresOf = (given: object, rules?: object): string[] =>
  run([{ name: "it", ...given }], rules).files.flatMap(({ cases }) =>
    cases.flatMap(({ failures }) => failures.map(({ message }) => message)),
  );

const wrong = gateway({ ipAddress: "192.0.2.9" });
const right = gateway({ ipAddress: "192.0.2.1" });

describe("expected findings", () => {
  test("pass if each is reported and no other is", () => {
    expect(failuresOf({ resource: wrong, expect: [{ rule: "attributes-match", property: "ipAddress" }] })).toEqual([]);
    expect(failuresOf({ resource: right, expect: "none" })).toEqual([]);
  });

  test("fail if one is not reported, or if one is reported that is not expected", () => {
    expect(failuresOf({ resource: right, expect: [{ rule: "attributes-match", record: "CI-1" }] })).toEqual([
      "not reported, but expected: rule: attributes-match, record: CI-1",
    ]);
    expect(failuresOf({ resource: wrong, expect: "none" })).toEqual([
      expect.stringMatching(/^reported, but not expected: attributes-match: paris: ipAddress is "192\.0\.2\.9"/),
    ]);
  });

  test.each([
    ["rule", { rule: "record-exists" }],
    ["property", { property: "asn" }],
    ["record", { record: "CI-2" }],
    ["resource", { resource: "aris" }],
    ["severity", { severity: "error" }],
    ["message", { message: "is not set" }],
    ["undecided", { undecided: true }],
  ])("fail if the %s of the finding is another", (_name, other) => {
    const expected = {
      rule: "attributes-match",
      property: "ipAddress",
      record: "CI-1",
      resource: "paris",
      severity: "warning",
      message: 'is "192.0.2.9"',
    };
    expect(failuresOf({ resource: wrong, expect: [expected] })).toEqual([]);
    expect(failuresOf({ resource: wrong, expect: [{ ...expected, ...other }] })).toHaveLength(2);
  });

  test("are paired with findings so that as many as possible fit", () => {
    const resources = [wrong, gateway({ ipAddress: "192.0.2.8" }, "lyon")];
    const [any, lyon] = [{ rule: "attributes-match" }, { rule: "attributes-match", resource: "lyon" }];
    expect(failuresOf({ resources, expect: [any, lyon] })).toEqual([]);
    expect(failuresOf({ resources, expect: [lyon, any] })).toEqual([]);
    expect(failuresOf({ resources, expect: [lyon, lyon] })).toHaveLength(2);
  });
});

describe("values of a resource", () => {
  test("that are unknown give an undecided finding", () => {
    const resource = gateway({ ipAddress: { unknown: true } });
    expect(failuresOf({ resource, expect: [{ undecided: true, property: "ipAddress" }] })).toEqual([]);
    expect(failuresOf({ resource, expect: [{ rule: "attributes-match", property: "ipAddress" }] })).toHaveLength(2);
  });

  test("that are secret are compared, and appear in no output", () => {
    const results = run([{ name: "it", resource: gateway({ ipAddress: { secret: "192.0.2.77" } }), expect: "none" }]);
    for (const format of Object.values(testFormats)) {
      const text = format(results, false);
      expect(text).toContain("ipAddress (a secret) differs");
      expect(text).not.toContain("192.0.2.77");
    }
    const same = gateway({ ipAddress: { secret: "192.0.2.1" } });
    expect(failuresOf({ resource: same, expect: "none" })).toEqual([]);
  });

  test("of a Terraform type are found by the names of Pulumi, too", () => {
    const resource = gateway({ ip_address: "192.0.2.9" }, "paris", "aws_customer_gateway");
    const expected = { rule: "attributes-match", resource: "paris", message: "aws_customer_gateway.paris: ipAddress" };
    expect(failuresOf({ resource, expect: [expected] })).toEqual([]);
  });

  test("that have further keys beside unknown or secret are objects", () => {
    const rules = {
      references: [
        { types: ["*"], kind: "configurationItem", match: [{ property: "site.secret", record: "ipAddress" }] },
      ],
    };
    const resource = gateway({ site: { secret: "192.0.2.1", unknown: true } });
    expect(failuresOf({ resource, expect: "none" }, rules)).toEqual([]);
  });
});

describe("a case that proves nothing fails", () => {
  test("if no entry governs the resource, with the nearest entry", () => {
    const resource = gateway({}, "paris", "aws:ec2/customerGatway:CustomerGatway");
    expect(failuresOf({ resource, expect: "none" })).toEqual([
      expect.stringMatching(
        /^proves nothing: no entry of .*cmdb\.rules\.yaml governs paris \(type aws:ec2\/customerGatway:CustomerGatway\); the nearest is references\.0; correct/,
      ),
    ]);
    expect(failuresOf({ resource, expect: [{ rule: "record-exists" }] })).toHaveLength(2);
    expect(failuresOf({ resources: [right, gateway({}, "lyon", "gcp:x/y:Z")], expect: "none" })).toEqual([
      expect.stringMatching(/governs lyon .*Z\); correct/),
    ]);
  });

  test("if it expects none and no rule had anything to compare", () => {
    expect(failuresOf({ resource: gateway({ tags: {} }), expect: "none" })).toEqual([
      "proves nothing: no rule had anything to compare; refer to a record, or expect a finding",
    ]);
  });
});

describe("rules of a whole stack", () => {
  const rules = { ...gatewayRules, unique: { configurationItem: 1 }, cover: [{ kind: "configurationItem" }] };
  const other = { id: "CI-2", state: ["OPERATIONAL"] };
  const both = { records: { configurationItem: [router, other] } };

  test("report each record without a resource only if the case is complete", () => {
    const one = { name: "it", resource: right };
    expect(run([{ ...one, expect: "none" }], rules, both).passed).toBe(true);
    const covered = [{ rule: "inventory-covered" }];
    expect(run([{ ...one, complete: true, expect: covered }], rules, both).passed).toBe(true);
    expect(run([{ ...one, complete: true, expect: "none" }], rules, both).passed).toBe(false);
  });

  test("see the resources of one case, and no others", () => {
    const [one, two] = [right, gateway({ ipAddress: "192.0.2.1" }, "lyon")];
    const twice = { name: "twice", resources: [one, two], expect: [{ rule: "reference-unique" }] };
    const apart = [one, two].map((resource, index) => ({ name: `apart ${index}`, resource, expect: "none" }));
    expect(run([twice, ...apart], rules).passed).toBe(true);
  });

  test("compare the age of the inventory that the case names", () => {
    const aged = (inventoryAge: string, expected: unknown): boolean =>
      run([{ name: "it", resource: right, inventoryAge, expect: expected }], { ...rules, fresh: { maxAge: "12h" } })
        .passed;
    expect(aged("13h", [{ rule: "inventory-fresh" }])).toBe(true);
    expect(aged("12h", "none")).toBe(true);
    expect(aged("13h", "none")).toBe(false);
  });
});

describe("coverage", () => {
  const rules = { references: [...gatewayRules.references, { types: ["aws:*"], kind: "location" }] };
  const parts = ({ coverage }: TestRun): Record<string, number> =>
    Object.fromEntries(
      coverage.flatMap((file) => [...file.entries, ...file.rules].map(({ name, cases }) => [name, cases])),
    );

  test("counts the cases that use each entry and each rule that these rules need", () => {
    const made = run([{ name: "it", resource: right, expect: "none" }], rules);
    expect(parts(made)).toEqual({
      [`references.0 (configurationItem: ${gatewayType}, aws_customer_gateway)`]: 1,
      "references.1 (location: aws:*)": 0,
      "record-exists": 1,
      "record-in-service": 1,
      "attributes-match": 1,
      "location-consistent": 0,
    });
    expect(made.percent).toBe(67);
  });

  test("below the minimum fails the run, and names the unused parts", () => {
    write("cmdb.rules.yaml", rules);
    const cases = [{ name: "it", resource: right, expect: "none" }];
    const path = write("cmdb.rules.test.yaml", { rules: "cmdb.rules.yaml", records, cases });
    const files = readTestFiles([path]);
    expect(runTestFiles(files, undefined, 67).passed).toBe(true);
    const low = runTestFiles(files, undefined, 68);
    expect(low.passed).toBe(false);
    for (const name of ["console", "junit"] as const)
      expect(testFormats[name](low, false)).toMatch(
        /coverage 67 % is below --coverage 68; write cases that use references\.1 \(location: aws:\*\) of .*, location-consistent of /,
      );
  });

  test("adds up the test files of one rules file", () => {
    write("cmdb.rules.yaml", gatewayRules);
    const paths = ["a", "b"].map((name) =>
      write(`${name}.rules.test.yaml`, {
        rules: "cmdb.rules.yaml",
        records,
        cases: [{ name, resource: right, expect: "none" }],
      }),
    );
    const made = runTestFiles(readTestFiles(paths), undefined);
    expect(made.coverage).toHaveLength(1);
    expect(parts(made)).toMatchObject({ "attributes-match": 2 });
  });
});

describe("the test file", () => {
  const refused = (text: string): string => {
    write("cmdb.rules.yaml", gatewayRules);
    const path = write("cmdb.rules.test.yaml", text);
    try {
      readTestFiles([path]);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("it was accepted");
  };

  test("is rejected with the line and column of each mistake", () => {
    const text = `rules: cmdb.rules.yaml
cases:
  - name: a
    resource: { type: x, propertys: {} }
    expect: [{ rule: attribute-match }]
  - name: a
    expect: some
`;
    expect(refused(text).split("\n").slice(1)).toEqual([
      '  - cmdb.rules.test.yaml:4:26: cases.0.resource: unknown key "propertys"; did you mean "properties"? Allowed are type, name, urn, properties, provider, component, external',
      expect.stringMatching(
        /^ {2}- cmdb\.rules\.test\.yaml:5:22: cases\.0\.expect\.0\.rule: "attribute-match" is not allowed; did you mean "attributes-match"\?/,
      ),
      expect.stringMatching(/^ {2}- cmdb\.rules\.test\.yaml:7:13: cases\.1\.expect: /),
    ]);
  });

  test("is rejected if a case has no resource, a name occurs twice, or an expected finding has no rule", () => {
    expect(refused("cases: [{ name: a, expect: none }]")).toContain(
      "cmdb.rules.test.yaml:1:9: cases.0: must have either resource or resources",
    );
    const one = "resource: { type: x }, expect: none";
    expect(refused(`cases: [{ name: a, ${one} }, { name: a, ${one} }]`)).toMatch(/:1:\d+: cases\.1\.name: "a" occurs/);
    expect(refused("cases: [{ name: a, resource: { type: x }, expect: [{ property: y }] }]")).toMatch(
      /:1:\d+: cases\.0\.expect\.0\.rule: is missing/,
    );
    expect(refused("cases: [")).toMatch(/is not YAML: cmdb\.rules\.test\.yaml:1:9/);
  });

  test("without records needs an inventory", () => {
    write("cmdb.rules.yaml", gatewayRules);
    const path = write("cmdb.rules.test.yaml", {
      rules: "cmdb.rules.yaml",
      cases: [{ name: "it", resource: right, expect: "none" }],
    });
    const files = readTestFiles([path]);
    expect(() => runTestFiles(files, undefined)).toThrow(/has no records: add records, or pass --inventory FILE$/);
    const inventory = openMemoryInventory({ configurationItems: [router] });
    try {
      expect(runTestFiles(files, inventory).passed).toBe(true);
    } finally {
      inventory.close();
    }
  });
});
