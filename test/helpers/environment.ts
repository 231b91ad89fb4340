import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { InventoryArgs } from "../../provider/settings/args";
import { openWithSettings, type OpenOptions } from "../../provider/inventory/open";
import type { Mirror } from "../../provider/inventory/mirror/mirror";
import { runCommand } from "./command";
import type { CommandResult } from "./run-program";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../sandbox";

const main = resolve(__dirname, "../../dist/cli/main.js");

export type { CommandResult };

/** A Pulumi CLI that is not installed. The doctor starts the CLI to ask for its version. */
export const notInstalled = { ORANGE_CMDB_PULUMI: "/nonexistent/pulumi" };

/** A sandbox and a cache folder of its own. */
export interface TestEnvironment {
  readonly sandbox: Sandbox;
  readonly cacheDir: string;
  /** Settings that point at it; the environment says nothing. */
  readonly args: InventoryArgs;
  open(options?: OpenOptions, changes?: InventoryArgs): Promise<Mirror>;
  /**
   * Runs the command with the settings in its environment, in the process that commands of the test file share if it is free.
   * No Pulumi CLI is installed unless the changes name one.
   */
  cli(args: readonly string[], changes?: Readonly<Record<string, string>>): Promise<CommandResult>;
  /** Starts the command in a process of its own. */
  start(args: readonly string[], changes?: Readonly<Record<string, string>>): ChildProcess;
  /** The paths of the lists that were asked for, without those of tokens. */
  lists(): string[];
  end(): Promise<void>;
}

/** Makes a scene, whose sandbox has no rate limit by default; `end` takes it away. */
export async function createTestEnvironment(options: SandboxOptions = {}): Promise<TestEnvironment> {
  const sandbox = await startSandbox({ rate: 0, ...options });
  const cacheDir = mkdtempSync(join(tmpdir(), "orange-cmdb-mirror-"));
  const value = (name: string): string => sandbox.environment[`ORANGE_CMDB_${name}`] ?? "";
  const args = {
    endpoint: sandbox.endpoint,
    tokenUrl: sandbox.tokenUrl,
    clientId: value("CLIENT_ID"),
    clientSecret: value("CLIENT_SECRET"),
    apiKey: value("API_KEY"),
    cacheDir,
    requestsPerSecond: 1_000,
  };
  const environment = (changes: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
    ...process.env,
    ...sandbox.environment,
    ...notInstalled,
    ORANGE_CMDB_CACHE_DIR: cacheDir,
    ORANGE_CMDB_REQUESTS_PER_SECOND: "1000",
    NO_COLOR: "1",
    NODE_OPTIONS: "",
    ...changes,
  });
  return {
    sandbox,
    cacheDir,
    args,
    open: async (open = {}, changes = {}) =>
      (await openWithSettings({ args: { ...args, ...changes }, config: () => undefined, ...open })).mirror,
    cli: (list, changes) => runCommand({ args: list, cwd: cacheDir, env: environment(changes) }),
    start: (list, changes) =>
      spawn(process.execPath, [main, ...list], {
        cwd: cacheDir,
        env: environment(changes),
        stdio: ["ignore", "pipe", "pipe"],
      }),
    lists: () => sandbox.requests.map(({ path }) => path).filter((path) => path.includes("?")),
    async end() {
      await sandbox.close();
      rmSync(cacheDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
