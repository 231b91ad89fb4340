import { execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { root, type Project } from "./project";

/** Makes the project's commands find the language host of Pulumi YAML. */
export function addYaml(project: Project): void {
  const tool = join(root, "tools/engine/yaml.mjs");
  const host = execFileSync(process.execPath, [tool], { encoding: "utf8", stdio: ["ignore", "pipe", 2] }).trim();
  project.environment["PATH"] = [host, project.environment["PATH"] ?? process.env["PATH"]].join(delimiter);
}
