import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend } from "./backends";
import { root } from "./emulators";

/** A folder in which the real Pulumi CLI and the real OpenTofu write states into a backend. */
export interface Writers {
  /** Writes the stack of a project with one resource, whose input is the text. @param gzip as `PULUMI_DIY_BACKEND_GZIP` */
  pulumi(backend: Backend, project: string, stack: string, text: string, gzip?: boolean): Promise<void>;
  /** Returns the file of a `pulumi stack export`. */
  exported(backend: Backend, project: string, stack: string): Promise<string>;
  /** Writes the state of a workspace with one resource, whose input is the text. */
  tofu(backend: Backend, key: string, workspace: string, text: string): Promise<void>;
  close(): void;
}

/** Makes the folder. Needs `npm test`, which finds the Pulumi CLI. */
export function createWriters(): Writers {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-writers-"));
  const run = (program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> =>
    new Promise((done, reject) => {
      execFile(program, args, { cwd, env: { ...process.env, ...env, NODE_OPTIONS: "" } }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${program} ${args.join(" ")}: ${stdout}${stderr}`));
        else done(stdout);
      });
    });
  const pulumiEnvironment = (backend: Backend): NodeJS.ProcessEnv => ({
    ...backend.environment,
    PULUMI_BACKEND_URL: backend.url(),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
  return {
    async exported(backend, project, stack) {
      const file = join(folder, `${project}-${stack}.json`);
      const args = ["stack", "export", "--stack", `organization/${project}/${stack}`, "--file", file];
      await run(process.env["ORANGE_CMDB_PULUMI"] ?? "pulumi", args, folder, pulumiEnvironment(backend));
      return file;
    },
    async pulumi(backend, project, stack, text, gzip = false) {
      const program = process.env["ORANGE_CMDB_PULUMI"];
      if (!program) throw new Error("run the tests with npm test, which finds the Pulumi CLI");
      const cwd = mkdtempSync(join(folder, "project-"));
      writeFileSync(join(cwd, "Pulumi.yaml"), JSON.stringify({ name: project, runtime: "yaml" }));
      writeFileSync(join(cwd, "deployment.json"), JSON.stringify(deploymentOf(project, stack, text)));
      const env = { ...pulumiEnvironment(backend), PULUMI_DIY_BACKEND_GZIP: String(gzip), PWD: cwd };
      await run(program, ["stack", "init", stack, "--non-interactive"], cwd, env);
      await run(program, ["stack", "import", "--stack", stack, "--file", "deployment.json"], cwd, env);
    },
    async tofu(backend, key, workspace, text) {
      const program = tofuProgram();
      const cwd = join(folder, `tofu-${key.replace(/\W/g, "-")}`);
      mkdirSync(cwd, { recursive: true });
      const resource = `resource "terraform_data" "site" {\n  input = var.text\n}`;
      const main = `terraform {\n  ${backend.terraform(key)}\n}\nvariable "text" {\n  type = string\n}\n${resource}\n`;
      writeFileSync(join(cwd, "main.tf"), main);
      const env = { ...backend.environment, TF_IN_AUTOMATION: "1", TF_VAR_text: text, CHECKPOINT_DISABLE: "1" };
      await run(program, ["init", "-no-color", "-input=false"], cwd, env);
      if (workspace !== "default") await run(program, ["workspace", "new", "-no-color", workspace], cwd, env);
      await run(program, ["apply", "-no-color", "-auto-approve", "-input=false"], cwd, env);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function tofuProgram(): string {
  const tool = join(root, "tools", "engine", "tofu.mjs");
  return execFileSync(process.execPath, [tool], { encoding: "utf8", stdio: ["ignore", "pipe", 2] }).trim();
}

/** Returns a deployment as `pulumi stack export` writes it, with one custom resource. */
function deploymentOf(project: string, stack: string, text: string): object {
  const urn = (type: string, name: string): string => `urn:pulumi:${stack}::${project}::${type}::${name}`;
  const stackUrn = urn("pulumi:pulumi:Stack", `${project}-${stack}`);
  const provider = urn("pulumi:providers:random", "default");
  const resources = [
    { urn: stackUrn, custom: false, type: "pulumi:pulumi:Stack" },
    { urn: provider, custom: true, id: "11111111-2222-4333-8444-555555555555", type: "pulumi:providers:random" },
    {
      urn: urn("random:index/randomPet:RandomPet", "site"),
      custom: true,
      id: "site",
      type: "random:index/randomPet:RandomPet",
      inputs: { prefix: text },
      outputs: { prefix: text },
      parent: stackUrn,
      provider: `${provider}::11111111-2222-4333-8444-555555555555`,
    },
  ];
  const manifest = { time: "2026-11-01T00:00:00Z", magic: "", version: "" };
  return { version: 3, deployment: { manifest, resources } };
}
