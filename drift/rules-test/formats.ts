import { paint, renderLines, type Line } from "../formats/text/terminal.js";
import { safeJson } from "../formats/text/safe-json.js";
import { counted } from "../formats/text/text.js";
import { xml } from "../formats/text/xml.js";
import type { CoveredPart } from "./coverage.js";
import type { TestRun } from "./index.js";
import type { CaseResult } from "./run.js";

const isFailed = ({ failures }: CaseResult): boolean => failures.length > 0;

const casesOf = ({ files }: TestRun): CaseResult[] => files.flatMap(({ cases }) => cases);

/** Returns the parts of rules files that no case uses. */
function unused({ coverage }: TestRun): string[] {
  return coverage.flatMap(({ source, entries, rules }) =>
    [...entries, ...rules].filter(({ cases }) => cases === 0).map(({ name }) => `${name} of ${source}`),
  );
}

/** Returns why the coverage fails the run; undefined if it does not. */
function tooLow(run: TestRun): string | undefined {
  if (run.minimum === undefined || run.percent >= run.minimum) return undefined;
  return `coverage ${run.percent} % is below --coverage ${run.minimum}; write cases that use ${unused(run).join(", ")}`;
}

function formatConsole(run: TestRun, colours: boolean): string {
  const lines: Line[] = [];
  for (const { path, rules, cases } of run.files) {
    lines.push([paint.bold(path), paint.dim(`  rules from ${rules}`)]);
    for (const one of cases) {
      lines.push(["  ", isFailed(one) ? paint.red("✘") : paint.green("✔"), ` ${one.name}`]);
      for (const { place, message } of one.failures) lines.push(`      ${place}: ${message}`);
    }
  }
  for (const { source, entries, rules } of run.coverage) {
    lines.push("", [paint.bold(`Coverage of ${source}`)], ...[...entries, ...rules].map(coverageLine));
  }
  const failed = casesOf(run).filter(isFailed).length;
  const passed = casesOf(run).length - failed;
  lines.push("", `${counted(passed, "case")} passed, ${failed} failed; coverage ${run.percent} %`);
  const low = tooLow(run);
  if (low !== undefined) lines.push([paint.red(low)]);
  return renderLines(lines, colours);
}

function coverageLine({ name, cases }: CoveredPart): Line {
  const mark = cases > 0 ? paint.green("✔") : paint.yellow("!");
  return ["  ", mark, ` ${name}: ${cases === 0 ? "no case" : counted(cases, "case")}`];
}

function formatJson(run: TestRun): string {
  const files = run.files.map(({ path, rules, cases }) => ({
    path,
    rules,
    cases: cases.map((one) => {
      const { name, place, failures, findings, examined } = one;
      return { name, place, passed: !isFailed(one), failures, findings, examined };
    }),
  }));
  const { passed, percent, minimum, coverage } = run;
  return `${safeJson({ passed, files, coverage: { percent, minimum, rules: coverage } }, 2)}\n`;
}

interface JunitCase {
  readonly name: string;
  readonly failures: readonly { readonly place?: string; readonly message: string }[];
}

function formatJunit(run: TestRun): string {
  const low = tooLow(run);
  const suites: { name: string; cases: readonly JunitCase[] }[] = run.files.map(({ path, cases }) => ({
    name: path,
    cases,
  }));
  if (run.minimum !== undefined) {
    const failures = low === undefined ? [] : [{ message: low }];
    suites.push({ name: "coverage", cases: [{ name: `coverage is at least ${run.minimum} %`, failures }] });
  }
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="orange-cmdb rules test" ${numbersOf(all)} time="0">`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${xml(name)}" ${numbersOf(cases)} skipped="0" time="0">`,
      ...cases.map((one) => junitCase(name, one)),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

function numbersOf(cases: readonly JunitCase[]): string {
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  return `tests="${cases.length}" failures="${failed}" errors="0"`;
}

function junitCase(suite: string, { name, failures }: JunitCase): string {
  const head = `    <testcase classname="${xml(suite)}" name="${xml(name)}" time="0"`;
  const [first] = failures;
  if (first === undefined) return `${head}/>`;
  const texts = failures.map(({ place, message }) => (place === undefined ? message : `${place}: ${message}`));
  return `${head}><failure message="${xml(first.message)}">${texts.map(xml).join("\n")}</failure></testcase>`;
}

/** Formats a test run, by the name of the format. */
export const testFormats = { console: formatConsole, json: formatJson, junit: formatJunit };
