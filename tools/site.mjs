// Builds the documentation: the pages with VitePress, and the reference of the TypeScript API with typedoc beside them.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** Runs a program of node_modules. @throws Error if it fails */
function run(program, args) {
  const { status } = spawnSync(join(root, "node_modules", ".bin", program), args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error(`${program} failed`);
}

/** Builds the site, and returns its folder. */
export function buildSite() {
  const folder = join(root, "docs", ".vitepress", "dist");
  run("vitepress", ["build", "docs"]);
  run("typedoc", ["--logLevel", "Warn", "--readme", "none", "--emit", "docs", "--out", join(folder, "api")]);
  return folder;
}
