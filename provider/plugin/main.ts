import { flushCompileCache } from "node:module";
import { printError } from "../platform/print-error.js";
import { endWithParent } from "../platform/processes.js";
import type { Provider } from "./provider.js";
import { serve } from "./server.js";

/** Interval of the check whether the engine is running, in milliseconds. */
const PARENT_CHECK_INTERVAL_MS = 2_000;

// Engines before the handshake pass their address as the last argument.
const engine = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";

endWithParent(0, PARENT_CHECK_INTERVAL_MS);

let loading: Promise<Provider> | undefined;

function load(): Promise<Provider> {
  return (loading ??= import("./provider.js").then(({ Provider: Loaded }) => new Loaded(engine)));
}

async function start(): Promise<void> {
  // The engine connects while the provider is loaded.
  process.stdout.write(`${await serve(load)}\n`);
  await load();
  // Flush the compile cache now, because the engine kills this process.
  setImmediate(flushCompileCache);
}

start().catch((error: unknown) => {
  printError(`orange-cmdb: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
