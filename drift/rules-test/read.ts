import { basename, dirname, resolve } from "node:path";
import { parseYaml, YamlError, type ParsedYaml } from "../../policy/config/exact-yaml.js";
import { findRules, loadRulesFile, type LoadedRules } from "../../policy/config/load-rules.js";
import { listMistakes, validate, type Mistake } from "../../policy/rules/file/mistakes.js";
import { readInput } from "../../provider/files/read-input.js";
import { DriftError, reasonOf } from "../common/errors.js";
import { shownRules } from "../common/shown-rules.js";
import type { InventoryReader } from "../../provider/model/inventory-reader.js";
import { withInventoryOf, type RecordsByKind } from "./records.js";
import { parsedTestFileSchema, type TestCase } from "./schema.js";

/** A test file that was read and validated. */
export interface TestFile {
  readonly path: string;
  readonly rules: LoadedRules;
  readonly cases: readonly TestCase[];
  readonly records: RecordsByKind | undefined;
  /** Returns the position of a part of a case, such as `cmdb.rules.test.yaml:12:7`. */
  placeOf(index: number, ...path: PropertyKey[]): string;
}

/** Reads a test file and its rules. @throws DriftError, RulesFileError */
function readTestFile(path: string): TestFile {
  const { value, placeOf } = parse(path);
  const result = validate(parsedTestFileSchema, value ?? {});
  const mistakes = "mistakes" in result ? result.mistakes : sameNames(result.data.cases);
  if (mistakes.length > 0 || "mistakes" in result)
    throw new DriftError(`${path} is not a test file of rules:\n${listMistakes(mistakes, { path, placeOf })}`);
  const { rules, records, cases } = result.data;
  const folder = dirname(path);
  return {
    path,
    rules: shownRules(rules === undefined ? findRules(undefined, folder) : loadRulesFile(resolve(folder, rules))),
    cases,
    records,
    placeOf: (index, ...rest) => `${basename(path)}:${placeOf(["cases", index, ...rest])}`,
  };
}

/** Reads test files. Files with the same rules file share its rules, so that their coverage is counted together. */
export function readTestFiles(paths: readonly string[]): TestFile[] {
  const known = new Map<string, LoadedRules>();
  return paths.map(readTestFile).map((file) => {
    const rules = known.get(file.rules.source) ?? file.rules;
    known.set(rules.source, rules);
    return { ...file, rules };
  });
}

function parse(path: string): ParsedYaml {
  try {
    return parseYaml(readInput(path));
  } catch (error) {
    const why = error instanceof YamlError ? error.describe(path) : `${path} cannot be read: ${reasonOf(error)}`;
    throw new DriftError(`the test file ${why}`);
  }
}

/** Returns mistakes about names that occur twice: results name cases, and findings name resources. */
function sameNames(cases: readonly TestCase[]): Mistake[] {
  const twice = (names: readonly string[], path: (index: number) => PropertyKey[]): Mistake[] =>
    names.flatMap((name, index) =>
      names.indexOf(name) === index ? [] : [{ path: path(index), message: `${JSON.stringify(name)} occurs twice` }],
    );
  return [
    ...twice(
      cases.map(({ name }) => name),
      (index) => ["cases", index, "name"],
    ),
    ...cases.flatMap(({ resources = [] }, index) =>
      twice(
        resources.map(({ name }) => name),
        (at) => ["cases", index, "resources", at, "name"],
      ),
    ),
  ];
}

/**
 * Returns the result of work with the inventory of a test file.
 * @param other the inventory for test files without records; the caller closes it
 * @throws DriftError if the test file has no records and there is no other inventory
 */
export function withRecords<T>(
  { path, records }: TestFile,
  other: InventoryReader | undefined,
  work: (inventory: InventoryReader) => T,
): T {
  if (records !== undefined) return withInventoryOf(records, work);
  if (other) return work(other);
  throw new DriftError(`${path} has no records: add records, or pass --inventory FILE`);
}
