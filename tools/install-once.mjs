// Installs a program for the tests into a folder of the cache, once for all processes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Runs a program, whose output goes to stderr. @throws Error if it fails */
export function run(program, args, cwd) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: ["ignore", 2, 2] });
  if (error || status !== 0) throw new Error(`${program} failed${error ? `: ${error.message}` : ""}`);
}

/**
 * Calls `install` with the folder empty, unless an earlier call for the same folder succeeded. Processes that need the same folder
 * wait for the first of them.
 */
export function installOnce(folder, install) {
  const complete = join(folder, ".complete");
  return makeOnce(complete, `${folder}.lock`, () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    install();
    writeFileSync(complete, "");
  });
}

/** Calls `make` unless the file exists. Processes with the same lock wait for the first of them. */
export async function makeOnce(file, lockFolder, make) {
  const done = () => existsSync(file);
  if (done()) return;
  mkdirSync(dirname(lockFolder), { recursive: true });
  const unlock = await lock(lockFolder, done);
  try {
    if (!done()) make();
  } finally {
    unlock();
  }
}

/** Takes a lock, which is a folder with the id of its process, or waits until another process has finished. Returns its release. */
async function lock(path, done) {
  for (;;) {
    try {
      mkdirSync(path);
      writeFileSync(join(path, "pid"), String(process.pid));
      return () => rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (done()) return () => undefined;
    await sleep(500);
    if (isAbandoned(path)) rmSync(path, { recursive: true, force: true });
  }
}

/** Returns whether the process that took a lock has ended. */
function isAbandoned(path) {
  try {
    process.kill(Number(readFileSync(join(path, "pid"), "utf8")), 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}
