import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { conventionalRules, parseRulesFile, RulesFileError, type RulesFile } from "./rules/rules-file.js";

/** Rules, and where they came from. */
export interface LoadedRules {
  readonly rules: RulesFile;
  /** A path, or what stands in for one. */
  readonly source: string;
}

const names = ["cmdb.rules.yaml", "cmdb.rules.yml", "cmdb.rules.json"];

/** Reads a rules file, YAML or JSON. @throws RulesFileError */
export function loadRulesFile(path: string): LoadedRules {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new RulesFileError(
      `the rules file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
    );
  }
  let value: unknown;
  try {
    // JSON is YAML too; dates stay the text they are written as.
    value = parse(text, { schema: "core" });
  } catch (error) {
    throw new RulesFileError(
      `the rules file ${path} is not YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return { rules: parseRulesFile(value, path), source: path };
}

function beside(folder: string): string | undefined {
  const found = names.map((name) => join(folder, name)).find(existsSync);
  if (found !== undefined) return found;
  const isProject = existsSync(join(folder, "Pulumi.yaml")) || existsSync(join(folder, "Pulumi.yml"));
  return isProject || dirname(folder) === folder ? undefined : beside(dirname(folder));
}

/**
 * The rules that hold here: `given` › `ORANGE_CMDB_RULES` › `cmdb.rules.yaml` beside the program's `Pulumi.yaml` › tags
 * and labels by convention.
 * @param folder where the user stands; relative paths start there
 */
export function findRules(given: string | undefined, folder = process.env["PWD"] ?? process.cwd()): LoadedRules {
  const named = given ?? process.env["ORANGE_CMDB_RULES"];
  if (named) return loadRulesFile(resolve(folder, named));
  const found = beside(resolve(folder));
  return found === undefined
    ? { rules: conventionalRules, source: "tags and labels by convention (no cmdb.rules.yaml found)" }
    : loadRulesFile(found);
}
