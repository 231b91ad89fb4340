import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Resource } from "../policy/rules/types.js";
import { DriftError, parseState } from "./state-file.js";

/** The largest state that one call may bring, in bytes. */
const largest = 400 * 1024 * 1024;

/** The resources of a stack, exported by the Pulumi CLI on PATH with the user's own backend. @throws DriftError */
export async function readStack(stack: string, cwd: string): Promise<Resource[]> {
  const pulumi = process.env["ORANGE_CMDB_PULUMI"] ?? "pulumi";
  try {
    const args = ["stack", "export", "--stack", stack, "--non-interactive"];
    const { stdout } = await promisify(execFile)(pulumi, args, { cwd, maxBuffer: largest });
    return parseState(stdout, `stack ${stack}`);
  } catch (error) {
    if (error instanceof DriftError) throw error;
    const { code, stderr } = error as { code?: string; stderr?: string };
    const why =
      code === "ENOENT" ? "no pulumi on PATH; install it, or use --state FILE" : stderr?.trim().split("\n").at(-1);
    throw new DriftError(`the stack ${stack} cannot be exported: ${why ?? String(error)}`);
  }
}
