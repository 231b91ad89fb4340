import { rules as allRules } from "../../policy/rules/index.js";
import { severityOf } from "../../policy/rules/core/evaluate.js";
import type { RuleName, RulesFile } from "../../policy/rules/file/rules-file.js";
import type { EffectiveRules } from "../../policy/config/effective-rules.js";
import { ignoreFileName } from "../ignore/ignore-file.js";
import type { Report, ReportFinding } from "../report/schema.js";
import type { ExplainedFinding, ExplainedRule } from "./explanation.js";

/** The settings that decide levels and hide findings, with their names for a reader. */
export interface SettingNames {
  /** The rules file, or a description of the convention. */
  readonly rulesSource: string;
  readonly ignoreFile?: string | undefined;
  readonly baseline?: string | undefined;
  /** The configuration of the policy pack. */
  readonly configured?: EffectiveRules | undefined;
}

/** Returns whether a finding is about a resource: on the resource itself, or on a record that it claims with others. */
function isAbout({ urn, rule, affects = [] }: ReportFinding, wanted: string): boolean {
  return urn === wanted || (rule === "reference-unique" && affects.includes(wanted));
}

/** Returns all findings about a resource, with the entry or baseline that hides each. */
export function explainFindings(
  report: Report,
  urn: string,
  rules: RulesFile,
  names: SettingNames,
): ExplainedFinding[] {
  const of = (finding: ReportFinding): Pick<ExplainedFinding, "finding" | "decidedBy"> => ({
    finding,
    decidedBy: finding.undecided
      ? "findings that cannot be decided yet are always info"
      : deciderOf(finding.rule, rules, names),
  });
  const isWanted = (finding: ReportFinding): boolean => isAbout(finding, urn);
  return [
    ...report.findings.filter(isWanted).map((finding) => ({ ...of(finding), result: "reported" as const })),
    ...report.ignored
      .filter(({ finding }) => isWanted(finding))
      .map(({ entry, finding }) => ({
        ...of(finding),
        result: "ignored" as const,
        hiddenBy: ignoreEntry(entry, report, names),
      })),
    ...report.knownFindings.filter(isWanted).map((finding) => ({
      ...of(finding),
      result: "known" as const,
      hiddenBy: `the baseline ${names.baseline ?? ""} of ${report.baseline?.generatedAt ?? "an earlier run"}`,
    })),
  ];
}

/** Names an ignore entry by its file and position, with its reason. Entries of the rules precede those of the ignore file. */
function ignoreEntry(index: number, { ignoreEntries }: Report, { rulesSource, ignoreFile }: SettingNames): string {
  const entry = ignoreEntries[index];
  const ofRules = ignoreEntries.filter(({ from }) => from === "rules").length;
  const place =
    entry?.from === "rules"
      ? `ignore.${index} of ${rulesSource}`
      : `ignore.${index - ofRules} of ${ignoreFile ?? ignoreFileName}`;
  return `${place} (${entry?.reason ?? ""}${entry?.until === undefined ? "" : `, until ${entry.until}`})`;
}

/** Returns each rule with its severity, and the setting that decides it or makes the rule inactive. */
export function explainLevels(rules: RulesFile, names: SettingNames): ExplainedRule[] {
  const { configured } = names;
  return allRules.map((rule) => {
    const isDisabled = configured?.levels.get(rule.name)?.level === "disabled";
    const inactive = isDisabled ? disabledBy(configured, rule.name) : rule.inactiveReason?.(rules);
    return {
      rule: rule.name,
      severity: severityOf(rule, configured?.rules ?? rules),
      decidedBy: deciderOf(rule.name, rules, names),
      ...(inactive === undefined ? {} : { inactive }),
    };
  });
}

function disabledBy({ disabledBy: source, levels }: EffectiveRules, rule: RuleName): string {
  return `${source}: ${levels.get(rule)?.entry ?? rule} is disabled`;
}

function deciderOf(name: ReportFinding["rule"], rules: RulesFile, { rulesSource, configured }: SettingNames): string {
  const rule = allRules.find((one) => one.name === name);
  if (rule === undefined) return "the default of the rule";
  const level = configured?.levels.get(rule.name);
  if (level !== undefined && level.level !== "disabled")
    return `${configured?.disabledBy}: ${level.entry} is ${level.level}`;
  return rules.severity[rule.name] === undefined
    ? "the default of the rule"
    : `severity.${rule.name} of ${rulesSource}`;
}
