import { printError } from "../../provider/print-error.js";
import { startSandbox, type SandboxOptions } from "../../sandbox/index.js";

/** `orange-cmdb sandbox`: runs until it is interrupted. */
export async function sandbox(options: SandboxOptions): Promise<void> {
  const running = await startSandbox(options);
  const exports = Object.entries(running.environment).map(([name, value]) => `export ${name}=${value}\n`);
  process.stdout.write(exports.join(""));
  const served = options.replay === undefined ? "with invented data" : "that serves recorded answers";
  printError(`This is a sandbox ${served}, not the service. Ctrl-C ends it.`);
  const stop = (): void => void running.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}
