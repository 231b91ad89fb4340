import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import type { Report } from "../../drift/report/schema";
import schema from "../../schemas/drift-report.schema.json";
import { makeScene, type Ended, type Scene } from "../helpers/mirror";

const fixtures = resolve(__dirname, "../fixtures/terraform");
const whole = readFileSync(join(fixtures, "aws-vpn-plan.json"), "utf8");

interface Change {
  address: string;
  mode: string;
  type: string;
  change: {
    actions: string[];
    after: Record<string, unknown> | null;
    after_unknown: Record<string, unknown>;
    after_sensitive: Record<string, unknown>;
  };
}

interface PlanJson {
  complete?: boolean;
  errored?: boolean;
  format_version?: string;
  planned_values?: object;
  resource_changes: Change[];
  [name: string]: unknown;
}

let scene: Scene;
let folder: string;

beforeAll(async () => {
  scene = await makeScene();
});
beforeEach(() => {
  folder = mkdtempSync(join(scene.cacheDir, "check-"));
});
afterAll(() => scene.end());

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const rulesText = JSON.stringify({
  references: [
    {
      types: ["aws_customer_gateway"],
      kind: "configurationItem",
      required: true,
      match: [{ property: "ip_address", record: "ipAddress", as: "ip" }],
    },
    { types: ["*"], kind: "location" },
  ],
  unique: { configurationItem: 1 },
  residency: { countryFrom: "location" },
  severity: { "attributes-match": "error" },
});

/** The plan, changed. */
function plan(change: (plan: PlanJson) => void = () => undefined): string {
  const made = JSON.parse(whole) as PlanJson;
  change(made);
  return file("plan.json", JSON.stringify(made));
}

const par = 'aws_customer_gateway.branch["par"]';

/** The plan with one resource's values changed. */
function planWith(address: string, values: object, more: Partial<Change["change"]> = {}): string {
  return plan(({ resource_changes: changes }) => {
    const { change } = changes.find((entry) => entry.address === address) ?? {};
    if (!change) throw new Error(`no ${address}`);
    Object.assign(change, more);
    change.after = { ...change.after, ...values };
  });
}

/** The arguments that judge a plan by these rules. */
const judging = (path: string, ...more: string[]): string[] => [
  "check",
  "--plan",
  path,
  "--rules",
  file("rules.json", rulesText),
  ...more,
];

const check = (path: string, ...more: string[]): Promise<Ended> => scene.cli(judging(path, ...more));

async function report(path: string, ...more: string[]): Promise<Report & { code: number }> {
  const { code, out, err } = await check(path, ...more, "-o", "json");
  if (code === 1) throw new Error(err);
  return { ...(JSON.parse(out) as Report), code };
}

/** Everything of a stack but what its tags say. */
const tagsOf = (id: string, location: string): object => ({
  tags: { "cmdb:configuration-item": id, "cmdb:location": location },
});

describe("exit codes", () => {
  const first = (text: string): string => text.split("\n")[0] ?? "";

  test.each<[string, () => string, string[], number, RegExp]>([
    ["a plan that agrees with the inventory", () => plan(), [], 0, /^Plan .*: 4 of 5 resources refer to a record/],
    [
      "a record that is not there",
      () => planWith(par, tagsOf("CI-RTR-PAR-0O1", "LOC-PAR-001")),
      [],
      2,
      /did you mean "CI-RTR-PAR-001"/,
    ],
    [
      "a reference that is required",
      () => planWith(par, { tags: {}, tags_all: {} }),
      [],
      2,
      /must name its configurationItem: set tag cmdb/,
    ],
    [
      "a record that is not in service: a warning",
      () => planWith(par, { ...tagsOf("CI-RTR-LYS-001-4", "LOC-LYS-001"), ip_address: "10.0.0.11" }),
      [],
      0,
      /warning record-in-service/,
    ],
    [
      "an address that is not the record's",
      () => planWith(par, { ip_address: "192.0.2.1" }),
      [],
      2,
      /ip_address is "192.0.2.1", but configurationItem CI-RTR-PAR-001 says "10.0.0.1"/,
    ],
    [
      "a location that is not the record's",
      () => planWith(par, tagsOf("CI-RTR-PAR-001", "LOC-LYS-001")),
      [],
      2,
      /names location "LOC-LYS-001"/,
    ],
    [
      "one record claimed twice, by what is kept and what is made",
      () => planWith(par, { ...tagsOf("CI-RTR-LYS-001", "LOC-LYS-001"), ip_address: "10.0.0.7" }),
      [],
      2,
      /"CI-RTR-LYS-001" is claimed by 2 resources/,
    ],
    [
      "a value that the apply decides",
      () => planWith(par, { ip_address: undefined }, { after_unknown: { ip_address: true } }),
      [],
      0,
      /ip_address will be decided at apply/,
    ],
    ["a plan that changes nothing", () => join(fixtures, "refresh-only.json"), [], 0, /0 of 6 resources/],
    [
      "nothing planned at all",
      () => file("plan.json", '{"format_version":"1.2","planned_values":{"root_module":{}}}'),
      [],
      0,
      /the plan deploys no resource/,
    ],
  ])("%s", async (_name, path, more, code, said) => {
    const ended = await check(path(), ...more);
    expect({ code: ended.code, err: ended.err.replace(/^fetch.*\n/gm, "") }).toEqual({ code, err: "" });
    expect(ended.out).toMatch(said);
  });

  const down = { ORANGE_CMDB_ENDPOINT: "http://127.0.0.1:9/", ORANGE_CMDB_TIMEOUT: "1" };
  test.each<[string, () => string, string[], Record<string, string>, RegExp]>([
    [
      "a plan that failed half-way",
      () => plan((made) => (made.errored = true)),
      [],
      {},
      /failed half-way: mend what failed/,
    ],
    [
      "a plan of an unknown version",
      () => plan((made) => (made.format_version = "2.0")),
      [],
      {},
      /format_version "2\.0", and only 0 and 1 are known/,
    ],
    [
      "a plan without the modules that it plans",
      () => plan((made) => (made.planned_values = {})),
      [],
      {},
      /planned_values: it has no root_module/,
    ],
    ["half a plan", () => file("plan.json", whole.slice(0, -20)), [], {}, /is not whole JSON/],
    ["a state", () => join(fixtures, "state.json"), [], {}, /is no plan but a state: .*orange-cmdb drift --state/],
    [
      "a state of Pulumi",
      () => file("s.json", '{"version":3,"deployment":{"resources":[]}}'),
      [],
      {},
      /is no plan but a state/,
    ],
    [
      "Terraform's own state file",
      () => file("terraform.tfstate", '{"version":4,"terraform_version":"1.9.0","lineage":"x","resources":[]}'),
      [],
      {},
      /is no plan but a state: make one with terraform show -json PLANFILE > plan\.json/,
    ],
    [
      "another document",
      () => file("plan.json", "{}"),
      [],
      {},
      /plan\.json is no plan: make one with terraform show -json PLANFILE > plan\.json\n/,
    ],
    ["an empty file", () => file("plan.json", ""), [], {}, /plan\.json is empty: did the command fail/],
    [
      "the API is down, and no mirror is there",
      () => plan(),
      ["--on-unavailable", "stale"],
      { ...down, ORANGE_CMDB_CACHE_DIR: ":memory:" },
      /; and there is no older mirror\n/,
    ],
    [
      "the plan file itself",
      () => file("plan.bin", Buffer.from("PK\u0003\u0004\u0000\u0000")),
      [],
      {},
      /is the plan file itself; give the output of terraform show -json plan\.bin\n/,
    ],
    ["no plan", () => "nowhere.json", [], {}, /nowhere\.json cannot be read: ENOENT/],
    ["the API is down", () => plan(), [], down, /the host refuses connections/],
    ["no rules file", () => plan(), ["--rules", "nowhere.yaml"], {}, /rules file nowhere\.yaml cannot be read/],
    ["no ignore file", () => plan(), ["--ignore-file", "nowhere.yaml"], {}, /ignore file nowhere\.yaml cannot be read/],
    ["a format that is of coverage", () => plan(), ["-o", "html"], {}, /'html' is invalid|no format "html"/],
    [
      "an output that cannot be written",
      () => plan(),
      ["-o", "json=/proc/no/report.json"],
      {},
      /\/proc\/no\/report\.json cannot be written/,
    ],
    [
      "no configuration of the pack",
      () => plan(),
      ["--policy-pack-config", "nowhere.json"],
      {},
      /nowhere\.json cannot be read/,
    ],
  ])("%s: 1, one line, no report", async (_name, path, more, env, said) => {
    const { code, out, err } = await scene.cli(judging(path(), ...more), env);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(said);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test("no plan named: 1, and the help says how", async () => {
    const { code, err } = await scene.cli(["check"]);
    expect([code, first(err)]).toEqual([1, expect.stringContaining("--plan <file>")]);
  });

  test("without the inventory nothing passes, unless that is said: then nothing is written", async () => {
    const made = join(folder, "report.json");
    const { code, out, err } = await scene.cli(judging(plan(), "--on-unavailable", "warn", "-o", `json=${made}`), down);
    expect([code, out, existsSync(made)]).toEqual([0, "", false]);
    expect(err).toContain("warning: nothing was checked");
    const config = file("config.json", JSON.stringify({ "inventory-available": { onUnavailable: "warn" } }));
    expect((await scene.cli(judging(plan(), "--policy-pack-config", config), down)).code).toBe(0);
    // A plan that cannot be read is no matter of the inventory.
    expect((await scene.cli(judging("nowhere.json", "--on-unavailable", "warn"), down)).code).toBe(1);
  });

  test("stale: an older mirror serves, and inventory-fresh says so", async () => {
    await scene.cli(["sync"]);
    scene.sandbox.fail({ status: 503, times: 99 });
    try {
      const env = { ORANGE_CMDB_MAX_AGE: "0", ORANGE_CMDB_TIMEOUT: "2" };
      expect((await scene.cli(judging(plan()), env)).code).toBe(1);
      const { code, out } = await scene.cli(judging(plan(), "--on-unavailable", "stale"), env);
      expect([code, out]).toEqual([0, expect.stringContaining("warning inventory-fresh")]);
    } finally {
      scene.sandbox.fail({ status: 503, times: 0 });
    }
  });
});

test("what is deleted and what is read is not judged; a deleted claim is none", async () => {
  const found = await report(
    plan(({ resource_changes: changes }) => {
      const old = changes.find(({ address }) => address.includes('"old"'));
      expect([old?.change.actions, old?.change.after]).toEqual([["delete"], null]);
    }),
  );
  expect(found.stacks).toMatchObject([{ resources: 5, referencing: 4 }]);
  expect(JSON.stringify(found)).not.toMatch(/LOC-NOT-THERE|CI-RTR-OLD-001/);
});

test("what the apply decides is told once for each resource, and never fails", async () => {
  const found = await report(
    planWith(par, { ip_address: undefined, tags: {} }, { after_unknown: { ip_address: true, tags: true } }),
  );
  expect(found.code).toBe(0);
  expect(
    found.findings.filter(({ urn }) => urn.endsWith(par)).map(({ severity, message }) => [severity, message]),
  ).toEqual([
    [
      "info",
      `${par}: tag cmdb:configuration-item, tag cmdb:location, ip_address will be decided at apply: check it then with orange-cmdb drift`,
    ],
  ]);
  // Of the whole stack too, as which record it claims is not known.
  expect(found.findings.filter(({ rule }) => rule === "reference-unique")).toMatchObject([
    { severity: "info", decidedAtUpdate: true },
  ]);
});

describe("sensitive values", () => {
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
  const shown = (path: string): Promise<string[]> =>
    Promise.all(formats.map(async (name) => (await check(path, "-o", name)).out));

  test("are compared, and in no format", async () => {
    const path = planWith(par, { ip_address: "192.0.2.77" }, { after_sensitive: { ip_address: true, tags: {} } });
    expect((await check(path)).code).toBe(2);
    for (const text of await shown(path)) {
      expect(text).toContain("is a secret, and not what configurationItem CI-RTR-PAR-001 says");
      expect(text).not.toContain("192.0.2.77");
    }
    expect((await check(planWith(par, {}, { after_sensitive: { ip_address: true } }))).code).toBe(0);
  });

  test("as ids: not even what is near them", async () => {
    const path = planWith(par, tagsOf("CI-RTR-PAR-0O1", "LOC-PAR-001"), {
      after_sensitive: { tags: { "cmdb:configuration-item": true }, tags_all: { "cmdb:configuration-item": true } },
    });
    for (const text of await shown(path)) {
      expect(text).toMatch(/a secret\) which the inventory does not have/);
      expect(text).not.toMatch(/CI-RTR-PAR/);
    }
  });

  test("that no rule looks at are nowhere either", async () => {
    for (const text of await shown(plan())) expect(text).not.toContain("par-Zq8vX2mT4sKe");
  });
});

describe("where a resource lies", () => {
  const misplaced = async (change: (made: PlanJson) => void): Promise<string[]> => {
    const { findings } = await report(plan(change));
    return findings.filter(({ rule }) => rule === "country-matches-region").map(({ message }) => message);
  };
  const tagged = (address: string, location: string) => (made: PlanJson) => {
    const found = made.resource_changes.find((entry) => entry.address === address);
    if (found) found.change.after = { ...found.change.after, tags: { "cmdb:location": location } };
  };

  test.each([
    [
      "its provider's region",
      'aws_vpn_connection.branch["par"]',
      "LOC-FRA-001",
      /lies in region eu-west-3, which is in FR.* is in DE; move it to eu-central-1/,
    ],
    [
      "its provider's region by alias and variable",
      "aws_vpc.london",
      "LOC-PAR-001",
      /lies in region eu-west-2, which is in GB/,
    ],
    ["its ARN", 'aws_customer_gateway.branch["lys"]', "LOC-MAD-001", /lies in region eu-west-3/],
  ])("%s", async (_name, address, location, said) => {
    expect(await misplaced(tagged(address, location))).toEqual([expect.stringMatching(said)]);
  });

  test("in a module, by the provider that it is given", async () => {
    const found = await misplaced((made) => {
      const subnet = made.resource_changes.find(({ type }) => type === "aws_subnet");
      if (subnet)
        Object.assign(subnet.change, { after: { tags: { "cmdb:location": "LOC-WAW-001" } }, after_unknown: {} });
    });
    expect(found).toEqual([expect.stringContaining("module.hub.aws_subnet.this[0] lies in region eu-west-3")]);
  });

  test("is unknown where the configuration does not tell: that is no violation", async () => {
    const found = await misplaced((made) => {
      tagged("aws_vpc.london", "LOC-PAR-001")(made);
      made["variables"] = {};
    });
    expect(found).toEqual([]);
  });
});

describe("a plan that is not whole", () => {
  const cover = JSON.stringify({
    ...(JSON.parse(rulesText) as object),
    cover: [{ kind: "configurationItem", where: "type == 'ROUTER'" }],
  });
  const covered = (path: string): Promise<Report & { code: number }> =>
    report(path, "--rules", file("cover.json", cover));

  /** As `-target=aws_vpc.london` makes it. */
  const targeted = (complete: boolean | undefined) => (made: PlanJson) => {
    made.resource_changes = made.resource_changes.filter(({ address }) => address === "aws_vpc.london");
    made["planned_values"] = { root_module: {} };
    if (complete === undefined) delete made.complete;
    else made.complete = complete;
  };

  test.each([
    ["as Terraform says", false],
    ["as OpenTofu lets one tell", undefined],
  ])(
    "%s: what it leaves out is not judged, and the rules of the whole say what they could not know",
    async (_name, complete) => {
      const found = await covered(plan(targeted(complete)));
      expect(found).toMatchObject({ code: 0, plan: { partial: true }, stacks: [{ resources: 1 }] });
      expect(found.notes.map(({ message }) => message)).toEqual(
        expect.arrayContaining([expect.stringContaining("the plan is not whole (-target")]),
      );
      // Two gateways stay deployed and count.
      const [uncovered] = found.findings.filter(({ rule }) => rule === "inventory-covered");
      if (complete === false) expect(uncovered).toMatchObject({ severity: "info", decidedAtUpdate: true });
      const { out } = await check(join(folder, "plan.json"));
      expect(out).toContain("Note: the plan is not whole");
      expect((await check(join(folder, "plan.json"), "-o", "markdown")).out).toContain("the plan is not whole");
      expect((await check(join(folder, "plan.json"), "-o", "github")).out).toContain(
        "::notice title=note::the plan is not",
      );
    },
  );

  test("what stays deployed claims its record", async () => {
    const found = await report(
      plan((made) => {
        made.complete = false;
        made.resource_changes = made.resource_changes.filter(({ address }) => address === par);
        const [only] = made.resource_changes;
        Object.assign(only?.change.after ?? {}, { ...tagsOf("CI-RTR-LYS-001", "LOC-LYS-001"), ip_address: "10.0.0.7" });
      }),
    );
    expect(found.findings.filter(({ severity }) => severity === "error")).toMatchObject([
      { rule: "reference-unique", message: expect.stringContaining('branch["lys"]') },
    ]);
  });

  test("a block that must be there and is not in the plan is named", async () => {
    const found = await covered(
      plan((made) => {
        targeted(false)(made);
        made.resource_changes = (JSON.parse(whole) as PlanJson).resource_changes.filter(
          ({ type }) => type === "aws_customer_gateway",
        );
      }),
    );
    expect(found.notes[0]?.message).toContain("which were not judged: aws_vpc.london");
  });

  test("a whole plan says nothing of the kind", async () => {
    expect(await covered(plan())).toMatchObject({ plan: { partial: false }, notes: [] });
    const open = await covered(plan((made) => delete made.complete));
    expect(open).toMatchObject({ plan: { partial: false } });
  });
});

describe("levels, as the pack is configured", () => {
  const config = (value: object): string[] => ["--policy-pack-config", file("config.json", JSON.stringify(value))];
  const wrong = (): string => planWith(par, tagsOf("CI-NONE", "LOC-PAR-001"));

  test.each<[string, object, number, number]>([
    ["advisory first", { all: "advisory" }, 0, 1],
    ["disabled", { "record-exists": "disabled" }, 0, 0],
    ["mandatory where all is advisory", { all: "advisory", "record-exists": "mandatory" }, 2, 1],
    ["remediate is mandatory here", { "record-exists": { enforcementLevel: "remediate" } }, 2, 1],
    ["an ignore entry of its own", { "record-exists": { ignore: [{ resource: "*", reason: "lab" }] } }, 0, 0],
  ])("%s", async (_name, value, code, count) => {
    const found = await report(wrong(), ...config(value));
    expect([
      found.code,
      found.findings.filter(({ rule }) => rule === "record-exists").filter(({ decidedAtUpdate }) => !decidedAtUpdate)
        .length,
    ]).toEqual([code, count]);
  });

  test("what is disabled is named, and is no rule that passes", async () => {
    const { code, out } = await check(wrong(), ...config({ all: "disabled" }));
    expect([code, out]).toEqual([
      0,
      expect.stringContaining("Nothing differs in what was checked; not, or not wholly"),
    ]);
    expect(out).toMatch(
      /Note: not checked, as \S+ disables it: record-exists, reference-required, record-in-service, /,
    );
    expect(out).not.toContain("very reference agrees");
    const junit = (await check(wrong(), ...config({ "record-exists": "disabled" }), "-o", "junit")).out;
    expect(junit).toMatch(
      /name="record-exists finds nothing in plan" time="0"><skipped message="not checked, as \S+ disables/,
    );
    expect(junit).toContain('name="reference-unique finds nothing in plan" time="0"/>');
    // What has nothing to check is not missed.
    const none = await report(wrong(), ...config({ "inventory-covered": "disabled" }));
    expect(none.notes.filter(({ about }) => about === "rules-disabled")).toEqual([]);
  });

  test("what the configuration passes over is counted, and told where it is over", async () => {
    const ignoring = (until: object): string[] =>
      config({ "record-exists": { ignore: [{ resource: "*", reason: "lab", ...until }] } });
    const found = await report(wrong(), ...ignoring({}));
    expect(found.ignored.map(({ finding }) => finding.recordId)).toEqual(["CI-NONE", undefined]);
    const over = await report(wrong(), ...ignoring({ until: "2026-01-01" }));
    expect([over.code, over.findings.map(({ rule }) => rule)]).toEqual([
      2,
      expect.arrayContaining(["record-exists", "ignore-expired"]),
    ]);
  });

  test("remediate says what it is here", async () => {
    const { out } = await check(plan(), ...config({ "attributes-match": "remediate" }));
    expect(out).toContain("Note: attributes-match: enforced as remediate, which is mandatory here");
  });

  test("what a plan cannot know need not be told", async () => {
    const { findings } = await report(plan(), ...config({ "decided-at-update": "disabled" }));
    expect(findings).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    [
      "a policy that there is not",
      { "record-exist": "mandatory" },
      /config\.json:1:2: \(top level\): unknown key "record-exist"; did you mean "record-exists"/,
    ],
    [
      "a level that there is not",
      { all: "strict" },
      /is not a configuration of the policy pack:\n {2}- config\.json:1:8: all: "strict" is not allowed/,
    ],
    [
      "a setting that is not the policy's",
      { "record-exists": { unique: {} } },
      /config\.json:1:19: record-exists: unknown key "unique"; allowed are enforcementLevel, ignore/,
    ],
  ])("%s is refused", async (_name, value, said) => {
    const { code, err } = await check(plan(), ...config(value));
    expect([code, err]).toEqual([1, expect.stringMatching(said)]);
  });
});

test("the ignore file passes over what fits, as in the drift report", async () => {
  const path = planWith(par, tagsOf("CI-NONE", "LOC-PAR-001"));
  const ignore = file("ignore.yaml", "ignore: [{ record: CI-NONE, reason: lab }]");
  const found = await report(path, "--ignore-file", ignore);
  expect([found.code, found.ignored.map(({ finding }) => finding.recordId)]).toEqual([0, ["CI-NONE"]]);
});

test("a finding is the same one whatever the plan's file is called and wherever it lies", async () => {
  const first = planWith(par, tagsOf("CI-NONE", "LOC-PAR-001"));
  const text = readFileSync(first, "utf8");
  mkdirSync(join(folder, "out"));
  const found = await Promise.all(
    [first, file("run-1234.json", text), file("out/plan.json.gz", gzipSync(text))].map((path) => report(path)),
  );
  const [known, ...others] = found.map(({ findings }) => findings.map(({ urn, fingerprint }) => [urn, fingerprint]));
  expect(known).toContainEqual([`urn:terraform:plan::terraform::aws_customer_gateway::${par}`, expect.any(String)]);
  for (const other of others) expect(other).toEqual(known);
});

describe("an entry of the rules that governs nothing in the plan", () => {
  const note = "Note: the rules' references.0 (aws_customer_gatway) governs no resource";
  const entry = { types: ["aws_customer_gatway"], kind: "configurationItem" };
  const all = { types: ["*"], kind: "location" };
  const rules = (...references: object[]): string => file("mistyped.json", JSON.stringify({ references }));

  test.each<[string, object[], boolean, RegExp]>([
    ["is told where it is required", [{ ...entry, required: true }, all], true, /4 of 5 resources/],
    ["is told where nothing was compared", [entry], true, /Nothing was compared/],
    ["is not where other entries are compared", [entry, all], false, /4 of 5 resources/],
  ])("%s; nothing fails", async (_name, references, told, said) => {
    const { code, out } = await check(plan(), "--rules", rules(...references));
    expect([code, out.includes(note)]).toEqual([0, told]);
    expect(out).toMatch(said);
    const { out: markdown } = await check(plan(), "--rules", rules(...references), "-o", "markdown");
    expect(markdown.includes("### Notes")).toBe(told);
  });
});

test("the JSON fits the schema of the drift report, and is no drift report", async () => {
  const path = join(folder, "report.json");
  await check(plan(), "-o", `json=${path}`);
  const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }));
  ajv.validate(schema, JSON.parse(readFileSync(path, "utf8")));
  expect(ajv.errors).toBeNull();
  const { code, err } = await scene.cli(["drift", "merge", path]);
  expect([code, err]).toEqual([1, expect.stringContaining("is what orange-cmdb check says of a plan")]);
});

test("formats for pipelines name the rule and the resource, and no coverage", async () => {
  const path = planWith(par, { ip_address: "192.0.2.1" });
  const of = async (name: string): Promise<string> => (await check(path, "-o", name)).out;
  expect(await of("junit")).toMatch(/<testsuites name="orange-cmdb check"[^]*<failure type="error"/);
  expect(await of("sarif")).toMatch(/"id": "orange-cmdb\/check\/"[^]*"uri": "[^"]*rules\.json"/);
  // No file of the configuration is where the command runs: the rules file stands for it.
  expect(await of("gitlab")).toMatch(/"path": "[^"]*rules\.json"/);
  expect(await of("github")).toMatch(/^::error title=attributes-match::/);
  const text = await of("markdown");
  expect(text).toMatch(/^## ❌ Plan /);
  expect(text).not.toContain("overage");
});

test("a finding names the line of the block, where the configuration lies where the command is run", async () => {
  const at = (name: string): string => join(scene.cacheDir, name);
  writeFileSync(at("network.tf"), '# gateways\n\nresource "aws_customer_gateway" "branch" {\n}\n');
  mkdirSync(at("hub"));
  writeFileSync(at("hub/main.tf"), 'resource "aws_subnet" "this" {\n}\n');
  try {
    const found = await report(planWith(par, { ip_address: "192.0.2.1" }));
    expect(found.findings.map(({ position }) => position)).toEqual([
      { file: "network.tf", line: 3 },
      { file: "hub/main.tf", line: 1 },
    ]);
    const { out } = await check(join(folder, "plan.json"), "-o", "github");
    expect(out).toContain("::error file=network.tf,line=3,title=attributes-match::");
  } finally {
    rmSync(at("network.tf"));
    rmSync(at("hub"), { recursive: true });
  }
});

test.each<[string, (text: string) => Buffer]>([
  ["as it is", (text) => Buffer.from(text)],
  ["packed", (text) => gzipSync(text)],
])("standard input, %s", async (_name, bytes) => {
  const main = resolve(__dirname, "../../dist/cli/main.js");
  const env = { ...process.env, ...scene.sandbox.environment, ORANGE_CMDB_CACHE_DIR: scene.cacheDir, NODE_OPTIONS: "" };
  const child = spawn(process.execPath, [main, ...judging("-", "-o", "json")], { env, cwd: folder });
  let out = "";
  child.stdout.on("data", (data) => (out += String(data)));
  child.stdin.end(bytes(whole));
  expect(await new Promise((done) => child.once("close", done))).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ plan: { file: "standard input" }, stacks: [{ name: "plan" }] });
});

test("a plan that a real OpenTofu made", async () => {
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

test("completion knows its options, and it needs no Pulumi", async () => {
  expect((await scene.cli(["complete", "--", "check", "--on-unavailable", ""])).out).toContain("stale");
  expect((await scene.cli(["complete", "--", "check", "--output", ""])).out).toContain("gitlab");
  const { err } = await scene.cli(judging(plan()), { NODE_DEBUG: "module" });
  expect(err).not.toContain("@pulumi/pulumi");
});
