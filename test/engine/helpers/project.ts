import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeOncePerRun } from "../../helpers/shared-folder";

/** The checkout. */
export const root = resolve(__dirname, "../../..");

/**
 * Options of Node.js with which the SDK loads what it seldom needs when it needs it, and a short process does without threads for
 * what its main thread could do. They save more than half a second of each program and policy pack.
 */
export const lazySdk = `--require ${join(root, "test/helpers/lazy/preload.cjs")} --v8-pool-size=0`;

/** How a command ended; `text` is stdout and stderr. */
export interface CommandResult {
  readonly code: number;
  readonly text: string;
}

/** A Pulumi project of its own in a folder of its own, with a stack `test` on a file backend. */
export interface Project {
  readonly folder: string;
  /** Where the program lies. */
  readonly path: string;
  /** Added to the environment of every command; undefined takes a variable away. */
  readonly environment: Record<string, string | undefined>;
  write(name: string, text: string): void;
  /** Returns the environment of a command. */
  env(): NodeJS.ProcessEnv;
  /** Runs the Pulumi CLI; `--non-interactive` and what keeps the output quiet are added. */
  pulumi(...args: string[]): Promise<CommandResult>;
  /** Starts the Pulumi CLI, which shows what happens when it happens, and leaves it running. */
  start(...args: string[]): ChildProcess;
  remove(): void;
}

/** Returns how often an operation describes its inventory. The engine prints each message as it comes, and once more at the end. */
export function descriptionsIn(text: string): number {
  const [, diagnostics = ""] = text.split("Diagnostics:");
  return diagnostics.match(/inventory of .*, fetched \d+ s ago/g)?.length ?? 0;
}

/** Commands that take no stack, or name it after their own. */
const stackless: ReadonlySet<string> = new Set(["stack", "policy", "package", "plugin"]);

/** Node.js runs the program's TypeScript itself, which takes a second less of each command than ts-node. */
const runtime = { name: "nodejs", options: { typescript: false } };

/** Lets ts-node check the types of the program if the project has `typescript: true`, which takes three seconds of each command. */
export function checkTypes(project: Project): void {
  project.environment["PULUMI_NODEJS_TRANSPILE_ONLY"] = undefined;
}

/**
 * Makes the project, with this package linked into it as an installation would put it there.
 * Its program's types are not checked; see `checkTypes`.
 * @param linked false leaves `node_modules` to the test
 */
export function makeProject(linked = true): Project {
  const project = makeProjectFolder(linked);
  copyStack(initializedStack(), project);
  return project;
}

/** Returns a folder with the files of an empty stack. `stack init` takes a third of a second, because it derives a key from the passphrase. */
function initializedStack(): string {
  return makeOncePerRun("stack", (folder) => {
    const project = makeProjectFolder(false);
    const args = ["stack", "init", "test", "--non-interactive"];
    execFileSync(pulumiCommand(), args, { cwd: project.path, env: project.env(), stdio: "pipe" });
    copyStack(project.folder, { folder, path: join(folder, "project") });
    project.remove();
  });
}

/** Copies the state of a stack and its configuration into another project. */
function copyStack(from: string, { folder, path }: Pick<Project, "folder" | "path">): void {
  const file = "Pulumi.test.yaml";
  cpSync(join(from, "state"), join(folder, "state"), { recursive: true });
  mkdirSync(path, { recursive: true });
  copyFileSync(join(from, "project", file), join(path, file));
}

function pulumiCommand(): string {
  const command = process.env["ORANGE_CMDB_PULUMI"];
  if (!command) throw new Error("run the tests with npm test, which finds the Pulumi CLI");
  return command;
}

/** Makes the project without its stack. @param linked as for `makeProject` */
export function makeProjectFolder(linked: boolean): Project {
  const command = pulumiCommand();
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-engine-"));
  const path = join(folder, "project");
  const modules = join(path, "node_modules");
  mkdirSync(join(path), { recursive: true });
  mkdirSync(join(folder, "state"));
  if (linked) {
    mkdirSync(join(modules, "@pulumi"), { recursive: true });
    symlinkSync(join(root, "node_modules", "@pulumi", "pulumi"), join(modules, "@pulumi", "pulumi"));
    symlinkSync(root, join(modules, "pulumi-orange-cmdb"));
    for (const name of ["typescript", "ts-node", "@types"])
      symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  const environment: Project["environment"] = {};
  const env = (): NodeJS.ProcessEnv => ({
    ...process.env,
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"),
    PWD: path,
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    NO_COLOR: "1",
    NODE_OPTIONS: lazySdk,
    ...environment,
  });
  const withDefaults = (args: readonly string[], streamed = false): string[] => {
    const quiet =
      !streamed && ["preview", "up", "refresh", "destroy"].includes(args[0] ?? "") ? ["--suppress-progress"] : [];
    const stack = args.includes("--stack") || stackless.has(args[0] ?? "") ? [] : ["--stack", "test"];
    return [...args, ...stack, ...quiet, "--non-interactive"];
  };
  const project: Project = {
    folder,
    path,
    environment,
    env,
    write: (name, text) => writeFileSync(join(path, name), text),
    pulumi: (...args) =>
      new Promise((done) => {
        const options = { cwd: path, env: env(), maxBuffer: 64 * 1024 * 1024 };
        execFile(command, withDefaults(args), options, (error, stdout, stderr) =>
          done({ code: error ? Number(error.code ?? 1) : 0, text: stdout + stderr }),
        );
      }),
    start: (...args) =>
      spawn(command, withDefaults(args, true), { cwd: path, env: env(), stdio: ["ignore", "pipe", "pipe"] }),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
  project.write("package.json", JSON.stringify({ name: "user-project", main: "index.ts" }));
  project.write(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: { target: "es2022", module: "nodenext", skipLibCheck: true, types: ["node"] } }),
  );
  project.write("Pulumi.yaml", JSON.stringify({ name: "user-project", runtime }));
  project.write("index.ts", "");
  return project;
}
