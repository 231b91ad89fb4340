import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { runTestFiles } from "../../../../drift/rules-test/index";
import { readTestFiles } from "../../../../drift/rules-test/read";
import type { CaseResult } from "../../../../drift/rules-test/run";
import { collections, kinds, type Kind } from "../../../../provider/model/records";

const guide = join(__dirname, "../../../../docs/guides/test-rules.md");

/** The rules file and the test file of the guide, as texts. */
export function guideFiles(): { readonly rules: string; readonly tests: string } {
  const blocks = [...readFileSync(guide, "utf8").matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, code = ""]) => code);
  const [rules, tests] = blocks;
  if (rules === undefined || tests === undefined) throw new Error(`${guide} must have a rules file and a test file`);
  return { rules, tests };
}

/** A resource of the guide, as its test file writes it. */
export interface GuideResource {
  readonly type: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A case of the guide, and its result. */
export interface GuideCase {
  readonly name: string;
  readonly resources: readonly GuideResource[];
  readonly complete: boolean;
  readonly inventoryAge?: string;
  readonly result: CaseResult;
}

interface Written extends Omit<GuideCase, "resources" | "complete" | "result"> {
  readonly resource?: GuideResource;
  readonly resources?: readonly GuideResource[];
  readonly complete?: boolean;
}

/** Runs the cases of the guide, and writes its rules file and, as the sandbox reads them, its records to a folder. */
export function runGuide(folder: string): GuideCase[] {
  mkdirSync(folder, { recursive: true });
  const { rules, tests } = guideFiles();
  writeFileSync(join(folder, "cmdb.rules.yaml"), rules);
  writeFileSync(join(folder, "cmdb.rules.test.yaml"), tests);
  const { records, cases } = parse(tests) as { records: Partial<Record<Kind, object[]>>; cases: Written[] };
  for (const kind of kinds)
    writeFileSync(join(folder, `${collections[kind]}.json`), JSON.stringify(records[kind] ?? []));
  const run = runTestFiles(readTestFiles([join(folder, "cmdb.rules.test.yaml")]), undefined);
  const results = new Map(run.files.flatMap((file) => file.cases.map((result) => [result.name, result] as const)));
  return cases.map(({ resource, resources, complete = false, ...rest }) => {
    const result = results.get(rest.name);
    if (result === undefined) throw new Error(`${rest.name} was not run`);
    return { ...rest, complete, result, resources: [...(resource ? [resource] : []), ...(resources ?? [])] };
  });
}

const isMark = (value: unknown, key: string): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.keys(value).join() === key;

export const isUnknown = (value: unknown): boolean => isMark(value, "unknown");
export const isSecret = (value: unknown): value is { secret: unknown } => isMark(value, "secret");

/** Whether a state can hold the case: a state has no unknown values, and hides secret ones. */
export const fitsState = ({ resources }: GuideCase): boolean =>
  resources.every(({ properties }) =>
    Object.values(properties).every((value) => !isUnknown(value) && !isSecret(value)),
  );
