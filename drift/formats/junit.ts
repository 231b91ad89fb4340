import { emptyComparisonReason } from "../report/empty-comparison.js";
import type { FailOn, Report, ReportFinding } from "../report/schema.js";
import { counted } from "./text/text.js";
import { allShown, pulumiDrift, type ShownFinding } from "./text/refreshed.js";
import { ruleTexts, type RuleText } from "./text/rule-texts.js";
import { xml } from "./text/xml.js";

const failing: Readonly<Record<FailOn, readonly ReportFinding["severity"][]>> = {
  error: ["error"],
  warning: ["error", "warning"],
  info: ["error", "warning", "info"],
  never: [],
};

/** Makes names of cases unique: GitLab merges cases with the same class and name, even of different suites. */
class Names {
  readonly #given = new Set<string>();

  /**
   * Returns the name as XML, with a suffix if it is taken.
   * @param fingerprint suffix that is the same in every run
   */
  unique(rule: string, name: string, fingerprint?: string): string {
    const first = xml(name);
    const rest = fingerprint === undefined ? first : `${first} #${fingerprint}`;
    let next = first;
    for (let number = 1; this.#given.has(`${rule} ${next}`); number += 1)
      next = number === 1 && rest !== first ? rest : `${rest} (${number})`;
    this.#given.add(`${rule} ${next}`);
    return next;
  }
}

/** Returns the resource, with the parts that the finding is about. */
function nameOf({ urn, kind, recordId, about = [] }: ShownFinding): string {
  const record = recordId === undefined ? [] : [`${kind}/${recordId}`];
  const all = [...about, ...record];
  return all.length === 0 ? urn : `${urn} (${all.join(", ")})`;
}

interface Case {
  readonly xml: string;
  readonly fails: boolean;
  readonly skips?: boolean;
}

function caseOf(finding: ShownFinding, failOn: FailOn, names: Names): Case {
  const { rule, urn, severity, message, position, fingerprint } = finding;
  const name = names.unique(rule, nameOf(finding), fingerprint);
  const fails = failing[failOn].includes(severity);
  const place = position ? ` file="${xml(position.file)}" line="${position.line}"` : "";
  const body = fails
    ? `<failure type="${severity}" message="${xml(message)}">${xml(`${message} (${urn})`)}</failure>`
    : `<system-out>${xml(`${severity}: ${message} (${urn})`)}</system-out>`;
  return { fails, xml: `    <testcase classname="${rule}" name="${name}"${place} time="0">${body}</testcase>` };
}

const NO_COVERAGE = { resources: 0, referencing: 0 };

/** Returns the case of a rule without findings. */
function passed(rule: string, name: string): Case {
  return { fails: false, xml: `    <testcase classname="${rule}" name="${name}" time="0"/>` };
}

function skipped(rule: string, name: string, why: string): Case {
  const body = `<skipped message="${xml(why)}"/>`;
  return {
    fails: false,
    skips: true,
    xml: `    <testcase classname="${rule}" name="${name}" time="0">${body}</testcase>`,
  };
}

/** Returns why a rule without reported findings is skipped; undefined if it passed. */
function whyNotPassed(
  rule: string,
  stack: string,
  { ignored, knownFindings, ignoreEntries, notes }: Report,
): string | undefined {
  const isHere = (finding: ReportFinding): boolean => finding.rule === rule && (finding.stack ?? everyStack) === stack;
  const passedOver = ignored.filter(({ finding }) => isHere(finding));
  const reasons = new Set(passedOver.map(({ entry }) => ignoreEntries[entry]?.reason ?? ""));
  const before = knownFindings.filter(isHere).length;
  const reported = [
    ...notes.filter(({ unchecked }) => unchecked?.some((name) => name === rule)).map(({ message }) => message),
    ...(passedOver.length > 0 ? [`${counted(passedOver.length, "finding")} ignored: ${[...reasons].join("; ")}`] : []),
    ...(before > 0 ? [`${counted(before, "finding")} known from the baseline`] : []),
  ];
  return reported.length === 0 ? undefined : reported.join("; ");
}

function quietCase(rule: RuleText, stack: string, report: Report, names: Names): Case {
  const inactiveReason = rule.inactiveReason?.(report.rules);
  const why = inactiveReason === undefined ? whyNotPassed(rule.name, stack, report) : `off: ${inactiveReason}`;
  const name = names.unique(rule.name, `${rule.name} has no findings in ${stack}`);
  return why === undefined ? passed(rule.name, name) : skipped(rule.name, name, why);
}

/** Name of the suite for findings that belong to no single stack. */
const everyStack = "all stacks";

function suite(
  name: string,
  findings: readonly ShownFinding[],
  report: Report,
  names: Names,
): { xml: string; cases: number; failures: number } {
  const empty = report.stacks.length === 0 ? NO_COVERAGE : undefined;
  const numbers = report.stacks.find((stack) => stack.name === name) ?? empty;
  const nothing = numbers && emptyComparisonReason(numbers, report.plan);
  // Without --refresh, Pulumi's own drift is unknown: no case for it.
  const asked = report.refresh?.stacks.includes(name);
  const quiet = ruleTexts.filter(
    (rule) =>
      !findings.some((finding) => finding.rule === rule.name) &&
      (rule.name === pulumiDrift ? asked : nothing === undefined),
  );
  const cases: Case[] = [
    ...(nothing === undefined
      ? []
      : [skipped("orange-cmdb", names.unique("orange-cmdb", `${name} is compared with the inventory`), nothing)]),
    ...findings.map((finding) => caseOf(finding, report.failOn, names)),
    ...quiet.map((rule) => quietCase(rule, name, report, names)),
  ];
  const failures = cases.filter(({ fails }) => fails).length;
  const head = `  <testsuite name="${xml(name)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${cases.filter(({ skips }) => skips).length}" time="0" timestamp="${report.generatedAt}">`;
  return {
    xml: [head, ...cases.map((entry) => entry.xml), "  </testsuite>"].join("\n"),
    cases: cases.length,
    failures,
  };
}

/** Formats JUnit XML: a suite per stack and one for all stacks; a case per finding and per rule without findings. */
export function formatJunit(report: Report): string {
  const byStack = new Map<string | undefined, ShownFinding[]>(report.stacks.map(({ name }) => [name, []]));
  for (const finding of allShown(report)) {
    const found = byStack.get(finding.stack) ?? [];
    byStack.set(finding.stack, found);
    found.push(finding);
  }
  // Without stacks, a suite reports that nothing was compared.
  if (byStack.size === 0) byStack.set(undefined, []);
  const names = new Names();
  const suites = [...byStack].map(([stack, findings]) => suite(stack ?? everyStack, findings, report, names));
  const total = (key: "cases" | "failures"): number => suites.reduce((sum, entry) => sum + entry[key], 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="orange-cmdb ${report.plan ? "check" : "drift"}" tests="${total("cases")}" failures="${total("failures")}" errors="0" time="0">`,
    ...suites.map((entry) => entry.xml),
    "</testsuites>",
    "",
  ].join("\n");
}
