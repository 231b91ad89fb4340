import { dirname, join, resolve } from "node:path";
import { isThere } from "../provider/is-there.js";
import { readInput } from "../provider/read-input.js";
import { parseYaml, YamlError, type ParsedYaml } from "./exact-yaml.js";
import { findProject, projectFile, readProject } from "./pulumi-project.js";
import { conventionalRules, parseRulesFile, RulesFileError, type RulesFile } from "./rules/rules-file.js";

/** Rules, and where they came from. */
export interface LoadedRules {
  readonly rules: RulesFile;
  /** A path, or what stands in for one. */
  readonly source: string;
  /** Why there is no rules file, where the rules are those of the convention. */
  readonly convention?: string;
}

const names = ["cmdb.rules.yaml", "cmdb.rules.yml", "cmdb.rules.json"];

function notRead(path: string, error: unknown): RulesFileError {
  return new RulesFileError(
    `the rules file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
  );
}

/** Reads a rules file, YAML or JSON. @throws RulesFileError */
export function loadRulesFile(path: string): LoadedRules {
  let text: string;
  try {
    text = readInput(path);
  } catch (error) {
    throw notRead(path, error);
  }
  const { value, placeOf } = parseText(text, path);
  // Nothing, or comments alone: no rule at all would hold, and nothing would be checked without a word.
  if (value === null || value === undefined)
    throw new RulesFileError(
      `the rules file ${path} is empty: write rules in it (references: [] where only tracked records are to be checked), or take it away to go by tags and labels`,
    );
  return { rules: parseRulesFile(value, path, { path, placeOf }), source: path };
}

function parseText(text: string, path: string): ParsedYaml {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new RulesFileError(`the rules file ${error.describe(path)}`);
  }
}

/** The rules file beside the program's `Pulumi.yaml`; else the folder where the search ended. */
function beside(folder: string): { readonly found: string } | { readonly end: string } {
  const found = names.map((name) => join(folder, name)).find(isThereToRead);
  if (found !== undefined) return { found };
  return projectFile(folder) !== undefined || dirname(folder) === folder ? { end: folder } : beside(dirname(folder));
}

function conventional(folder: string, end: string): LoadedRules {
  const why = projectFile(end) === undefined ? "" : `, where ${projectFile(end)} ends the search`;
  const up = dirname(end) === end ? "upwards" : `up to ${end}`;
  const places = folder === end ? `in ${folder}` : `from ${folder} ${up}`;
  const convention = `no cmdb.rules.yaml found ${places}${why}`;
  return { rules: conventionalRules, source: `tags and labels by convention (${convention})`, convention };
}

function isThereToRead(path: string): boolean {
  try {
    return isThere(path);
  } catch (error) {
    throw notRead(path, error);
  }
}

/**
 * The folder of the previewed project among those that the environment names; undefined if it is elsewhere, as with
 * `pulumi --cwd`. A policy pack is started in its own folder: the language host says in `PULUMI_NODEJS_PROJECT` which project
 * is previewed.
 */
function previewedFolder(env: NodeJS.ProcessEnv): string | undefined {
  const project = env["PULUMI_NODEJS_PROJECT"] ?? env["PULUMI_PROJECT"];
  const belongs = (folder: string): boolean => {
    const place = findProject(folder);
    return place !== undefined && readProject(place)["name"] === project;
  };
  return project ? foldersIn(env).find(belongs) : undefined;
}

function foldersIn(env: NodeJS.ProcessEnv): string[] {
  return [env["PWD"], env["INIT_CWD"], process.cwd()].filter((folder) => folder !== undefined);
}

/** Where the user stands: in the previewed project, if the environment names its folder. */
export function userFolder(env: NodeJS.ProcessEnv = process.env): string {
  return previewedFolder(env) || foldersIn(env)[0] || process.cwd();
}

/**
 * The rules that hold here: `given` › `ORANGE_CMDB_RULES` › `cmdb.rules.yaml` beside the program's `Pulumi.yaml` › tags
 * and labels by convention.
 * @param folder where the user stands; relative paths start there
 */
export function findRules(given: string | undefined, folder = userFolder()): LoadedRules {
  const named = given ?? process.env["ORANGE_CMDB_RULES"];
  if (named) return loadRulesFile(resolve(folder, named));
  const searched = beside(resolve(folder));
  return "found" in searched ? loadRulesFile(searched.found) : conventional(resolve(folder), searched.end);
}

/** The rules file that a search from this folder finds. @throws RulesFileError if one is there and cannot be looked at */
export function searchRulesFile(folder: string): string | undefined {
  const searched = beside(resolve(folder));
  return "found" in searched ? searched.found : undefined;
}

/** {@link findRules} for a policy pack. `isElsewhere`: the search began in the current folder, and the program is in another. */
export function findPackRules(given: string | undefined): LoadedRules & { readonly isElsewhere: boolean } {
  const isSearched = !given && !process.env["ORANGE_CMDB_RULES"];
  return { ...findRules(given), isElsewhere: isSearched && previewedFolder(process.env) === undefined };
}
