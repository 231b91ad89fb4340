import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useTestEnvironment } from "../../helpers/hooks";
import type { CommandResult, TestEnvironment } from "../../helpers/environment";
import { runCommand } from "../../helpers/command";
import { environmentOf, shell as shellOf } from "../../helpers/shell";

/** A drift report of the state in the folder, with one finding. */
export const drift = "$CMDB drift --state st.json --rules rules.yaml";

/** The tests of a file that write into a folder of their own. */
export interface Outputs {
  readonly scene: () => TestEnvironment;
  /** The inventory as a file. */
  readonly inventory: () => string;
  /** Runs a line of the shell in the folder, in which `$CMDB` is the command, and the inventory is a file. */
  readonly shell: (line: string, env?: NodeJS.ProcessEnv) => Promise<CommandResult>;
  /** Runs a line that has only variables, `$CMDB` and arguments: without a shell, and in the process that commands share. */
  readonly command: (line: string, env?: NodeJS.ProcessEnv) => Promise<CommandResult>;
  /** Runs a line of the shell with the API. */
  readonly online: (line: string) => Promise<CommandResult>;
  /** A path in the folder; without a name the folder. */
  readonly at: (name?: string) => string;
  readonly text: (name: string) => string;
  readonly names: () => string[];
}

/** A folder with a state and rules for each test of the file. */
export function useOutputs(): Outputs {
  const scene = useTestEnvironment();
  let folder: string;
  let inventory: string;
  beforeAll(async () => {
    inventory = join(scene().cacheDir, "carried.db");
    expect((await scene().cli(["sync", "--save", inventory])).code).toBe(0);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "orange-cmdb-outputs-"));
    const type = "aws:ec2/customerGateway:CustomerGateway";
    const inputs = { tags: { "cmdb:configuration-item": "CI-NONE" } };
    const resources = [{ urn: `urn:pulumi:dev::net::${type}::gw`, type, inputs }];
    writeFileSync(at("st.json"), JSON.stringify({ version: 3, deployment: { resources } }));
    writeFileSync(
      at("rules.yaml"),
      "references: [{ types: ['*'], kind: configurationItem, id: 'tags.\"cmdb:configuration-item\"' }]",
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name = ""): string => join(folder, name);
  const shell = (line: string, env: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
    shellOf(scene(), folder, line, { ORANGE_CMDB_INVENTORY_FILE: inventory, ...env });
  const command = (line: string, env: NodeJS.ProcessEnv = {}): Promise<CommandResult> => {
    const words = line.split(" ");
    const begin = words.indexOf("$CMDB");
    if (begin < 0 || /[$<>|&;'"]/.test(line.replace("$CMDB", ""))) throw new Error(`needs a shell: ${line}`);
    const variables = Object.fromEntries(words.slice(0, begin).map((word) => word.split("=", 2)));
    const all = { ...environmentOf(scene()), PWD: folder, ORANGE_CMDB_INVENTORY_FILE: inventory, ...env, ...variables };
    return runCommand({ args: words.slice(begin + 1), cwd: folder, env: all });
  };
  return {
    scene,
    inventory: () => inventory,
    shell,
    command,
    online: (line) => shell(line, { ORANGE_CMDB_INVENTORY_FILE: "" }),
    at,
    text: (name) => readFileSync(at(name), "utf8"),
    names: () => readdirSync(folder).sort(),
  };
}

/** Writes a plan without changes as plan.json. */
export function writePlan(path: string): void {
  const plan = { format_version: "1.2", terraform_version: "1.9.0", planned_values: { root_module: {} } };
  writeFileSync(path, JSON.stringify({ ...plan, resource_changes: [], configuration: { root_module: {} } }));
}
