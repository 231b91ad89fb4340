// What every npm script starts. Runs on any Node from 20 on, installs what is missing, and goes on with the project's own Node.
import { spawn, spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { ensureDependencies } from "./dependencies.mjs";
import { node, root } from "./paths.mjs";

const [command, ...rest] = process.argv.slice(2);
const args = rest[0] === "--" ? rest.slice(1) : rest;

/** Runs a program in the place of this one: its streams, its signals, its exit code. */
function become(program, programArgs, env, cwd = process.cwd()) {
  const child = spawn(program, programArgs, { stdio: "inherit", env, cwd });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.once("error", (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  child.once("close", (code, signal) => (process.exitCode = code ?? (signal ? 130 : 1)));
}

try {
  const oldest = 20;
  if (Number(process.versions.node.split(".")[0]) < oldest)
    throw new Error(
      `this checkout needs Node.js ${oldest} or later to start, and this is ${process.versions.node}; install a newer one`,
    );
  if (process.env["ORANGE_CMDB_RUN"] !== process.execPath) {
    ensureDependencies();
    const path = [join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
    // Which executable the shim in .bin stands for: asked once, so that the second start is told apart from the first.
    const real = spawnSync(node, ["-p", "process.execPath"], { encoding: "utf8" }).stdout.trim();
    become(real, [join(root, "tools", "run.mjs"), command, "--", ...args], {
      ...process.env,
      PATH: path,
      ORANGE_CMDB_RUN: real,
    });
  } else {
    await (await import("./commands.mjs")).run(command, args, become);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
