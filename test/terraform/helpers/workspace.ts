import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { address, builtProvider, plainEnvironment, root, type BuiltProvider } from "./provider";

/** How a command ended. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What `validate -json` says of one fault. */
export interface Fault {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  readonly range?: { readonly start: { readonly line: number; readonly column: number } };
  readonly snippet?: { readonly code: string; readonly context: string };
}

/** A configuration in a folder of its own, with a real OpenTofu. */
export interface Workspace {
  readonly folder: string;
  /** Added to the environment of every command. */
  readonly environment: Record<string, string | undefined>;
  /** Writes `main.tf`: the text comes after the block that requires the provider. */
  configure(text: string): void;
  tofu(...args: string[]): Promise<CommandResult>;
  /** Starts it and leaves it running, in a process group of its own as a shell would. */
  start(...args: string[]): ChildProcess;
  /** The faults that `tofu validate` finds. */
  validate(): Promise<Fault[]>;
  /** What `tofu output -json` says, values alone. */
  outputs(): Promise<Record<string, unknown>>;
  state(): string;
  remove(): void;
}

const required = `terraform {
  required_providers {
    orangecmdb = {
      source = "${address}"
    }
  }
}
`;

let tofuProgram: string | undefined;

/** Returns the path of the real OpenTofu, and builds it first if necessary, which takes minutes. */
export function findTofu(): string {
  const tool = join(root, "tools/engine/tofu.mjs");
  tofuProgram ??= execFileSync(process.execPath, [tool], { encoding: "utf8", stdio: ["ignore", "pipe", 2] }).trim();
  return tofuProgram;
}

/** Terraform, where it is installed. */
export function findTerraform(): string | undefined {
  const places = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "terraform"));
  return places.find((place) => existsSync(place));
}

/** Returns the provider, and builds it and OpenTofu where they were not yet: give it time. */
export function prepare(): BuiltProvider {
  findTofu();
  return builtProvider();
}

/**
 * Makes a workspace.
 * @param how the provider is found: by a development override, or in a filesystem mirror that `tofu init` installs from
 * @param program OpenTofu, or what does the same
 */
export function makeWorkspace(
  provider: BuiltProvider,
  variables: Readonly<Record<string, string>>,
  how: "override" | "mirror" = "override",
  program = findTofu(),
): Workspace {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-tofu-"));
  const path = (name: string): string => join(folder, name);
  const installation =
    how === "override"
      ? `dev_overrides {\n    "${address}" = "${provider.bin}"\n  }\n  direct {}`
      : `filesystem_mirror {\n    path = "${provider.mirror}"\n  }`;
  writeFileSync(path("tofu.rc"), `provider_installation {\n  ${installation}\n}\n`);
  const environment: Record<string, string | undefined> = {
    ...variables,
    ORANGE_CMDB_CACHE_DIR: path("cache"),
    TF_CLI_CONFIG_FILE: path("tofu.rc"),
    CHECKPOINT_DISABLE: "1",
  };
  const env = (): NodeJS.ProcessEnv => ({ ...plainEnvironment(), ...environment });
  const withDefaults = ([command = "", ...rest]: string[]): string[] => {
    const silent = ["plan", "apply", "destroy", "init", "validate", "test"].includes(command) ? ["-no-color"] : [];
    const unasked = ["plan", "apply", "destroy"].includes(command) ? ["-input=false"] : [];
    return [command, ...silent, ...unasked, ...rest];
  };
  const start: Workspace["start"] = (...args) =>
    spawn(program, withDefaults(args), { cwd: folder, env: env(), stdio: ["ignore", "pipe", "pipe"], detached: true });
  const tofu: Workspace["tofu"] = (...args) =>
    new Promise((done, reject) => {
      const child = start(...args);
      let out = "";
      let err = "";
      child.stdout?.on("data", (data) => (out += data));
      child.stderr?.on("data", (data) => (err += data));
      child.once("error", reject);
      child.once("close", (code) => done({ code: code ?? 1, out, err }));
    });
  return {
    folder,
    environment,
    configure: (text) => writeFileSync(path("main.tf"), `${required}${text}`),
    tofu,
    start,
    async validate() {
      const { out } = await tofu("validate", "-json");
      const { diagnostics } = JSON.parse(out) as { diagnostics: Fault[] };
      return diagnostics.filter(({ summary }) => !summary.startsWith("Provider development overrides"));
    },
    async outputs() {
      const { out } = await tofu("output", "-json");
      const all = JSON.parse(out) as Record<string, { value: unknown }>;
      return Object.fromEntries(Object.entries(all).map(([name, { value }]) => [name, value]));
    },
    state: () => (existsSync(path("terraform.tfstate")) ? readFileSync(path("terraform.tfstate"), "utf8") : ""),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
