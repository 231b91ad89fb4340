import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Project } from "./project";

const script = join(__dirname, "cloud.cjs");

/**
 * Gives the project providers of these clouds. A program makes their resources by type, without their packages. They are in one process,
 * which all commands of the project use, as a provider in a debugger.
 */
export async function addClouds(project: Project, names: readonly string[]): Promise<void> {
  const bin = join(project.folder, "clouds");
  mkdirSync(bin, { recursive: true });
  // The engine also looks for the plugins of a state.
  for (const name of names) writeFileSync(join(bin, `pulumi-resource-${name}`), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  project.environment["PATH"] = [bin, process.env["PATH"]].join(delimiter);
  const child = spawn(process.execPath, [script, ...names], { stdio: ["pipe", "pipe", "inherit"] });
  const { remove } = project;
  project.remove = () => {
    child.kill();
    remove();
  };
  const [ports] = (await once(child.stdout, "data")) as [Buffer];
  project.environment["PULUMI_DEBUG_PROVIDERS"] = String(ports).trim();
}
