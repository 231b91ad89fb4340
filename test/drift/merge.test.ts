import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "../helpers/fast-check";
import { toPageData } from "../../drift/formats/html/to-page-data";
import type { Ignore } from "../../drift/ignore/ignore-file";
import type { ReportOptions } from "../../drift/evaluate/assemble";
import { makeReport } from "../../drift/evaluate/make";
import { mergeReports } from "../../drift/evaluate/merge";
import { reportSchema, type Report } from "../../drift/report/schema";
import { PulumiCli } from "../../drift/sources/pulumi/pulumi-cli";
import { fileSource, ofShard, type StateSource } from "../../drift/sources/source";
import { parseRulesFile } from "../../policy/rules/file/rules-file";
import type { Mirror } from "../../provider/inventory/mirror/mirror";
import type { TestEnvironment } from "../helpers/environment";
import { formatTexts as formats } from "./helpers/format-texts";
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
  { rule: "*", resource: "unused", record: "*", reason: "unused" },
];

let scene: TestEnvironment;
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
): StateSource {
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
const again = (report: Report): Report => reportSchema.parse(JSON.parse(formats.json(report)));

test("the parts of a run merge in any order into the whole report, byte for byte", async () => {
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
        expect(formats.json(merged)).toBe(formats.json(whole));
        // A baseline gives the same too, and a whole report merged by itself is itself.
        const baseline = again(whole);
        const named = parts.map((report, index) => ({ path: String(index), report }));
        const against = await makeReport({ sources, inventory: mirror, rules, since }, options({ baseline }));
        expect(formats.json(mergeReports(named, { baseline }))).toBe(formats.json(against));
        expect(against.findings).toEqual([]);
        expect(formats.json(mergeReports([{ path: "it", report: again(whole) }], {}))).toBe(formats.json(whole));
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

test("the merged report of several stacks names the stacks without a Pulumi refresh in every format", async () => {
  const run = async (index: number): Promise<Report> =>
    again(await makeReport({ sources: [write(index, [])], inventory: mirror, rules }, options()));
  const [plain, asked] = [await run(0), await run(1)];
  const stacks = asked.stacks.map(({ name }) => name);
  const merged = mergeReports(
    [plain, { ...asked, refresh: { stacks, resources: [] } }].map((report, index) => ({ path: `${index}`, report })),
    {},
  );
  const said = /1 stack not refreshed by Pulumi: .*stack-0/;
  const view = { colours: false, verbose: false };
  for (const name of ["console", "markdown", "github", "sarif"] as const)
    expect([name, formats[name](merged, view)]).toEqual([name, expect.stringMatching(said)]);
  expect(toPageData(merged).refresh?.headline).toMatch(said);
  expect(JSON.parse(formats.ndjson(merged).split("\n")[0] ?? "")).toMatchObject({ refresh: { stacks } });
  for (const name of ["console", "markdown", "github", "sarif"] as const)
    expect([name, formats[name](plain, view)]).toEqual([name, expect.not.stringMatching(said)]);
});

test("parts with rules from several files name all of these files", async () => {
  const run = async (index: number, source: string): Promise<Report> =>
    again(
      await makeReport({ sources: [write(index, [])], inventory: mirror, rules, rulesOrigin: { source } }, options()),
    );
  const merge = (...reports: Report[]): Report["ruleSources"] =>
    mergeReports(
      reports.map((report, index) => ({ path: `${index}`, report })),
      {},
    ).ruleSources;
  expect(merge(await run(0, "b.yaml"), await run(1, "a.yaml"))).toEqual(["a.yaml", "b.yaml"]);
  expect(merge(await run(0, "b.yaml"), await run(1, "b.yaml"))).toEqual(["b.yaml"]);
});

test("a state from a file has no Pulumi refresh", async () => {
  const sources = [write(0, [])];
  const { refresh } = await makeReport(
    { sources, inventory: mirror, rules, refreshBy: new PulumiCli(folder) },
    options(),
  );
  expect(refresh).toEqual({ stacks: [], resources: [] });
});

test("reports that do not belong together are rejected with the reason", async () => {
  const sources = [write(0, []), write(1, [])];
  const part = async (
    more: Partial<ReportOptions>,
    of: readonly StateSource[] = sources,
    other = rules,
  ): Promise<Report> => again(await makeReport({ sources: of, inventory: mirror, rules: other }, options(more)));
  const merge = (...reports: Report[]): Report =>
    mergeReports(
      reports.map((report, index) => ({ path: `part-${index}.json`, report })),
      {},
    );
  const shard = (index: number): Partial<ReportOptions> => ({ shard: { index, count: 3 } });
  expect(() => merge()).toThrowErrorMatchingInlineSnapshot(`"no report to merge: name at least one"`);
  const [one, two] = [await part(shard(1), []), await part(shard(2), [])];
  expect(() => merge(one, two)).toThrowErrorMatchingInlineSnapshot(
    `"shard 3 of 3 is missing: name the reports of all shards"`,
  );
  expect(() => merge(one, one, two)).toThrowErrorMatchingInlineSnapshot(
    `"shard 1 of 3 occurs 2 times: name each report once"`,
  );
  const [whole] = [await part({})];
  expect(() => merge(whole, whole)).toThrowErrorMatchingInlineSnapshot(
    `"part-0.json and part-1.json both have the stack "<tmp>/stack-0": name each part once, and each stack in one part"`,
  );
  expect(() => merge(one, whole)).toThrowErrorMatchingInlineSnapshot(
    `"part-0.json and part-1.json cannot be merged: the number of shards differs; merge the parts of one run"`,
  );
  const refreshed = { ...two, refresh: { stacks: [], resources: [] } };
  expect(() => merge(one, refreshed)).toThrowErrorMatchingInlineSnapshot(
    `"part-0.json and part-1.json cannot be merged: --refresh differs; use it for every part of a run, or for none"`,
  );
  const selected = (index: number, digest: string): Partial<ReportOptions> => ({
    shard: { index, count: 2, selection: { count: 0, digest } },
  });
  const [all, some] = [await part(selected(1, "all"), []), await part(selected(2, "some"), [])];
  expect(() => merge(all, some)).toThrowErrorMatchingInlineSnapshot(
    `"part-0.json and part-1.json cannot be merged: the selection of stacks differs; use the same --state, --stack, --include and --exclude for every part"`,
  );
  expect(() => merge(all, { ...some, shard: { index: 2, count: 2 } })).toThrowErrorMatchingInlineSnapshot(
    `"part-0.json and part-1.json cannot be merged: the selection of stacks differs; use the same --state, --stack, --include and --exclude for every part"`,
  );
  expect(merge(all, await part(selected(2, "all"), [])).shard).toBeUndefined();
  const strict = parseRulesFile({ ...sampleRules, severity: { "record-exists": "info" } }, "other");
  expect(() => merge(whole, { ...whole, rules: strict as Report["rules"] })).toThrowErrorMatchingInlineSnapshot(
    `"part-0.json and part-1.json cannot be merged: the rules file differs; create both with the same rules"`,
  );
  expect(() =>
    merge(whole, {
      ...whole,
      coverage: whole.coverage.map((record) => ({ ...record, recordId: `${record.recordId}-2` })),
    }),
  ).toThrowErrorMatchingInlineSnapshot(
    `"part-0.json and part-1.json cannot be merged: the inventory differs; use the same inventory file for every part"`,
  );
});
