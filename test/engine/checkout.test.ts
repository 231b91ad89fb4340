import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { startSandbox, type Sandbox } from "../../sandbox";
import { root } from "./helpers/project";

// The project of the root is the quick start, run in the clone.
const stack = "checkout-test";
let sandbox: Sandbox;
let folder: string;

function run(...args: string[]): Promise<{ code: number; text: string }> {
  const env = {
    ...process.env,
    ...sandbox.environment,
    ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_HOME: join(folder, "home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    NODE_OPTIONS: "",
  };
  const full = [...args, "--stack", stack, "--non-interactive"];
  return new Promise((done) =>
    execFile(process.env["ORANGE_CMDB_PULUMI"] ?? "pulumi", full, { cwd: root, env }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, text: out + err }),
    ),
  );
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-checkout-"));
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(root, `Pulumi.${stack}.yaml`), { force: true });
});

test("the project in the repository root previews the quick start", async () => {
  expect(await run("stack", "init")).toMatchObject({ code: 0 });
  const { code, text } = await run("preview", "--policy-pack", join(root, "policy"));
  expect(text).toContain("113 Avenue de Messine");
  expect(code).toBe(0);
});

test("the project has the configuration of the example", () => {
  const keys = (path: string): string[] => {
    const { config } = parse(readFileSync(join(root, path), "utf8")) as { config: object };
    return Object.keys(config);
  };
  expect(keys("Pulumi.yaml")).toEqual(keys("examples/quickstart/Pulumi.yaml"));
});
