import { existsSync } from "node:fs";
import { join } from "node:path";
import { searchUpwards } from "../../policy/config/pulumi-project.js";

/** Returns the root of the Git repository that a folder belongs to. */
export function repositoryOf(folder: string): string | undefined {
  return searchUpwards(folder, (place) => (existsSync(join(place, ".git")) ? place : undefined));
}
