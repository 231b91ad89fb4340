import { execFile } from "node:child_process";

/** How a program ended. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program until it ends, whatever its exit code. */
export function runProgram(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv },
): Promise<CommandResult> {
  const [program = "", ...args] = command;
  return new Promise((done) => {
    execFile(program, args, { ...options, maxBuffer: 2 ** 26 }, (error, out, err) =>
      done({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
  });
}
