import { collections } from "../../../provider/model/records.js";
import { ruleNames, type RuleName } from "../../../policy/rules/file/rules-file.js";
import { emptyComparisonReason } from "../../report/empty-comparison.js";
import type { Report } from "../../report/schema.js";

/** Returns `1 error`, `2 errors`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Returns the covered share in whole per cent: 100 only if all are covered, 0 only if none is. */
export function percent(covered: number, all: number): number | undefined {
  if (all === 0) return undefined;
  return covered === all ? 100 : covered === 0 ? 0 : Math.min(99, Math.max(1, Math.round((100 * covered) / all)));
}

/** Returns the headline of a report. */
export function headline({ summary, plan }: Pick<Report, "summary" | "plan">): string {
  const { covered, records, referencing, resources } = summary;
  if (plan) return `Plan ${plan.file}: ${referencing} of ${counted(resources, "resource")} refer to a record`;
  const share = percent(covered, records);
  const said = share === undefined ? "no records" : `${share} %`;
  return `Coverage ${said}: ${covered} of ${records} records are referred to by a deployed resource`;
}

/** Returns the result of a report without findings; `agrees` only if everything was compared and agrees. */
export function verdict(report: Pick<Report, "summary" | "refresh" | "plan" | "stacks" | "notes">): {
  readonly agrees: boolean;
  readonly text: string;
} {
  const { summary, refresh, plan, stacks } = report;
  const not = (text: string): { agrees: boolean; text: string } => ({ agrees: false, text });
  const { ignored } = summary;
  const nothing = emptyComparisonReason(summary, plan);
  if (nothing !== undefined) return not(nothing);
  const unchecked = uncheckedRules(report);
  const left = unchecked.length === 0 ? "" : `; not fully checked: ${unchecked.join(", ")}`;
  if (summary.baseline.known + ignored > 0)
    return not(`${plan ? "No new findings" : "No new drift"}: all differences are known or ignored${left}`);
  const outside = refresh?.resources.length ?? 0;
  if (left !== "") {
    const changed = outside > 0 ? `; ${counted(outside, "resource")} changed outside Pulumi` : "";
    return not(`${plan ? "No differences" : "No drift"} in the completed checks${left}${changed}`);
  }
  if (outside > 0)
    return not(`Every reference agrees with the inventory; ${counted(outside, "resource")} changed outside Pulumi`);
  const empty = stacks.filter(({ resources }) => resources === 0).length;
  const rest = empty === 0 ? "" : `; ${empty} of ${stacks.length} stacks ${empty === 1 ? "has" : "have"} no resources`;
  return {
    agrees: true,
    text: `${plan ? "Every" : "No drift: every"} reference agrees with the inventory${rest}`,
  };
}

/** Returns a suffix that names the sources of the rules. */
export function rulesInWords({ ruleSources }: Pick<Report, "ruleSources">): string {
  return ruleSources.length === 0 ? "" : ` · rules from ${ruleSources.join(", ")}`;
}

/** Returns rules that could not check everything. */
export function uncheckedRules({ notes }: Pick<Report, "notes">): RuleName[] {
  return ruleNames.filter((rule) => notes.some(({ unchecked }) => unchecked?.includes(rule)));
}

/** Returns the numbers of findings as text. */
export function findingsInWords({ findings, baseline: { known, fixed }, ignored }: Report["summary"]): string {
  const parts = [
    counted(findings.error, "error"),
    counted(findings.warning, "warning"),
    counted(findings.info, "info"),
    ...(known > 0 ? [`${known} known from the baseline`] : []),
    ...(fixed > 0 ? [`${fixed} fixed since the baseline`] : []),
    ...(ignored > 0 ? [`${ignored} ignored`] : []),
  ];
  return parts.join(", ");
}

const effects = {
  moved: "moved",
  "left-service": "left service",
  removed: "were removed",
  changed: "changed",
} as const;

/** Returns a text such as "3 of your resources refer to records that moved or left service since …". */
export function changesInWords(changes: NonNullable<Report["changes"]>): string {
  const { notComparable, from } = changes;
  if (notComparable.length === 0) return comparedInWords(changes, "Nothing");
  const which = notComparable.map((kind) => collections[kind]).join(", ");
  return `${comparedInWords(changes, "Nothing else")}; not compared: ${which} (missing in version ${from.number} of the mirror, or not readable now)`;
}

/** Returns a text about changes of the compared kinds. */
function comparedInWords({ records, from }: NonNullable<Report["changes"]>, nothing: string): string {
  const grave = records.filter(({ effect }) => effect !== "changed");
  const told = grave.length > 0 ? grave : records;
  const resources = new Set(told.flatMap((record) => record.resources)).size;
  if (resources === 0) return `${nothing} that your resources refer to changed in the CMDB since ${from.syncedAt}`;
  const words = Object.entries(effects).filter(([name]) => told.some(({ effect }) => effect === name));
  const how = words
    .map(([, word]) => word)
    .join(", ")
    .replace(/, ([^,]*)$/, " or $1");
  const verb = resources === 1 ? "resources refers" : "resources refer";
  return `${resources} of your ${verb} to records that ${how} since ${from.syncedAt}`;
}

/** Returns the change of a record as text. */
export function effectInWords({ effect, from, to, fields }: NonNullable<Report["changes"]>["records"][number]): string {
  if (effect === "removed") return "was removed from the CMDB";
  const change = from === undefined && to === undefined ? "" : ` (${from ?? "nothing"} → ${to ?? "nothing"})`;
  if (effect === "moved") return `moved${change}`;
  if (effect === "left-service") return `left service${change}`;
  return `changed: ${fields.join(", ")}`;
}
