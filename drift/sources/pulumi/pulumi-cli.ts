import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import pLimit from "p-limit";
import { environmentName } from "../../../provider/settings/schema.js";
import { DriftError } from "../../common/errors.js";

/** Maximum number of processes of the CLI at a time. */
const MAX_PROCESSES = 4;

/** Runs the Pulumi CLI on PATH with the backend of the user and streams its output. */
export class PulumiCli {
  readonly #cwd: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #slots = pLimit(MAX_PROCESSES);

  /**
   * @param cwd the folder of the stack's project
   * @param environment variables in addition to those of this process
   */
  constructor(cwd: string, environment: Readonly<Record<string, string>> = {}) {
    this.#cwd = cwd;
    this.#environment = environment;
  }

  /** Streams standard output. @throws DriftError at its end if the CLI fails */
  async *output(args: readonly string[], what: string, env: NodeJS.ProcessEnv = {}): AsyncGenerator<Buffer> {
    const release = await this.#slot();
    try {
      yield* this.#run(args, what, env);
    } finally {
      release();
    }
  }

  /** Waits until a process may start. @returns what ends its turn */
  #slot(): Promise<() => void> {
    return new Promise((start) => void this.#slots(() => new Promise<void>((end) => start(end))));
  }

  async *#run(args: readonly string[], what: string, env: NodeJS.ProcessEnv): AsyncGenerator<Buffer> {
    const pulumi = process.env["ORANGE_CMDB_PULUMI"] ?? "pulumi";
    // The recording folder belongs to this process; a second process could not use it.
    const { [environmentName("recordingDir")]: _recordingDir, ...inherited } = process.env;
    const child = spawn(pulumi, [...args, "--non-interactive"], {
      cwd: this.#cwd,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PULUMI_SKIP_UPDATE_CHECK: "true", ...inherited, ...this.#environment, ...env },
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
      // The reader stopped, so stop the CLI.
      if (child.exitCode === null) child.kill();
    }
    const end = await ended;
    if (end === 0) return;
    throw new DriftError(`${what}: ${typeof end === "number" ? reasonIn(said, end) : missing(end)}`);
  }

  /** Returns standard output as text. @throws DriftError */
  async text(args: readonly string[], what: string): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.output(args, what)) chunks.push(chunk);
    return Buffer.concat(chunks).toString("utf8");
  }
}

function missing(error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT"
    ? "pulumi is not on PATH, or the folder does not exist; install Pulumi, or use --state FILE"
    : error.message;
}

/** Returns the line with the error; later lines are advice. */
function reasonIn(said: string, code: number): string {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return (
    lines.findLast((line) => /^error: /.test(line))?.replace(/^error: /, "") ??
    lines.at(-1) ??
    `pulumi exited with code ${code}`
  );
}
