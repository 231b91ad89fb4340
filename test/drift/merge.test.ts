import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "../helpers/fast-check";
import { formats } from "../../drift/formats";
import { toPageData } from "../../drift/formats/html/to-page-data";
import { json } from "../../drift/formats/json";
import type { Ignore } from "../../drift/ignore-file";
import type { ReportOptions } from "../../drift/report/assemble";
import { makeReport } from "../../drift/report/make";
import { mergeReports } from "../../drift/report/merge";
import { reportSchema, type Report } from "../../drift/report/schema";
import { PulumiCli } from "../../drift/sources/pulumi-cli";
import { fileSource, ofShard, type Source } from "../../drift/sources/source";
import { parseRulesFile } from "../../policy/rules/rules-file";
import type { Mirror } from "../../provider/inventory/mirror";
import type { Scene } from "../helpers/mirror";
import { changedScene, sampleRules } from "./helpers/sample";

const now = new Date("2027-01-01T00:00:00Z");
const rules = parseRulesFile(
  {
    ...sampleRules,
    references: [...sampleRules.references, { types: ["*"], kind: "account", id: "tags.account" }],
    fresh: { maxAge: 60 },
    ignore: [
      { rule: "record-*", resource: "*stack-2*", reason: "lab" },
      { rule: "reference-unique", reason: "old", until: "2026-12-01" },
      { rule: "inventory-fresh", reason: "slow" },
    ],
  },
  "the sample",
);
const ignore: Ignore[] = [
  { rule: "attributes-match", resource: "*stack-1*", record: "*", reason: "lab" },
  { rule: "record-exists", resource: "*", record: "CI-NONE*", reason: "old", until: "2026-12-01" },
  { rule: "inventory-covered", resource: "*", record: "*", reason: "not yet", until: "2027-06-01" },
  { rule: "*", resource: "nobody", record: "*", reason: "unused" },
];

let scene: Scene;
let mirror: Mirror;
let folder: string;
let account: string | undefined;

beforeAll(async () => {
  scene = await changedScene();
  mirror = await scene.open();
  account = mirror.list("account")[0]?.id;
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-merge-"));
});
afterAll(async () => {
  mirror.close();
  await scene.end();
  rmSync(folder, { recursive: true, force: true });
});

const options = (more: Partial<ReportOptions> = {}): ReportOptions => ({
  generator: "orange-cmdb 0.0.0",
  now,
  failOn: "warning",
  ignore,
  ...more,
});

const tag = fc.oneof(
  fc.constantFrom("CI-RTR-PAR-001", "CI-SWI-PAR-001", "CI-SWI-LYS-001", "CI-RTR-PAR-001-3", "CI-RTR-FRA-001"),
  fc.constantFrom("CI-NONE-1", "ci-rtr-par-001", "a,b"),
  fc.constant({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" }),
);
const entry = fc.record({
  name: fc.constantFrom("a", "b", "c::d", "é", "x<y>"),
  tag: fc.option(tag),
  location: fc.option(fc.constantFrom("LOC-PAR-001", "LOC-LYS-001", "LOC-NONE")),
  ipAddress: fc.constantFrom("10.0.0.1", "192.0.2.1"),
  type: fc.constantFrom("aws:ec2/customerGateway:CustomerGateway", "a:b:C"),
  external: fc.boolean(),
});
const stack = fc.uniqueArray(entry, { selector: ({ name, type }) => name + type, maxLength: 6 });

/** Writes the state of a stack: every third is Terraform's, and the stacks 0 and 3 differ by their organisation alone. */
function write(
  index: number,
  entries: readonly {
    name: string;
    tag: unknown;
    location: unknown;
    ipAddress: string;
    type: string;
    external: boolean;
  }[],
): Source {
  const path = join(folder, `stack-${index}.json`);
  const resources = entries.map(({ name, tag: item, location, ipAddress, type, external }) => ({
    urn: `urn:pulumi:stack-${index % 3 === 0 ? 0 : index}::net::${type}::${name}`,
    type,
    external,
    inputs: {
      ipAddress,
      tags: {
        ...(item ? { "cmdb:configuration-item": item } : {}),
        ...(location ? { "cmdb:location": location, account } : {}),
      },
    },
  }));
  const terraform = entries.map(({ name, tag: item, ipAddress }) => ({
    address: `aws_customer_gateway.${name}`,
    mode: "managed",
    type: "aws_customer_gateway",
    values: { ip_address: ipAddress, tags: typeof item === "string" ? { "cmdb:configuration-item": item } : {} },
  }));
  const document =
    index % 3 === 2
      ? { format_version: "1.0", values: { root_module: { resources: terraform } } }
      : { version: 3, deployment: { resources } };
  writeFileSync(path, JSON.stringify(document));
  const organization = ({ 0: "acme", 3: "globex" } as Record<number, string>)[index];
  return { ...fileSource(path), ...(organization === undefined ? {} : { organization }) };
}

/** As it is when it was written and read again. */
const again = (report: Report): Report => reportSchema.parse(JSON.parse(json(report)));

test("the parts of a run, merged in any order, are the whole of it, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(stack, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      async (stacks, count, turned) => {
        const sources = stacks.map((entries, index) => write(index, entries));
        const since = { number: 1 };
        const whole = await makeReport({ sources, inventory: mirror, rules, since }, options());
        const shards = Array.from({ length: count }, (_, index) => ({ index: index + 1, count }));
        const parts: Report[] = [];
        for (const shard of shards)
          parts.push(
            again(
              await makeReport(
                { sources: ofShard(sources, shard), inventory: mirror, rules, since },
                options({ shard }),
              ),
            ),
          );
        if (turned) parts.reverse();
        const merged = mergeReports(
          parts.map((report, index) => ({ path: String(index), report })),
          {},
        );
        expect(json(merged)).toBe(json(whole));
        // A baseline gives the same too, and a whole report merged by itself is itself.
        const baseline = again(whole);
        const named = parts.map((report, index) => ({ path: String(index), report }));
        const against = await makeReport({ sources, inventory: mirror, rules, since }, options({ baseline }));
        expect(json(mergeReports(named, { baseline }))).toBe(json(against));
        expect(against.findings).toEqual([]);
        expect(json(mergeReports([{ path: "it", report: again(whole) }], {}))).toBe(json(whole));
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

test("of runs over different stacks, those of which Pulumi was not asked are named in every format", async () => {
  const run = async (index: number): Promise<Report> =>
    again(await makeReport({ sources: [write(index, [])], inventory: mirror, rules }, options()));
  const [plain, asked] = [await run(0), await run(1)];
  const stacks = asked.stacks.map(({ name }) => name);
  const merged = mergeReports(
    [plain, { ...asked, refresh: { stacks, resources: [] } }].map((report, index) => ({ path: `${index}`, report })),
    {},
  );
  const said = /Pulumi was not asked for its own drift of 1 stack: .*stack-0/;
  const view = { colours: false, verbose: false };
  for (const name of ["console", "markdown", "github", "sarif"] as const)
    expect([name, formats[name](merged, view)]).toEqual([name, expect.stringMatching(said)]);
  expect(toPageData(merged).refresh?.headline).toMatch(said);
  expect(JSON.parse(formats.ndjson(merged).split("\n")[0] ?? "")).toMatchObject({ refresh: { stacks } });
  for (const name of ["console", "markdown", "github", "sarif"] as const)
    expect([name, formats[name](plain, view)]).toEqual([name, expect.not.stringMatching(said)]);
});

test("parts that found the same rules in several places name all of them", async () => {
  const run = async (index: number, source: string): Promise<Report> =>
    again(
      await makeReport({ sources: [write(index, [])], inventory: mirror, rules, rulesFrom: { source } }, options()),
    );
  const merge = (...reports: Report[]): Report["rulesFrom"] =>
    mergeReports(
      reports.map((report, index) => ({ path: `${index}`, report })),
      {},
    ).rulesFrom;
  expect(merge(await run(0, "b.yaml"), await run(1, "a.yaml"))).toEqual(["a.yaml", "b.yaml"]);
  expect(merge(await run(0, "b.yaml"), await run(1, "b.yaml"))).toEqual(["b.yaml"]);
});

test("of a state in a file Pulumi cannot be asked", async () => {
  const sources = [write(0, [])];
  const { refresh } = await makeReport(
    { sources, inventory: mirror, rules, refreshBy: new PulumiCli(folder) },
    options(),
  );
  expect(refresh).toEqual({ stacks: [], resources: [] });
});

test("reports that do not belong together are refused, and said why", async () => {
  const sources = [write(0, []), write(1, [])];
  const part = async (more: Partial<ReportOptions>, of: readonly Source[] = sources, other = rules): Promise<Report> =>
    again(await makeReport({ sources: of, inventory: mirror, rules: other }, options(more)));
  const merge = (...reports: Report[]): Report =>
    mergeReports(
      reports.map((report, index) => ({ path: `part-${index}.json`, report })),
      {},
    );
  const shard = (index: number): Partial<ReportOptions> => ({ shard: { index, count: 3 } });
  expect(() => merge()).toThrow("no report to merge");
  const [one, two] = [await part(shard(1), []), await part(shard(2), [])];
  expect(() => merge(one, two)).toThrow("shard 3 of 3 is missing");
  expect(() => merge(one, one, two)).toThrow("shard 1 of 3 is there 2 times");
  const [whole] = [await part({})];
  expect(() => merge(whole, whole)).toThrow(
    /part-0.json and part-1.json both have the stack ".*stack-0": name each part once/,
  );
  expect(() => merge(one, whole)).toThrow("number of shards differs");
  const refreshed = { ...two, refresh: { stacks: [], resources: [] } };
  expect(() => merge(one, refreshed)).toThrow("--refresh differs; give it to every part of a run, or to none");
  const selected = (index: number, digest: string): Partial<ReportOptions> => ({
    shard: { index, count: 2, selection: { count: 0, digest } },
  });
  const [all, some] = [await part(selected(1, "all"), []), await part(selected(2, "some"), [])];
  expect(() => merge(all, some)).toThrow("which stacks were chosen differs; give every part the same --state, --stack");
  expect(() => merge(all, { ...some, shard: { index: 2, count: 2 } })).toThrow("which stacks were chosen differs");
  expect(merge(all, await part(selected(2, "all"), [])).shard).toBeUndefined();
  const strict = parseRulesFile({ ...sampleRules, severity: { "record-exists": "info" } }, "other");
  expect(() => merge(whole, { ...whole, rules: strict as Report["rules"] })).toThrow("the rules file differs");
  expect(() =>
    merge(whole, {
      ...whole,
      coverage: whole.coverage.map((record) => ({ ...record, recordId: `${record.recordId}-2` })),
    }),
  ).toThrow("the inventory differs");
});
