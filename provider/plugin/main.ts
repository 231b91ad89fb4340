import { flushCompileCache } from "node:module";
import { printError } from "../print-error.js";
import type { Provider } from "./provider.js";
import { serve } from "./server.js";

/** How often it is looked whether the engine is still there, in milliseconds. */
const interval = 2_000;

// Engines before the handshake pass their address as the last argument.
const engine = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";

// An engine that was killed ends nothing; this process does not outlive it.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(0);
}, interval).unref();

let loading: Promise<Provider> | undefined;

function load(): Promise<Provider> {
  return (loading ??= import("./provider.js").then(({ Provider: Loaded }) => new Loaded(engine)));
}

async function start(): Promise<void> {
  // The engine connects while the rest is loaded.
  process.stdout.write(`${await serve(load)}\n`);
  await load();
  // The engine ends this process without asking: what was compiled is kept now.
  setImmediate(flushCompileCache);
}

start().catch((error: unknown) => {
  printError(`orange-cmdb: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
