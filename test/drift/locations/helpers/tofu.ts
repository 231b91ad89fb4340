import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandResult } from "../../../helpers/environment";
import { plainEnvironment } from "../../../terraform/helpers/provider";
import { findTofu } from "../../../terraform/helpers/workspace";
import { parseState } from "../../helpers/state";
import { summaryOf, type ResourceSummary } from "./read";

/** A configuration without plugins, in a folder of its own. */
export interface TofuFolder {
  /**
   * Applies {@link resources} in a backend.
   * @param backend the block `backend` or `cloud`
   * @param name the name of one of the resources
   * @returns the resources by `tofu show -json`
   * @throws Error with the output of OpenTofu if it fails
   */
  apply(backend: string, name: string): Promise<ResourceSummary[]>;
  remove(): void;
}

/** Makes a folder. @param cliConfig the text of the CLI configuration file */
export function makeTofuFolder(variables: Readonly<Record<string, string>> = {}, cliConfig = ""): TofuFolder {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-tofu-"));
  const program = findTofu();
  writeFileSync(join(folder, "tofu.rc"), cliConfig);
  const env = {
    ...plainEnvironment(),
    ...variables,
    TF_CLI_CONFIG_FILE: join(folder, "tofu.rc"),
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    CHECKPOINT_DISABLE: "1",
  };
  const run = (args: readonly string[]): Promise<CommandResult> =>
    new Promise((done, reject) => {
      const child = spawn(program, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
      let out = "";
      let err = "";
      child.stdout.on("data", (data) => (out += data));
      child.stderr.on("data", (data) => (err += data));
      child.once("error", reject);
      child.once("close", (code) => done({ code: code ?? 1, out, err }));
    });
  const tofu = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(args);
    if (code !== 0) throw new Error(`tofu ${args.join(" ")} exited with ${code}: ${err}${out}`);
    return out;
  };
  return {
    async apply(backend, name) {
      writeFileSync(join(folder, "main.tf"), `terraform {\n${backend}\n}\n${resources(name)}`);
      // Another backend than before is not a migration. A block `cloud` has no such option.
      await tofu("init", ...(backend.startsWith("cloud") ? [] : ["-reconfigure"]), "-no-color");
      await tofu("apply", "-auto-approve", "-no-color");
      return summaryOf(parseState(await tofu("show", "-json"), "shown"));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Resources that need no plugin: with a count, with keys, with a secret, and one with the given name. */
function resources(name: string): string {
  return `
variable "secret" {
  type      = string
  sensitive = true
  default   = "s3cret-in-state"
}
resource "terraform_data" "${name}" {
  input = { ip_address = "192.0.2.1", psk = var.secret }
}
resource "terraform_data" "counted" {
  count = 2
  input = "item \${count.index}"
}
resource "terraform_data" "each" {
  for_each = toset(["par", "a \\"quoted\\" key"])
  input    = { site = each.key }
}
`;
}
