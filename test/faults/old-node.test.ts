import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { tmpdir } from "node:os";
import manifest from "../../package.json";
import { nodeProblem, oldestNode } from "../../provider/platform/node-version";

const root = resolve(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-node-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// This Node.js, as if it were an old one: what it lacks is taken away, too.
const asOld = join(folder, "old.cjs");
writeFileSync(
  asOld,
  `const version = "18.19.0";
   Object.defineProperty(process.versions, "node", { value: version });
   Object.defineProperty(process, "version", { value: "v" + version });
   const load = require("node:module")._load;
   require("node:module")._load = (name, ...rest) => {
     if (name === "node:sqlite") throw Object.assign(new Error("No such built-in module: node:sqlite"), { code: "ERR_UNKNOWN_BUILTIN_MODULE" });
     return load(name, ...rest);
   };`,
);

/** Every way to start an old Node.js: the old ones on this machine, and this one in disguise. */
const nodes: [string, string, string[]][] = [["18.19.0", process.execPath, ["--require", asOld]]];
for (const folder of new Set((process.env["PATH"] ?? "").split(delimiter))) {
  const path = join(folder, "node");
  if (path.includes("node_modules") || !existsSync(path)) continue;
  const version = spawnSync(path, ["-p", "process.versions.node"], { encoding: "utf8" }).stdout.trim();
  if (nodeProblem(version) !== undefined) nodes.push([version, path, []]);
}

const run = (path: string, args: readonly string[]): { status: number | null; said: string } => {
  const env = { ...process.env, NODE_OPTIONS: "" };
  const { status, stdout, stderr } = spawnSync(path, args, { encoding: "utf8", env });
  return { status, said: stdout + stderr };
};

test.each(nodes)("the command names the required version in one line on Node.js %s", (version, path, flags) => {
  const { status, said } = run(path, [...flags, join(root, manifest.bin["orange-cmdb"]), "list", "locations"]);
  expect(said).toBe(`orange-cmdb: Node.js 22.16 or later is needed, and this is ${version}; install a newer one\n`);
  expect(status).toBe(1);
});

test.each(nodes)(
  "the package, its policies and the pack name the required version on Node.js %s before anything else fails",
  (version, path, flags) => {
    for (const file of ["dist/provider/index.js", "dist/policy/index.js", "dist/policy/main.js"]) {
      const { status, said } = run(path, [...flags, "-e", `require(${JSON.stringify(join(root, file))})`]);
      expect(said).toContain(`orange-cmdb: Node.js 22.16 or later is needed, and this is ${version}`);
      expect(said).not.toContain("node:sqlite");
      expect(status).not.toBe(0);
    }
  },
);

test("a checkout names the required version before it installs anything", () => {
  const { status, said } = run(process.execPath, [
    "--require",
    asOld,
    join(root, "tools/run.mjs"),
    "cli",
    "--",
    "--version",
  ]);
  expect(said).toMatchInlineSnapshot(`
   "this checkout needs Node.js 20 or later to start, and this is 18.19.0; install a newer one
   "
  `);
  expect(status).toBe(1);
});

test("the files that run first use no newer syntax, and require the version of package.json", () => {
  for (const file of [
    "dist/cli/bin.js",
    "dist/cli/check-node.js",
    "dist/provider/platform/node-version.js",
    "dist/provider/platform/check-node.js",
  ])
    expect(readFileSync(join(root, file), "utf8")).not.toMatch(/\?\?|\?\.|#\w+ ?[=(]|\basync\b|=>|`|\bimport\(/);
  expect(manifest.engines.node).toBe(`>=${oldestNode.join(".")}`);
  expect([nodeProblem("22.16.0"), nodeProblem("24.0.0"), nodeProblem("100.1")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  for (const version of ["22.15.9", "20.99.0", "9.0.0", "0.10"])
    expect(nodeProblem(version)).toContain("22.16 or later");
});
