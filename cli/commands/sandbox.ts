import { printError } from "../../provider/platform/print-error.js";
import { startSandbox, type SandboxOptions } from "../../sandbox/index.js";

/** `orange-cmdb sandbox`: serves until SIGINT or SIGTERM. */
export async function sandbox(options: SandboxOptions): Promise<void> {
  const running = await startSandbox(options);
  const exports = Object.entries(running.environment).map(([name, value]) => `export ${name}=${value}\n`);
  process.stdout.write(exports.join(""));
  const served = options.replay === undefined ? "with generated data" : "that serves recorded responses";
  printError(`This is a sandbox ${served}, not the real API. Press Ctrl-C to stop it.`);
  const stop = (): void => void running.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}
