import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { runProgram, type CommandResult } from "./run-program";

const main = resolve(__dirname, "../../dist/cli/main.js");

/** A command line, and where it runs. */
export interface CommandRequest {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs the command in a process of its own. */
const runProcess = ({ args, cwd, env }: CommandRequest): Promise<CommandResult> =>
  runProgram([process.execPath, main, ...args], { cwd, env });

/** Returns whether a command has to start by itself: for variables that Node.js reads at its start, and commands that end otherwise. */
function needsProcess({ args: [command = ""], env }: CommandRequest): boolean {
  const started: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: "" };
  const names = new Set([...Object.keys(env), ...Object.keys(started)]);
  const isOther = [...names].some((name) => /^(NODE|LD|UV)_|^TZ$/.test(name) && env[name] !== started[name]);
  return isOther || ["completion", "complete", "sandbox"].includes(command);
}

/** The process that runs the commands of this test file, and its end. */
let host: { readonly child: ChildProcess; readonly ended: Promise<unknown[]> } | undefined;
let isBusy = false;

/**
 * Runs the command in the process that all commands of a test file share, which saves its start. A command that runs beside another
 * one, and one whose environment matters at the start, has a process of its own.
 */
export async function runCommand(request: CommandRequest): Promise<CommandResult> {
  if (isBusy || needsProcess(request)) return runProcess(request);
  isBusy = true;
  try {
    const { child, ended } = (host ??= startHost());
    child.send(request);
    const [result] = await Promise.race([once(child, "message"), ended]);
    if (typeof result !== "object") throw new Error("the process that runs the commands has ended");
    return result as CommandResult;
  } finally {
    isBusy = false;
  }
}

function startHost(): NonNullable<typeof host> {
  const env = { ...process.env, NODE_OPTIONS: "" };
  const path = resolve(__dirname, "command-host.cjs");
  const child = fork(path, { execArgv: [], env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  return { child, ended: once(child, "exit") };
}

afterAll(async () => {
  if (host === undefined) return;
  host.child.disconnect();
  // It ends by itself, because no command left work behind.
  expect(await host.ended).toEqual([0, null]);
});
