// The entry point of every npm script. Runs on any Node.js from 20 on, installs missing packages, and continues with the project's own Node.js.
import { spawn, spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { ensureDependencies } from "./dependencies.mjs";
import { node, root } from "./paths.mjs";

const [command, ...rest] = process.argv.slice(2);
const args = rest[0] === "--" ? rest.slice(1) : rest;

/** Runs a program in the place of this one: its streams, its signals, its exit code. */
function become(program, programArgs, env, cwd = process.cwd()) {
  // As a shell sets it at `cd`: the policy pack searches its rules file from there.
  const child = spawn(program, programArgs, { stdio: "inherit", env: { ...env, PWD: cwd }, cwd });
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
    // The executable behind the shim in .bin, to distinguish the second start from the first.
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
