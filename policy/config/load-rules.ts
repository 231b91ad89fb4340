import { dirname, join, resolve } from "node:path";
import { pathExists } from "../../provider/files/path-exists.js";
import { readInput } from "../../provider/files/read-input.js";
import { parseYaml, YamlError, type ParsedYaml } from "./exact-yaml.js";
import { findProject, projectFile, readProject } from "./pulumi-project.js";
import { conventionalRules, parseRulesFile, RulesFileError, type RulesFile } from "../rules/file/rules-file.js";

/** Rules and their source. */
export interface LoadedRules {
  readonly rules: RulesFile;
  /** A path, or a description of the convention. */
  readonly source: string;
  /** The reason why there is no rules file, if the convention applies. */
  readonly convention?: string;
}

const names = ["cmdb.rules.yaml", "cmdb.rules.yml", "cmdb.rules.json"];

function notRead(path: string, error: unknown): RulesFileError {
  return new RulesFileError(
    `the rules file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
  );
}

/** Reads the text of a rules file. @throws RulesFileError */
export function readRulesText(path: string): string {
  try {
    return readInput(path);
  } catch (error) {
    throw notRead(path, error);
  }
}

/** Parses the text of a rules file, YAML or JSON, and does not validate it. @throws RulesFileError */
export function parseRulesText(text: string, path: string): ParsedYaml {
  const parsed = parseText(text, path);
  // An empty file would silently disable all checks.
  if (parsed.value === null || parsed.value === undefined)
    throw new RulesFileError(
      `the rules file ${path} is empty: add rules (references: [] to check only tracked records), or delete the file to use tags and labels`,
    );
  return parsed;
}

/** Reads and validates a rules file, YAML or JSON. @throws RulesFileError */
export function loadRulesFile(path: string): LoadedRules {
  const { value, placeOf } = parseRulesText(readRulesText(path), path);
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

/** Returns the rules file beside the program's `Pulumi.yaml`, else the folder where the search ended. */
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
    return pathExists(path);
  } catch (error) {
    throw notRead(path, error);
  }
}

/**
 * Returns the folder of the previewed project among those in the environment; undefined if it is elsewhere, as with
 * `pulumi --cwd`. A policy pack starts in its own folder: the language host sets `PULUMI_NODEJS_PROJECT` to the name of the
 * previewed project.
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

/** Returns the folder of the user: the previewed project, if the environment has it. */
export function userFolder(env: NodeJS.ProcessEnv = process.env): string {
  return previewedFolder(env) || foldersIn(env)[0] || process.cwd();
}

/**
 * Returns the rules by precedence: `given` › `ORANGE_CMDB_RULES` › `cmdb.rules.yaml` beside the program's `Pulumi.yaml` › tags
 * and labels by convention.
 * @param folder the folder of the user, for relative paths
 */
export function findRules(given: string | undefined, folder = userFolder()): LoadedRules {
  const place = locateRules(given, folder);
  return typeof place === "string" ? loadRulesFile(place) : place;
}

/** Returns the path of the rules file, or the rules by convention, by the precedence of {@link findRules}. */
function locateRules(given: string | undefined, folder: string): string | LoadedRules {
  const named = given ?? process.env["ORANGE_CMDB_RULES"];
  if (named) return resolve(folder, named);
  const searched = beside(resolve(folder));
  return "found" in searched ? searched.found : conventional(resolve(folder), searched.end);
}

/** Returns the rules file that a search from this folder finds. @throws RulesFileError if one cannot be accessed */
export function searchRulesFile(folder: string): string | undefined {
  const searched = beside(resolve(folder));
  return "found" in searched ? searched.found : undefined;
}

/** Returns the path of the rules file that {@link findRules} loads. @throws RulesFileError if the convention would apply */
export function findRulesFile(folder: string): string {
  const place = locateRules(undefined, folder);
  if (typeof place === "string") return place;
  throw new RulesFileError(`${place.convention ?? ""}; create one, or name a rules file`);
}

/** Calls {@link findRules} for a policy pack. `isElsewhere` is true if it searched the current folder, but the program is elsewhere. */
export function findPackRules(given: string | undefined): LoadedRules & { readonly isElsewhere: boolean } {
  const isSearched = !given && !process.env["ORANGE_CMDB_RULES"];
  return { ...findRules(given), isElsewhere: isSearched && previewedFolder(process.env) === undefined };
}
