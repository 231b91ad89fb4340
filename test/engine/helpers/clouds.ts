import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Project } from "./project";

const script = join(__dirname, "cloud.cjs");

/** Puts providers of these clouds on the project's PATH; a program makes their resources by type, without their packages. */
export function addClouds(project: Project, names: readonly string[]): void {
  const bin = join(project.folder, "clouds");
  mkdirSync(bin, { recursive: true });
  for (const name of names) {
    const text = `#!/bin/sh\nexec '${process.execPath}' '${script}' '${name}' "$@"\n`;
    writeFileSync(join(bin, `pulumi-resource-${name}`), text, { mode: 0o755 });
  }
  project.environment["PATH"] = [bin, process.env["PATH"]].join(delimiter);
}
