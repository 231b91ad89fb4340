import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { environmentName } from "../../provider/config.js";
import { DriftError } from "../errors.js";

/** Runs the Pulumi CLI on PATH with the user's own backend, and reads what it says as it says it. */
export class PulumiCli {
  readonly #cwd: string;

  /** @param cwd the folder of the stack's project */
  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** Its standard output. @throws DriftError where it fails, at the end of what it said until then */
  async *output(args: readonly string[], what: string, env: NodeJS.ProcessEnv = {}): AsyncGenerator<Buffer> {
    const pulumi = process.env["ORANGE_CMDB_PULUMI"] ?? "pulumi";
    // The folder is this process's: another would be refused.
    const { [environmentName("record")]: _record, ...inherited } = process.env;
    const child = spawn(pulumi, [...args, "--non-interactive"], {
      cwd: this.#cwd,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PULUMI_SKIP_UPDATE_CHECK: "true", ...inherited, ...env },
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4_000)));
    const ended = new Promise<number | NodeJS.ErrnoException>((resolve) => {
      child.once("error", resolve);
      child.once("close", (code) => resolve(code ?? 1));
    });
    try {
      yield* child.stdout as Readable & AsyncIterable<Buffer>;
    } finally {
      // Nobody reads on: it need not go on either.
      if (child.exitCode === null) child.kill();
    }
    const end = await ended;
    if (end === 0) return;
    throw new DriftError(`${what}: ${typeof end === "number" ? reasonIn(said, end) : missing(end)}`);
  }

  /** All of it as text. @throws DriftError */
  async text(args: readonly string[], what: string): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.output(args, what)) chunks.push(chunk);
    return Buffer.concat(chunks).toString("utf8");
  }
}

function missing(error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT"
    ? "there is no pulumi on PATH, or no such folder; install it, or use --state FILE"
    : error.message;
}

/** The line that says why; what follows it is advice. */
function reasonIn(said: string, code: number): string {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return (
    lines.findLast((line) => /^error: /.test(line))?.replace(/^error: /, "") ??
    lines.at(-1) ??
    `pulumi ended with ${code}`
  );
}
