import { join } from "node:path";
import { loadRulesFile } from "../../../policy/config/load-rules.js";
import { pathExists } from "../../../provider/files/path-exists.js";
import { readInput } from "../../../provider/files/read-input.js";
import { writeOutput } from "../../../provider/files/write-output.js";
import type { Adoption, Match } from "../report/schema.js";
import { decisionsFileName, decisionsText, type StoredDecisions } from "./decisions.js";
import { fileNamesOf } from "./file-names.js";
import { importsText } from "./imports.js";
import { rulesFileName, rulesText, type BaseRules } from "./rules.js";
import { isSettled, tagsText } from "./tags.js";
import { terraformNotes } from "./terraform-notes.js";

/** A file to write. */
export interface ProposalFile {
  readonly path: string;
  readonly text: string;
}

/** The files of a proposal, and remarks for the user. */
export interface ProposalFiles {
  readonly files: readonly ProposalFile[];
  readonly remarks: readonly string[];
}

/** Where a proposal is written, and what it extends. */
export interface WriteOptions {
  readonly folder: string;
  /** Path of the rules file of the run; undefined if tags by convention applied. */
  readonly rules: string | undefined;
  readonly decisions: StoredDecisions;
}

/**
 * Returns the files of a proposal: rules, tags, imports, notes and decisions. A rules file in the folder is extended, else that of
 * the run.
 * @throws RulesFileError, DriftError if a rules file cannot be read or extended
 */
export function filesOf(adoption: Adoption, { folder, rules, decisions }: WriteOptions): ProposalFiles {
  const { matches, patterns } = adoption;
  const byStack = Map.groupBy(matches, ({ stack }) => stack);
  const alone = matches.filter(({ pattern }) => pattern === undefined);
  const names = fileNamesOf(byStack.keys());
  const files: ProposalFile[] = [];
  const add = (name: string, text: string | undefined): void => {
    if (text !== undefined) files.push({ path: join(folder, name), text });
  };
  const extended = rulesText(baseRules(join(folder, rulesFileName), rules), patterns, alone.filter(isSettled));
  add(rulesFileName, extended.text);
  for (const [stack, name] of names) {
    const own = byStack.get(stack) ?? [];
    const tagged = own.filter(({ pattern }) => pattern === undefined);
    if (tagged.length > 0) add(`tags.${name}.yaml`, tagsText(stack, tagged));
    if (own.some(isOfTerraform)) {
      if (tagged.length > 0) add(`notes.${name}.tf`, terraformNotes(tagged));
    } else add(`import.${name}.json`, importsText(own.filter(isImported)));
  }
  if (alone.length > 0) add(decisionsFileName, decisionsText(decisions, alone));
  return { files, remarks: extended.remarks };
}

const isOfTerraform = ({ urn }: Match): boolean => urn.startsWith("urn:terraform:");

/** Returns whether to import a record: its match needs no review, or a pattern has many matches as its evidence. */
const isImported = (match: Match): boolean =>
  match.tracked === undefined && (isSettled(match) || match.pattern !== undefined);

function baseRules(own: string, ofRun: string | undefined): BaseRules | undefined {
  const path = pathExists(own) ? own : ofRun;
  return path === undefined ? undefined : { path, rules: loadRulesFile(path).rules, text: readInput(path) };
}

/** Writes files that only the user can read; missing folders are made. @throws OutputError */
export async function writeFiles(files: readonly ProposalFile[]): Promise<void> {
  for (const { path, text } of files) await writeOutput(path, text, { makeFolders: true });
}
