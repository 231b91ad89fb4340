import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { startSandbox, type Sandbox } from "../../sandbox";

const root = resolve(__dirname, "../..");
let sandbox: Sandbox;
let folder: string;

const program = `
  import { Inventory } from "pulumi-orange-cmdb";
  new Inventory({}).getLocation({ id: "LOC-PAR-001" }).then(
    (location) => console.log(location.id),
    (error) => { console.error(error.message); process.exitCode = 1; },
  );`;

beforeAll(async () => {
  sandbox = await startSandbox();
  // As an image that holds the bundle, and of the packages only those that are not in it.
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-bundle-"));
  writeFileSync(join(folder, "package.json"), "{}");
  const source = join(folder, "source");
  mkdirSync(join(source, "node_modules"), { recursive: true });
  symlinkSync(root, join(source, "node_modules", "pulumi-orange-cmdb"));
  writeFileSync(join(source, "index.ts"), program);
  buildSync({
    entryPoints: [join(source, "index.ts")],
    outfile: join(folder, "app", "index.js"),
    bundle: true,
    platform: "node",
    external: ["@pulumi/*"],
    logLevel: "error",
  });
  rmSync(source, { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(root, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(flags: readonly string[], file: string, ...args: readonly string[]): Promise<Ended> {
  const cache = join(folder, "cache");
  rmSync(cache, { recursive: true, force: true });
  const env = { ...process.env, ...sandbox.environment, ORANGE_CMDB_CACHE_DIR: cache, NODE_OPTIONS: "" };
  return new Promise((done) => {
    execFile(process.execPath, [...flags, file, ...args], { cwd: folder, env }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

/** Flags of node --permission, with the network where this Node.js restricts it. */
function permission(...flags: string[]): string[] {
  const { status } = spawnSync(process.execPath, ["--permission", "--allow-net", "-e", "0"], { stdio: "ignore" });
  return ["--no-warnings", "--permission", ...(status === 0 ? ["--allow-net"] : []), ...flags];
}

test("a bundled program reads the inventory, and writes the mirror", async () => {
  const { code, out, err } = await run([], join(folder, "app", "index.js"));
  expect([code, err, out]).toEqual([0, "", expect.stringMatching(/LOC-PAR-001\n$/)]);
  expect(existsSync(join(folder, "cache"))).toBe(true);
});

test("node --permission needs no --allow-worker", async () => {
  const flags = permission("--allow-fs-read=*", "--allow-fs-write=*");
  expect(await run(flags, join(folder, "app", "index.js"))).toMatchObject({ code: 0, err: "" });
  const command = await run(flags, join(root, "dist/cli/bin.js"), "list", "locations", "-o", "csv");
  expect(command).toMatchObject({ code: 0, out: expect.stringContaining("LOC-PAR-001") as string });
});

test("node --permission without access to the mirror's folder is one error message that names it", async () => {
  for (const flags of [[], [`--allow-fs-write=${folder}/other`]]) {
    const allowed = permission("--allow-fs-read=*", ...flags);
    const { code, err } = await run(allowed, join(root, "dist/cli/bin.js"), "list", "locations");
    expect(code).toBe(1);
    expect(err).toMatch(/^orange-cmdb: the mirror \S+ is denied by node --permission: .*--allow-fs-write; .*\n$/);
  }
});

test("a large state is read without a worker thread", async () => {
  const state = join(folder, "state.json");
  const resource = (name: string, tags: object): object => ({
    urn: `urn:pulumi:dev::net::aws:ec2/vpnConnection:VpnConnection::${name}`,
    type: "aws:ec2/vpnConnection:VpnConnection",
    custom: true,
    inputs: { tags, filler: "x".repeat(1024) },
  });
  const many = Array.from({ length: 17_000 }, (_, index) => resource(String(index), {}));
  const deployment = { resources: [...many, resource("last", { "cmdb:configuration-item": "CI-NONE" })] };
  writeFileSync(state, JSON.stringify({ version: 3, deployment }));
  const flags = permission("--allow-fs-read=*", "--allow-fs-write=*");
  const { code, out } = await run(flags, join(root, "dist/cli/bin.js"), "drift", "--state", state, "-o", "json");
  const report = JSON.parse(out) as { findings: { rule: string; recordId?: string }[]; summary: { resources: number } };
  expect([code, report.summary.resources]).toEqual([2, 17_001]);
  expect(report.findings.filter(({ rule }) => rule === "record-exists")).toHaveLength(1);
});
