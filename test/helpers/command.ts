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

/** Runs a command in the process of this worker, which the environment of the tests keeps for all of its test files. */
declare const runInHost: (request: CommandRequest) => Promise<CommandResult>;
/** Returns what the commands have left behind in that process. It fails if the process has ended. */
declare const leftBehind: () => Promise<string[]>;
let isBusy = false;

/**
 * Runs the command in the process that all commands of a worker share, which saves its start. A command that runs beside another one,
 * and one whose environment matters at the start, has a process of its own.
 */
export async function runCommand(request: CommandRequest): Promise<CommandResult> {
  if (isBusy || needsProcess(request)) return runProcess(request);
  isBusy = true;
  try {
    return await runInHost(request);
  } finally {
    isBusy = false;
  }
}

afterAll(async () => expect(await leftBehind()).toEqual([]));
