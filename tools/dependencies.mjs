import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** Installs the packages of package-lock.json, unless they are installed. */
export function ensureDependencies() {
  const stamp = join(root, "node_modules", ".installed");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return linkPackage();
  console.error("Installing the dependencies (npm ci), once …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  // A checkout needs development dependencies, regardless of NODE_ENV.
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = spawnSync(npm, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (error || status !== 0)
    throw new Error(`npm ci failed${error ? `: ${error.message}` : ""}; is the package registry reachable?`);
  writeFileSync(stamp, wanted);
  linkPackage();
}

/** Lets the examples import the package as a user's program does: the project of the root runs one of them. */
function linkPackage() {
  const link = join(root, "node_modules", "pulumi-orange-cmdb");
  // On Windows a junction needs no privilege; other systems ignore the type.
  if (!existsSync(link)) symlinkSync(root, link, "junction");
}
