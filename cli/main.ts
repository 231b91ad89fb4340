import "../provider/files/compile-cache.js";
import { join } from "node:path";
import { CommanderError } from "commander";
import { createProgram } from "./program.js";
import { readAsset } from "../provider/platform/asset.js";
import { printError } from "../provider/platform/print-error.js";

const manifest = JSON.parse(readAsset(join(__dirname, "..", ".."), "package.json")) as { version: string };
const program = createProgram(manifest.version);

// After EPIPE (`… | head`) the command continues: it may have files to write, and its exit code is not known yet.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  fail(new Error(`cannot write to standard output: ${error.code}`), false);
  process.exit(1);
});

async function main(): Promise<void> {
  const [command] = process.argv.slice(2);
  // Loaded on demand: it slows down every other command.
  if (command === "completion" || command === "complete") {
    const { default: tab } = await import("@bomb.sh/tab/commander");
    tab(program, { completionCommandName: "completion" });
  }
  await program.parseAsync();
}

const isVerbose = (): boolean => Boolean(program.opts()["verbose"]);

let ended = false;
// Node.js exits with 0 if the event loop drains while a promise is pending; turn that into an error.
process.once("beforeExit", () => {
  if (!ended) fail(new Error("exited before the work was complete; this is a bug, please report it"), isVerbose());
});

main()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 1;
      return;
    }
    fail(error, isVerbose());
  })
  .finally(() => (ended = true));

/** Prints the error and sets exit code 1. */
function fail(error: unknown, verbose: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  printError(`orange-cmdb: ${message}`);
  if (verbose && error instanceof Error && error.stack) error.stack.split("\n").forEach(printError);
  process.exitCode = 1;
}
