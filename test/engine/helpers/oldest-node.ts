import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { oldestNode } from "../../../provider/platform/node-version";
import { root } from "./project";

/** Installs the oldest Node.js that is supported, once. @returns the folder of its program */
export function oldestNodeFolder(): string {
  const version = [...oldestNode, 0].join(".");
  const folder = join(root, ".cache", `node-${version}`);
  const bin = join(folder, "node_modules/node/bin");
  const program = join(bin, "node");
  if (!existsSync(program))
    execFileSync("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--no-save", `node@${version}`], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
  const found = execFileSync(program, ["--version"], { encoding: "utf8" }).trim();
  if (found !== `v${version}`) throw new Error(`Node.js ${version} was asked for, and ${found} came`);
  return bin;
}
