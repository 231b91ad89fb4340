import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeOnce } from "../install-once.mjs";
import { root } from "../paths.mjs";

/** Returns whether Go is installed. */
export function hasGo() {
  return spawnSync("go", ["version"]).status === 0;
}

/**
 * Builds one program from the modules that a folder beside this file pins, into `folder`, which is created atomically.
 * @param finish adds to the folder before it appears
 */
export function goBuild({ modules, program, target, folder, flags, finish = () => undefined }) {
  const partial = `${folder}.${process.pid}`;
  mkdirSync(join(partial, "bin"), { recursive: true });
  // The debug information, which takes a sixth of the time, would be stripped anyway.
  const args = [
    "build",
    "-trimpath",
    "-gcflags=all=-dwarf=false",
    "-ldflags",
    flags,
    "-o",
    join(partial, "bin", target),
    program,
  ];
  const started = Date.now();
  const { status } = spawnSync("go", args, { cwd: join(root, "tools", "engine", modules), stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw new Error(`${target} could not be built; is the Go module proxy reachable?`);
  }
  finish(join(partial, "bin"));
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  console.error(`Built in ${Math.round((Date.now() - started) / 1000)} s.`);
  return join(folder, "bin", target);
}

/** Builds a program as `goBuild` does, once for all processes. @param message what is printed before */
export async function goBuildOnce({ message, ...how }) {
  const program = join(how.folder, "bin", how.target);
  await makeOnce(program, `${how.folder}.lock`, () => {
    console.error(message);
    goBuild(how);
  });
  return program;
}
