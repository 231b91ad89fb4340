import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import schema from "../../schemas/drift-report.schema.json";
import { par, usePlans, whole } from "./helpers/check";

const { scene, inFolder, plan, planWith, judging, check, report } = usePlans();

test("the JSON report of check fits the schema, and drift merge rejects it", async () => {
  const path = inFolder("report.json");
  await check(plan(), "-o", `json=${path}`);
  const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }));
  ajv.validate(schema, JSON.parse(readFileSync(path, "utf8")));
  expect(ajv.errors).toBeNull();
  const { code, err } = await scene().cli(["drift", "merge", path]);
  expect([code, err]).toEqual([1, expect.stringContaining("is a report of orange-cmdb check, not a drift report")]);
});

test("formats for pipelines name the rule and the resource, and omit coverage", async () => {
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

test("a finding names file and line of the block if the configuration is in the working directory", async () => {
  const at = (name: string): string => join(scene().cacheDir, name);
  writeFileSync(at("network.tf"), '# gateways\n\nresource "aws_customer_gateway" "branch" {\n}\n');
  mkdirSync(at("hub"));
  writeFileSync(at("hub/main.tf"), 'resource "aws_subnet" "this" {\n}\n');
  try {
    const found = await report(planWith(par, { ip_address: "192.0.2.1" }));
    expect(found.findings.map(({ position }) => position)).toEqual([
      { file: "network.tf", line: 3 },
      { file: "hub/main.tf", line: 1 },
    ]);
    const { out } = await check(inFolder("plan.json"), "-o", "github");
    expect(out).toContain("::error file=network.tf,line=3,title=attributes-match::");
  } finally {
    rmSync(at("network.tf"));
    rmSync(at("hub"), { recursive: true });
  }
});

test.each<[string, (text: string) => Buffer]>([
  ["uncompressed", (text) => Buffer.from(text)],
  ["compressed by gzip", (text) => gzipSync(text)],
])("check reads a plan from standard input %s", async (_name, bytes) => {
  const main = resolve(__dirname, "../../dist/cli/main.js");
  const env = {
    ...process.env,
    ...scene().sandbox.environment,
    ORANGE_CMDB_CACHE_DIR: scene().cacheDir,
    NODE_OPTIONS: "",
  };
  const child = spawn(process.execPath, [main, ...judging("-", "-o", "json")], { env, cwd: inFolder() });
  let out = "";
  child.stdout.on("data", (data) => (out += String(data)));
  child.stdin.end(bytes(whole));
  expect(await new Promise((done) => child.once("close", done))).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ plan: { file: "standard input" }, stacks: [{ name: "plan" }] });
});
