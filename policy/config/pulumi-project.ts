import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { readInput } from "../../provider/files/read-input.js";

/** The folder of a Pulumi project, and its file. */
export interface ProjectPlace {
  readonly folder: string;
  readonly file: string;
}

/** Returns the path of the Pulumi project file in a folder. */
export function projectFile(folder: string): string | undefined {
  return ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(folder, name)).find(existsSync);
}

/** Calls `find` for a folder and those above it, and returns its first result. */
export function searchUpwards<T>(folder: string, find: (folder: string) => T | undefined): T | undefined {
  const found = find(folder);
  if (found !== undefined || dirname(folder) === folder) return found;
  return searchUpwards(dirname(folder), find);
}

/** Finds the Pulumi project that a folder belongs to. */
export function findProject(folder: string): ProjectPlace | undefined {
  return searchUpwards(resolve(folder), (place) => {
    const file = projectFile(place);
    return file === undefined ? undefined : { folder: place, file };
  });
}

/** Reads a project file. @throws the error of the system or of the YAML parser */
export function readProject({ file }: ProjectPlace): Readonly<Record<string, unknown>> {
  return (parse(readInput(file)) ?? {}) as Readonly<Record<string, unknown>>;
}
