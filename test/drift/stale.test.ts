import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatNames, type FormatName } from "../../drift/formats/names";
import type { Report } from "../../drift/report/schema";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
let folder: string;
/** When what is read was fetched. */
let syncedAt: string;

/** The API is not available, and an older inventory is allowed. */
const down = { ORANGE_CMDB_MAX_AGE: "0", ORANGE_CMDB_MAX_STALE: "99999", ORANGE_CMDB_TIMEOUT: "1" };

beforeAll(async () => {
  scene = await createTestEnvironment();
  folder = mkdtempSync(join(scene.cacheDir, "stale-"));
  syncedAt = (JSON.parse((await scene.cli(["sync", "-o", "json"])).out) as { syncedAt: string }).syncedAt;
  scene.sandbox.fail({ status: 503, times: 9_999 });
});
afterAll(() => scene.end());

/** The state of a stack with a resource that refers to this record. */
function state(stack: string, id = "CI-RTR-PAR-001"): string {
  const type = "aws:ec2/customerGateway:CustomerGateway";
  const resource = {
    urn: `urn:pulumi:${stack}::net::${type}::gw`,
    type,
    inputs: { tags: { "cmdb:configuration-item": id } },
  };
  return write(`${stack}.json`, { version: 3, deployment: { resources: [resource] } });
}

function write(name: string, value: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const drift = (...args: string[]): Promise<CommandResult> => scene.cli(["drift", ...args], down);

/** The report that this run writes, and how it ended. */
async function report(...args: string[]): Promise<Report & { code: number; path: string }> {
  const path = join(folder, `report-${Math.random()}.json`);
  const { code, err } = await drift(...args, "-o", `json=${path}`);
  if (code === 1) throw new Error(err);
  return { ...(JSON.parse(readFileSync(path, "utf8")) as Report), code, path };
}

const fresh = ({ findings }: Report): string[] =>
  findings.filter(({ rule }) => rule === "inventory-fresh").map(({ message }) => message);

/** Writes all formats, and looks for when the inventory is of, and why it is that old, in each. */
async function expectSaid(...args: string[]): Promise<number> {
  const path = (name: FormatName): string => join(folder, `out.${name}`);
  const { code } = await drift(...args, ...formatNames.flatMap((name) => ["-o", `${name}=${path(name)}`]));
  for (const name of formatNames) {
    const text = readFileSync(path(name), "utf8").replaceAll("&#58;", ":");
    const said = `checked with the inventory of ${syncedAt}, `;
    expect([name, text]).toEqual([name, expect.stringContaining(said)]);
    expect([name, text]).toEqual([name, expect.stringContaining("inventory-fresh")]);
    expect([name, text.slice(text.indexOf(said))]).toEqual([name, expect.stringMatching(/^[^\n]* old: [^\n]*\b503\b/)]);
  }
  return code;
}

test("every format reports age, date and cause of a stale inventory as a warning, not as drift", async () => {
  expect(await expectSaid("--state", state("prod"))).toBe(0);
  expect(await expectSaid("--state", state("prod"), "--state", state("dev"))).toBe(0);
  expect(await expectSaid("--state", state("prod"), "--fail-on", "warning")).toBe(2);
  const rules = write("rules.json", {
    references: [{ types: ["aws:*"], kind: "configurationItem" }],
    severity: { "inventory-fresh": "info" },
  });
  expect(await expectSaid("--state", state("prod"), "--fail-on", "warning", "--rules", rules)).toBe(0);
});

test("the first line of ndjson has the date and the cause", async () => {
  const { out } = await drift("--state", state("prod"), "-o", "ndjson");
  const [first = ""] = out.split("\n");
  expect(JSON.parse(first)).toMatchObject({
    line: "summary",
    inventory: { syncedAt, staleReason: expect.stringContaining("503") as string },
  });
});

test("a baseline of a stale inventory does not hide the warning, and a fresh inventory does not count as a fix", async () => {
  const before = await report("--state", state("prod", "CI-NONE"));
  expect(fresh(before)).toHaveLength(1);
  const after = await report("--state", state("prod", "CI-NONE"), "--baseline", before.path);
  expect([after.code, after.summary.baseline.known, fresh(after)]).toEqual([0, 1, [expect.stringContaining(syncedAt)]]);
  expect(await expectSaid("--state", state("prod", "CI-NONE"), "--baseline", before.path)).toBe(0);
  const { out } = await scene.cli([
    "drift",
    "--state",
    state("prod", "CI-NONE"),
    "--baseline",
    before.path,
    "-o",
    "json",
  ]);
  expect((JSON.parse(out) as Report).summary).toMatchObject({
    baseline: { known: 1, fixed: 0 },
    findings: { warning: 0 },
  });
});

test("--write-ignore adds no entry for a stale inventory", async () => {
  const ignore = join(folder, "ignore.yaml");
  const { code } = await drift("--state", state("prod", "CI-NONE"), `--write-ignore=${ignore}`);
  expect([code, readFileSync(ignore, "utf8").match(/rule: .*/g)]).toEqual([2, ["rule: record-exists"]]);
  expect(await expectSaid("--state", state("prod", "CI-NONE"), "--ignore-file", ignore)).toBe(0);
});

test("each part reports a stale inventory, and the merged report has the warning once", async () => {
  const args = ["prod", "dev", "lab"].flatMap((stack) => ["--state", state(stack)]);
  await expectSaid(...args, "--shard", "1/2");
  const first = await report(...args, "--shard", "1/2");
  const second = await report(...args, "--shard", "2/2");
  // Each names the request that failed.
  expect(first.inventory.staleReason).not.toBe(second.inventory.staleReason);
  expect(fresh(second)).toHaveLength(1);
  expect(fresh(await report("merge", first.path, second.path))).toEqual([
    expect.stringContaining(`checked with the inventory of ${syncedAt}`),
  ]);
  expect(await expectSaid("merge", first.path, second.path)).toBe(0);
  const { staleReason: _stale, ...inventory } = first.inventory;
  const young = write("young.json", { ...(JSON.parse(readFileSync(first.path, "utf8")) as Report), inventory });
  expect(fresh(await report("merge", young, second.path))).toEqual([expect.stringContaining("503")]);
});
