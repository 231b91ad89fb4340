import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandResult } from "../helpers/environment";
import { useTestEnvironment } from "../helpers/hooks";

const scene = useTestEnvironment();
beforeAll(async () => void (await scene().cli(["sync"])));

const gateway = "aws:ec2/customerGateway:CustomerGateway";

const state = (...properties: object[]): string =>
  JSON.stringify({
    version: 3,
    deployment: {
      resources: properties.map((inputs, index) => ({
        ...{ urn: `urn:pulumi:prod::net::${gateway}::gw-${index}`, type: gateway },
        inputs: { tags: { "cmdb:configuration-item": "CI-RTR-PAR-001" }, ...inputs },
      })),
    },
  });

/** Runs the command in a folder of its own with these files. */
async function run(rules: string, args: readonly string[] = [], file = "cmdb.rules.yaml"): Promise<CommandResult> {
  const folder = mkdtempSync(join(scene().cacheDir, "rules-check-"));
  const path = join(folder, file);
  const states = { "state.json": state({ ipAddress: "192.0.2.1", bgpAsn: "65000" }, { ipAddress: "192.0.2.2" }) };
  for (const [name, text] of Object.entries({ [file]: rules, ...states })) writeFileSync(join(folder, name), text);
  const paths = args.map((arg) => (arg in states ? join(folder, arg) : arg));
  const result = await scene().cli(["rules", "check", path, ...paths]);
  return { ...result, out: result.out.replaceAll(/[^\s"]*rules-check-\w+\//g, "") };
}

const withState = ["--state", "state.json"];

const good = `
references:
  - types: ["${gateway}", aws_customer_gateway]
    kind: configurationItem
    match: [{ property: ipAddress, record: ipAddress, as: ip }]
cover: [{ kind: configurationItem, where: "category == 'WAN_DEVICE'" }]
inService: { configurationItem: [OPERATIONAL] }
severity: { attributes-match: warning }
`;

const bad = `
references:
  - types: ["${gateway}"]
    kind: configurationItem
    id: tags."cmdb:configuration-itm"
    match:
      - { property: ipAddress, record: ipAdress }
      - { property: bgpASN, record: name }
  - { types: ["aws:ec2/customerGatway:CustomerGatway"], kind: location }
  - types: ["aws:*"]
    kind: configurationItem
    by: serialNumbr
    value: ipAddress
cover:
  - { kind: configurationItem, where: "category == 'WAN_DEVISE'" }
inService:
  configurationItem: [IN_STORE, OPERATIONEL]
severity:
  reference-required: warning
`;

test("a rules file without problems exits with 0", async () => {
  const { code, out, err } = await run(good, withState);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatchInlineSnapshot(`
    "cmdb.rules.yaml: no problems; compared with 81 records and 2 resources in 1 state
    "
  `);
});

test("each problem has line and column, and the nearest name", async () => {
  const { code, out, err } = await run(bad, withState);
  expect([code, err]).toEqual([2, ""]);
  expect(out).toMatchInlineSnapshot(`
    "✘ cmdb.rules.yaml:5:9: the rules' references.0.id reads "tags."cmdb:configuration-itm"", which none of the 2 resources of its types has; did you mean "tags."cmdb:configuration-item""?
    ✘ cmdb.rules.yaml:7:40: the rules' references.0.match.0 compares with "ipAdress", which no configurationItem has; did you mean "ipAddress"?
    ✘ cmdb.rules.yaml:8:21: the rules' references.0.match.1.property reads "bgpASN", which none of the 2 resources of its types has; did you mean "bgpAsn"?
    ✘ cmdb.rules.yaml:9:14: the rules' references.1 (aws:ec2/customerGatway:CustomerGatway) matches no resource; did you mean "aws:ec2/customerGateway:CustomerGateway"?
    ✘ cmdb.rules.yaml:12:9: the rules' references.2.by looks up "serialNumbr", which no configurationItem has; did you mean "serialNumber"?
    ✘ cmdb.rules.yaml:15:39: the rules' cover.0.where selects no configurationItem; no configurationItem has category "WAN_DEVISE", with which where compares it; values are WAN_DEVICE, LAN_DEVICE, ACCESS_LINE, "WAN_DEVICE, LAN_DEVICE"
    ✘ cmdb.rules.yaml:17:33: the rules' inService.configurationItem: no configurationItem has the status "OPERATIONEL"; "OPERATIONAL" is used instead, the most similar one; correct the rules
    ✘ cmdb.rules.yaml:19:3: the rules' severity.reference-required has no effect: no required reference in the rules

    cmdb.rules.yaml: 8 problems; compared with 81 records and 2 resources in 1 state
    --fix rewrites 1 of them
    "
  `);
});

test("without a state, types and properties are reported as not checked", async () => {
  const { code, out } = await run(bad);
  expect(code).toBe(2);
  expect(out).toContain("! not checked: types and properties: no state was given");
  expect(out).not.toMatch(/matches no resource|bgpASN/);
  expect(out).toContain("ipAdress");
  expect((await run(good)).code).toBe(0);
});

test("mistakes in the schema are problems, found without the inventory", async () => {
  const before = scene().sandbox.requests.length;
  const { code, out, err } = await run("references:\n  - kind: locaton\n    type: []\n", withState);
  expect([code, err]).toEqual([2, ""]);
  expect(out).toMatchInlineSnapshot(`
    "✘ cmdb.rules.yaml:2:5: references.0.types: is missing
    ✘ cmdb.rules.yaml:2:11: references.0.kind: "locaton" is not allowed; did you mean "location"? Allowed are location, servicePoint, configurationItem, account
    ✘ cmdb.rules.yaml:3:5: references.0.type: unknown key "type"; did you mean "types"? Allowed are types, kind, id, by, value, as, required, match

    cmdb.rules.yaml: 3 problems; the file does not match the schema, so nothing else was checked
    --fix rewrites 2 of them
    "
  `);
  expect(scene().sandbox.requests).toHaveLength(before);
});

test("-o json has the position and the part of each problem", async () => {
  const parse = (text: string): unknown => JSON.parse(text);
  const { code, out } = await run(bad, [...withState, "-o", "json"]);
  expect(code).toBe(2);
  expect(parse(out)).toMatchObject({
    file: "cmdb.rules.yaml",
    passed: false,
    compared: { resources: 2, states: 1 },
    unchecked: [],
  });
  const { problems } = parse(out) as { problems: Record<string, unknown>[] };
  expect(problems.map(({ line, column, path }) => [line, column, path])).toEqual([
    [5, 9, "references.0.id"],
    [7, 40, "references.0.match.0.record"],
    [8, 21, "references.0.match.1.property"],
    [9, 14, "references.1.types"],
    [12, 9, "references.2.by"],
    [15, 39, "cover.0.where"],
    [17, 33, "inService.configurationItem.1"],
    [19, 3, "severity.reference-required"],
  ]);
  const passed = await run(good, [...withState, "-o", "json"]);
  expect([passed.code, parse(passed.out)]).toMatchObject([0, { passed: true, problems: [] }]);
});

test("an error exits with 1: no rules file, no YAML, a state that cannot be read, patterns without a location", async () => {
  const none = await scene().cli(["rules", "check"]);
  expect([none.code, none.err]).toEqual([1, expect.stringMatching(/no cmdb\.rules\.yaml found .*name a rules file/)]);
  const syntax = await run("references: [");
  expect([syntax.code, syntax.err]).toEqual([1, expect.stringMatching(/is not YAML: cmdb\.rules\.yaml:1:\d+: /)]);
  const unread = await run(good, ["--state", "missing.json"]);
  expect([unread.code, unread.err]).toEqual([1, expect.stringContaining("missing.json")]);
  const pattern = await run(good, ["--include", "*"]);
  expect([pattern.code, pattern.err]).toEqual([1, expect.stringContaining("no deployed resources given")]);
});

/** Returns the parts of the rules that have a problem. */
async function partsWithProblems(rules: object, properties: readonly object[]): Promise<string[]> {
  const folder = mkdtempSync(join(scene().cacheDir, "rules-check-"));
  writeFileSync(join(folder, "rules.json"), JSON.stringify(rules));
  writeFileSync(join(folder, "state.json"), state(...properties));
  const paths = [join(folder, "rules.json"), "--state", join(folder, "state.json")];
  const { code, out, err } = await scene().cli(["rules", "check", ...paths, "-o", "json"]);
  const { problems } = JSON.parse(out) as { problems: { path: string }[] };
  expect([code, err]).toEqual([problems.length === 0 ? 0 : 2, ""]);
  return problems.map(({ path }) => path);
}

const entry = (keys: object): object => ({ references: [{ types: ["aws:*"], kind: "configurationItem", ...keys }] });

test("a comparator that can use no value of its field is a problem", async () => {
  const some = [{ ipAddress: "192.0.2.1" }];
  const compare = (record: string, as: string): object => entry({ match: [{ property: "ipAddress", record, as }] });
  expect(await partsWithProblems(compare("name", "ip"), some)).toEqual(["references.0.match.0.as"]);
  expect(await partsWithProblems(compare("ipAddress", "number"), some)).toEqual(["references.0.match.0.as"]);
  for (const as of ["ip", "cidr", "equals", "regex"])
    expect(await partsWithProblems(compare("ipAddress", as), some)).toEqual([]);
  const key = (by: string): object => entry({ by, value: "ipAddress", as: "ip" });
  expect(await partsWithProblems(key("serialNumber"), some)).toEqual(["references.0.as"]);
  expect(await partsWithProblems(key("ipAddress"), some)).toEqual([]);
});

test("a property is missing only if no resource has a value, and a secret is a value", async () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x:y" };
  const reads = entry({ id: "tags.site", match: [{ property: "ipAddress", record: "ipAddress" }] });
  expect(await partsWithProblems(reads, [{}, {}])).toEqual(["references.0.id", "references.0.match.0.property"]);
  expect(
    await partsWithProblems(reads, [{ tags: { site: "" } }, { tags: { site: "CI-1" }, ipAddress: secret }]),
  ).toEqual([]);
  const condition = entry({ id: `tags.env == 'prod' && tags."cmdb:configuration-item"` });
  const tags = (env: string): object => ({ tags: { env, "cmdb:configuration-item": "CI-RTR-PAR-001" } });
  expect(await partsWithProblems(condition, [tags("dev"), tags("lab")])).toEqual(["references.0.id"]);
  expect(await partsWithProblems(condition, [tags("dev"), tags("prod")])).toEqual([]);
});

test("the message about a comparator names the comparison", async () => {
  const rules = `references: [{ types: ["*"], kind: location, match: [{ property: ip, record: name, as: ip }] }]`;
  const { code, out } = await run(rules);
  expect([code, out]).toEqual([
    2,
    expect.stringContaining(
      `cmdb.rules.yaml:1:88: the rules' references.0.match.0 compares "name" as ip, but no location`,
    ),
  ]);
});

test("a kind that the inventory does not have is an error, not a file without problems", async () => {
  const inventory = join(scene().cacheDir, "without-accounts.db");
  const kinds = ["locations", "service-points", "configuration-items"];
  const cacheDir = { ORANGE_CMDB_CACHE_DIR: mkdtempSync(join(scene().cacheDir, "mirror-")) };
  expect((await scene().cli(["sync", ...kinds, "--save", inventory], cacheDir)).code).toBe(0);
  const check = async (kind: string): Promise<CommandResult> => {
    const rules = join(scene().cacheDir, `${kind}.json`);
    writeFileSync(rules, JSON.stringify({ references: [{ types: ["*"], kind, id: "tags.it" }] }));
    return scene().cli(["--inventory", inventory, "rules", "check", rules]);
  };
  const { code, out, err } = await check("account");
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(/account/);
  expect((await check("location")).code).toBe(0);
});

describe("--fix", () => {
  const misspelt = `# Our rules
reference: # who refers to what
  - type: ["${gateway}"]   # gateways
    kind: "configuration-item"
    requird: false
    match: [{ property: ipAddress, record: ipAddress, as: ignoreCase }] # as text
'inservice': { configurationItem: [OPERATIONEL] }
severity: { attribute-match: warning, record-in-service: 'warnin' }
ignore:
  - { rule: record-exist, reason: lab }
`;
  const corrected = `# Our rules
references: # who refers to what
  - types: ["${gateway}"]   # gateways
    kind: "configurationItem"
    required: false
    match: [{ property: ipAddress, record: ipAddress, as: ignore-case }] # as text
'inService': { configurationItem: [OPERATIONAL] }
severity: { attributes-match: warning, record-in-service: 'warning' }
ignore:
  - { rule: record-exists, reason: lab }
`;

  /** Runs `--fix` on a file, and returns the result and the file after it. */
  async function fix(
    rules: string,
    args: readonly string[] = [],
    file = "cmdb.rules.yaml",
    environment: Readonly<Record<string, string>> = {},
  ): Promise<CommandResult & { text: string; path: string }> {
    const folder = mkdtempSync(join(scene().cacheDir, "rules-check-"));
    const path = join(folder, file);
    writeFileSync(path, rules, { mode: 0o644 });
    const result = await scene().cli(["rules", "check", path, "--fix", ...args], environment);
    const out = result.out.replaceAll(/[^\s"]*rules-check-\w+\//g, "");
    return { ...result, out, path, text: readFileSync(path, "utf8") };
  }

  test("rewrites names of which only one can be meant, and keeps comments, quotes and order", async () => {
    const { code, out, err, text, path } = await fix(misspelt);
    expect([code, err]).toEqual([0, ""]);
    expect(text).toBe(corrected);
    expect(out).toMatchInlineSnapshot(`
      "✔ cmdb.rules.yaml:2:1: reference: rewrote "reference" to "references"
      ✔ cmdb.rules.yaml:3:5: references.0.type: rewrote "type" to "types"
      ✔ cmdb.rules.yaml:4:11: references.0.kind: rewrote "configuration-item" to "configurationItem"
      ✔ cmdb.rules.yaml:5:5: references.0.requird: rewrote "requird" to "required"
      ✔ cmdb.rules.yaml:6:59: references.0.match.0.as: rewrote "ignoreCase" to "ignore-case"
      ✔ cmdb.rules.yaml:7:1: inservice: rewrote "inservice" to "inService"
      ✔ cmdb.rules.yaml:7:36: inService.configurationItem.0: rewrote "OPERATIONEL" to "OPERATIONAL"
      ✔ cmdb.rules.yaml:8:13: severity.attribute-match: rewrote "attribute-match" to "attributes-match"
      ✔ cmdb.rules.yaml:8:59: severity.record-in-service: rewrote "warnin" to "warning"
      ✔ cmdb.rules.yaml:10:13: ignore.0.rule: rewrote "record-exist" to "record-exists"
      ! not checked: types and properties: no state was given; pass --state, --stack, --all-stacks or --from

      cmdb.rules.yaml: no problems; compared with 81 records and 0 resources in 0 states
      "
    `);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    const again = await fix(corrected);
    expect([again.text, again.out]).toEqual([corrected, expect.not.stringContaining("rewrote")]);
  });

  test("-o json has each change, and JSON files stay JSON", async () => {
    const rules = { references: [{ types: ["*"], kind: "locaton" }] };
    const { code, out, text } = await fix(JSON.stringify(rules), ["-o", "json"], "rules.json");
    expect(JSON.parse(out)).toMatchObject({
      passed: true,
      fixed: [{ line: 1, column: 38, path: "references.0.kind", from: "locaton", to: "location" }],
    });
    expect([code, JSON.parse(text)]).toEqual([0, { references: [{ types: ["*"], kind: "location" }] }]);
  });

  test.each([
    ["a name between two others", "references: [{ types: ['*'], kind: location, is: x }]"],
    ["a name that is far from all", "severity: { existence: error }"],
    ["a key that the entry has already", "references: [{ types: ['*'], type: ['*'], kind: location }]"],
    ["two keys for one name", "severity: { record-exist: error, record-existss: error }"],
    ["a field that no record has", "references: [{ types: ['*'], kind: location, by: nam, value: x }]"],
    ["a status that the list has already", "inService: { configurationItem: [OPERATIONEL, OPERATIONAL] }"],
    ["an alias", "references: [{ types: ['*'], kind: &kind locaton }, { types: [a], kind: *kind }]"],
  ])("does not rewrite %s", async (_title, rules) => {
    const { code, out, text } = await fix(rules);
    expect([code, text]).toEqual([2, rules]);
    expect(out).not.toContain("rewrote");
  });

  test("rewrites what it can of a file with other mistakes, and exits with 2", async () => {
    const { code, out, text } = await fix("references: [{ type: ['*'], kind: nothing }]\n");
    expect([code, text]).toEqual([2, "references: [{ types: ['*'], kind: nothing }]\n"]);
    expect(out).toMatch(/^✔ cmdb\.rules\.yaml:1:16: [^]*✘ cmdb\.rules\.yaml:1:36: references\.0\.kind/);
  });

  test("the positions are those of the fixed file", async () => {
    const rules =
      "{ severity: { attribute-match: error }, inService: { configurationItem: [OPERATIONL] }, references: [{ types: ['*'], kind: location, by: nam, value: x }] }\n";
    const { out, text } = await fix(rules, ["-o", "json"]);
    expect(text).toBe(rules.replace("attribute-", "attributes-").replace("OPERATIONL", "OPERATIONAL"));
    const { problems, fixed } = JSON.parse(out) as Record<"problems" | "fixed", { line: number; column: number }[]>;
    const words = [...problems, ...fixed].map(
      ({ line, column }) => /^[\w-]*/.exec(text.split("\n")[line - 1]?.slice(column - 1) ?? "")?.[0],
    );
    expect(words).toEqual(["attributes-match", "nam", "attributes-match", "OPERATIONAL"]);
  });

  test("rewrites one of two statuses that mean the same, and reports the other at its place", async () => {
    const { code, out, text } = await fix("inService: { configurationItem: [OPERATIONL, OPERATIONEL, OPERATIONL] }\n");
    expect([code, text]).toEqual([2, "inService: { configurationItem: [OPERATIONAL, OPERATIONEL, OPERATIONL] }\n"]);
    expect(out.match(/^. cmdb\.rules\.yaml:\d+:\d+/gm)).toEqual([
      "✔ cmdb.rules.yaml:1:34",
      "✘ cmdb.rules.yaml:1:47",
      "✘ cmdb.rules.yaml:1:60",
    ]);
  });

  test("a status with characters that mean something in YAML stays a text", async () => {
    const status = "Out of order, 'retired': # x";
    const [{ id } = {}] = scene().sandbox.records("servicePoint");
    scene().sandbox.update("servicePoint", String(id), { state: [status] });
    const cacheDir = { ORANGE_CMDB_CACHE_DIR: mkdtempSync(join(scene().cacheDir, "mirror-")) };
    const rules = (text: string): string =>
      `references: [{ types: ["*"], kind: servicePoint }]\ninService:\n  servicePoint: [${text}, OPERATIONAL]\n`;
    const misspelt = "\"Out of ordr, 'retired': # x\"";
    const { code, out, text } = await fix(rules(misspelt), [], "cmdb.rules.yaml", cacheDir);
    expect([code, text]).toEqual([0, rules(JSON.stringify(status))]);
    expect(out).toContain(`rewrote ${misspelt} to ${JSON.stringify(status)}`);
    const single = await fix(rules("'Out of ordr, ''retired'': # x'"), [], "cmdb.rules.yaml", cacheDir);
    expect([single.code, single.text]).toEqual([0, rules("'Out of order, ''retired'': # x'")]);
    expect((await fix(single.text, [], "cmdb.rules.yaml", cacheDir)).out).toMatch(/no problems/);
  });

  test("writes nothing if the inventory cannot be read", async () => {
    const folder = mkdtempSync(join(scene().cacheDir, "rules-check-"));
    const path = join(folder, "cmdb.rules.yaml");
    writeFileSync(path, misspelt);
    const { code } = await scene().cli(["--inventory", join(folder, "missing.db"), "rules", "check", path, "--fix"]);
    expect([code, readFileSync(path, "utf8")]).toEqual([1, misspelt]);
  });

  test("without --fix the file stays, and the output names the option", async () => {
    const { code, out } = await run(misspelt);
    expect([code, out]).toEqual([2, expect.stringMatching(/--fix rewrites 5 of them\n$/)]);
    const shared = await run("references: [{ types: ['*'], kind: &kind locaton }, { types: [a], kind: *kind }]");
    expect(shared.out).not.toContain("--fix");
    const piped = await scene().cli(["rules", "check", "-", "--fix"]);
    expect([piped.code, piped.err]).toEqual([1, expect.stringMatching(/--fix rewrites a file: name a regular file/)]);
  });
});
