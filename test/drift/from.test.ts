import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Report } from "../../drift/report/schema";
import { globFiles } from "../../drift/sources/locations/glob-files";
import { locateStates } from "../../drift/sources/locations/locate";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
let folder: string;
beforeAll(async () => (scene = await createTestEnvironment()));
afterAll(() => scene.end());
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "orange-cmdb-from-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(key: string, content: string | Buffer): void {
  const file = join(folder, key);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

const planted = "pl4nted-pre-shared-key";

/** A state file of Terraform with one resource, which refers to a record and has a secret. */
const stateFile = (name: string, item = "CI-RTR-PAR-001"): string =>
  JSON.stringify({
    version: 4,
    terraform_version: "1.10.0",
    serial: 1,
    lineage: "5e3c",
    outputs: {},
    resources: [
      {
        mode: "managed",
        type: "aws_vpn_connection",
        name,
        provider: 'provider["registry.opentofu.org/hashicorp/aws"]',
        instances: [
          {
            schema_version: 0,
            attributes: { id: name, tunnel1_preshared_key: planted, tags: { "cmdb:configuration-item": item } },
          },
        ],
      },
    ],
    check_results: null,
  });

const checkpoint = (stack: string, item = "CI-RTR-PAR-001"): string =>
  JSON.stringify({
    version: 3,
    checkpoint: {
      latest: {
        resources: [
          {
            urn: `urn:pulumi:${stack}::net::aws:ec2/vpnGateway:VpnGateway::gateway`,
            type: "aws:ec2/vpnGateway:VpnGateway",
            inputs: { tags: { "cmdb:configuration-item": item } },
          },
        ],
      },
    },
  });

async function drift(...args: string[]): Promise<{ code: number; err: string; report: Report }> {
  const made = join(folder, "report.json");
  const { code, err } = await scene.cli(["drift", ...args, "-o", `json=${made}`]);
  if (code === 1) throw new Error(err);
  const text = readFileSync(made, "utf8");
  expect(text + err).not.toContain(planted);
  return { code, err, report: JSON.parse(text) as Report };
}

test("--from reads the states of a glob, and leaves out backups, locks, hidden folders and dependencies", async () => {
  put("live/net/prod.tfstate", stateFile("one"));
  put("live/net/terraform.tfstate.d/dev/terraform.tfstate", stateFile("two"));
  put("live/with space/ü%20[x].tfstate", gzipSync(stateFile("three")));
  for (const name of [
    "live/net/prod.tfstate.backup",
    "live/net/.prod.tfstate.lock.info",
    "live/.terraform/terraform.tfstate",
    "live/node_modules/x/example.tfstate",
  ])
    put(name, "not a state");
  const { code, report } = await drift("--from", join(folder, "live/**/*.tfstate"));
  const shown = report.stacks.map(({ name }) => name.slice(folder.length + 1));
  expect([code, shown]).toEqual([
    0,
    ["live/net/prod", "live/net/terraform.tfstate.d/dev/terraform", "live/with space/ü%20[x]"],
  ]);
  expect(report.notes.filter(({ about }) => about === "state").map(({ message }) => message)).toEqual([
    expect.stringMatching(/prod\.tfstate is locked, .* remove the lock with terraform force-unlock$/),
  ]);
});

test("several locations, files and patterns make one report, and a state that two locations hold is read once", async () => {
  put("pulumi/.pulumi/meta.yaml", "version: 1\n");
  for (const stack of ["prod", "dev"]) put(`pulumi/.pulumi/stacks/net/${stack}.json`, checkpoint(stack));
  put("tf/a.tfstate", stateFile("a"));
  put("tf/b.tfstate", stateFile("b"));
  put("c.tfstate", stateFile("c"));
  const { report } = await drift(
    ...["--from", join(folder, "pulumi"), "--from", `file://${join(folder, "pulumi")}`],
    ...["--from", join(folder, "tf/*.tfstate"), "--from", join(folder, "tf/a.*")],
    ...["--state", join(folder, "c.tfstate"), "--exclude", "*/dev", "--exclude", "*/b"],
  );
  expect(report.stacks.map(({ name }) => name.replace(`${folder}/`, "")).sort()).toEqual(["c", "net/prod", "tf/a"]);
});

test("a state that --state names beside --from, or twice, is an error", async () => {
  put("a.tfstate", stateFile("a"));
  const file = join(folder, "a.tfstate");
  for (const again of ["--from", "--state"])
    await expect(drift("--state", file, again, file)).rejects.toThrow("/a occurs twice: pass each stack in one source");
});

const unixTest = process.platform === "win32" ? test.skip : test;

unixTest("a folder that a glob reaches and cannot read is an error, and never a shorter list", async () => {
  for (const path of ["live/a/x.tfstate", "live/closed/y.tfstate", "live/node_modules/z.tfstate"]) put(path, "{}");
  chmodSync(folder, 0o755);
  const live = join(folder, "live");
  const closed = join(live, "closed");
  chmodSync(closed, 0);
  chmodSync(join(live, "node_modules"), 0);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await expect(globFiles(live, "**/*.tfstate")).rejects.toThrow(
      `cannot list the folder ${closed}/: EACCES; give this user access, or narrow the glob`,
    );
    expect(await globFiles(live, "a/*.tfstate")).toEqual([join(live, "a/x.tfstate")]);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(closed, 0o700);
    chmodSync(join(live, "node_modules"), 0o700);
  }
});

test("--include, --exclude and --shard select among the states of locations", async () => {
  for (const name of ["a", "b", "c", "d"]) put(`tf/${name}.tfstate`, stateFile(name));
  const glob = join(folder, "tf/*.tfstate");
  const names = async (...args: string[]): Promise<string[]> =>
    (await drift("--from", glob, ...args)).report.stacks.map(({ name }) => name.at(-1) ?? "");
  expect(await names("--include", "*/a", "--include", "*/b", "--exclude", "*/b")).toEqual(["a"]);
  const parts: string[] = [];
  for (const part of ["1/2", "2/2"]) parts.push(...(await names("--shard", part)));
  expect(parts.sort()).toEqual(["a", "b", "c", "d"]);
});

test("500 stacks in a folder, which workers split, are all in the report, and one line gives their number, size and time", async () => {
  put("pulumi/.pulumi/meta.yaml", "version: 1\n");
  const filler = " ".repeat(40_000);
  for (let stack = 0; stack < 500; stack += 1)
    put(
      `pulumi/.pulumi/stacks/net/s${stack}.json`,
      checkpoint(`s${stack}`, stack === 77 ? "CI-NONE" : "CI-RTR-PAR-001") + filler,
    );
  const { code, err, report } = await drift("--from", join(folder, "pulumi"));
  expect([code, report.stacks.length, report.summary.resources]).toEqual([2, 500, 500]);
  expect(report.findings.map(({ stack, recordId }) => [stack, recordId])).toEqual([["net/s77", "CI-NONE"]]);
  expect(err).toMatch(/^read 500 states, 20\.\d MB, in [\d.]+ s$/m);
  put("pulumi/.pulumi/stacks/net/s499.json", checkpoint("s499").slice(0, -9) + filler);
  await expect(drift("--from", join(folder, "pulumi"))).rejects.toThrow(
    /^orange-cmdb: the stack organization\/net\/s499 of .* is not complete JSON/,
  );
});

test.each([
  [
    "a glob without a file",
    "none/**/*.tfstate",
    /none\/\*\*\/\*\.tfstate matches no file: check the folder and the glob/,
  ],
  ["a file that does not exist", "none.tfstate", /none\.tfstate does not exist: use a path/],
  ["a folder without a backend", ".", /has no \.pulumi: for states of Terraform give a glob/],
  ["a folder of the backend without stacks", "empty", /empty has no stacks of Pulumi: check the location/],
  ["a state that is cut short", "cut.tfstate", /cut\.tfstate is not complete JSON/],
  [
    "a state that OpenTofu encrypted",
    "encrypted.tfstate",
    /encrypted\.tfstate is encrypted by OpenTofu; pass the output of tofu show -json/,
  ],
])("%s ends the run with exit code 1", async (_what, path, message) => {
  put("empty/.pulumi/meta.yaml", "version: 1\n");
  put("cut.tfstate", stateFile("cut").slice(0, -30));
  put(
    "encrypted.tfstate",
    JSON.stringify({ serial: 1, lineage: "x", meta: {}, encrypted_data: "AAAA", encryption_version: "v0" }),
  );
  const { code, out, err } = await scene.cli(["drift", "--from", join(folder, path)]);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(message);
});

test.each([
  ["ftp://host/x", "ftp:// is not a location of states"],
  ["C://nowhere", "C://nowhere does not exist"],
  ["C:\\nowhere", "C:\\nowhere does not exist"],
  ["file://relative", "file://relative is not an absolute path: use file:///FOLDER"],
  ["tfstate+file:///x", "tfstate+file:// is not a location of states"],
  ["tfstate+s3://bucket", "tfstate+s3://bucket has no glob: add one, such as tfstate+s3://bucket/**/*.tfstate"],
  ["s3://user:secret@bucket", "s3://bucket is not a URL of a bucket"],
])("the location %s is rejected", async (location, message) => {
  const reason = await locateStates(location).catch((error: Error) => error.message);
  expect(reason).toContain(message);
  expect(reason).not.toContain("secret");
});

test("--include without a location, and --refresh with one, are usage errors", async () => {
  const [one, other] = await Promise.all([
    scene.cli(["drift", "--state", "x", "--include", "y"]),
    scene.cli(["drift", "--from", "x", "--refresh"]),
  ]);
  expect([one.err, other.err].map((text) => text.trim())).toMatchInlineSnapshot(`
    [
      "orange-cmdb: --include and --exclude need --all-stacks or --from",
      "orange-cmdb: --refresh does not work with --from: use --stack or --all-stacks",
    ]
  `);
});
