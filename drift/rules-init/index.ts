import { parseYaml } from "../../policy/config/exact-yaml.js";
import { conventionalRules, parseRulesFile } from "../../policy/rules/file/rules-file.js";
import type { InventoryReader } from "../../provider/model/inventory-reader.js";
import { kinds } from "../../provider/model/records.js";
import { adopt, type AdoptRequest } from "../adopt/adopt.js";
import { factsOf, type InventoryFacts } from "../rules-schema/inventory-facts.js";
import { firstCases, type SampleOptions } from "./first-cases.js";
import { isConventional, referencesOf, type Entry, type References } from "./references.js";
import { rulesText } from "./rules-text.js";
import { Survey } from "./survey.js";
import { testsText } from "./tests-text.js";

/** Inputs of first rules. */
export interface InitRequest extends Pick<AdoptRequest, "sources" | "planned" | "generator" | "now" | "onRead"> {
  readonly inventory: InventoryReader;
  /** Comments by which an editor finds the schemas. */
  readonly schemas: { readonly rules: string; readonly tests: string };
  /** The rules file, as the test file names it. */
  readonly rulesFile: string;
}

/** A rules file and its test file. */
export interface FirstRules {
  readonly rules: string;
  readonly tests: string;
  /** Entries of `references`. */
  readonly entries: number;
  /** Cases of the test file. */
  readonly cases: number;
  readonly resources: number;
}

/** Maximum number of entries with cases. */
const MAX_TESTED = 10;

/** Types of the cases about all types, if the states have no other type. */
const sampleTypes = ["aws:ec2/vpc:Vpc", "aws:s3/bucket:Bucket", "example:index:Resource"];

/**
 * Makes a rules file from states and the inventory, and a test file whose cases pass.
 * @throws DriftError, KindUnavailableError if an input cannot be read
 */
export async function firstRules(request: InitRequest): Promise<FirstRules> {
  const { inventory, sources, planned, now, rulesFile, schemas } = request;
  const { counts } = inventory.info();
  const survey = new Survey(kinds.filter((kind) => (counts[kind] ?? 0) > 0));
  const onResource = survey.add.bind(survey);
  const adoption = await adopt({ ...request, rules: conventionalRules, ruleSource: "", onResource });
  const facts = factsOf(inventory);
  const types = survey.types();
  const held = conventionalRules.references.map(({ kind }) => kind).filter((kind) => facts[kind] !== undefined);
  const references = referencesOf(types, adoption.patterns, held);
  const { resources } = adoption.summary;
  const day = now.toISOString().slice(0, 10);
  const read = { schema: schemas.rules, day, stacks: sources.length + (planned ? 1 : 0), resources };
  const rules = rulesText(references, facts, read);
  const loaded = { source: rulesFile, rules: parseRulesFile(parseYaml(rules).value, rulesFile) };
  mustAgree(loaded.rules.references, references.entries);
  const samples = samplesOf(references, facts);
  const cases = samples.flatMap(({ entry, ...options }) => firstCases(entry, options, loaded));
  const tests = testsText(cases, { schema: schemas.tests, rulesFile });
  return { rules, tests, entries: references.entries.length, cases: cases.length, resources };
}

/** Returns the first entries, each with a type and a status for its cases. */
function samplesOf(
  { entries, other }: References,
  facts: InventoryFacts,
): (SampleOptions & { readonly entry: Entry })[] {
  // A case about all types must pass whatever the user requires of the types with an entry.
  const own = new Set(entries.flatMap(({ types }) => types));
  const general = [...other.map(({ type }) => type), ...sampleTypes].find((type) => !own.has(type)) ?? "";
  return entries.slice(0, MAX_TESTED).map((entry, index) => {
    const [status] = facts[entry.kind]?.statuses.keys() ?? [];
    const type = isConventional(entry) ? general : (entry.types[0] ?? "");
    return { entry, number: index + 1, type, status };
  });
}

/** Checks that the text has the entries, whatever characters the names of properties and types have. */
function mustAgree(
  written: readonly { readonly types: readonly string[]; readonly match: readonly object[] }[],
  entries: readonly Entry[],
): void {
  const facts = (all: readonly Partial<Entry>[]): string =>
    JSON.stringify(
      all.map(({ types, kind, id, by, value, as, match }) => [
        ...[types, kind, id, by, value, as],
        match?.map((one) => [one.property, one.record, one.as ?? "equals"]),
      ]),
    );
  if (facts(written as readonly Partial<Entry>[]) !== facts(entries))
    throw new Error("the written rules differ from the proposed ones");
}
