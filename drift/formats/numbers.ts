import { collections } from "../../provider/inventory/records.js";
import { ruleNames, type RuleName } from "../../policy/rules/rules-file.js";
import { nothingCompared } from "../report/compared.js";
import type { Report } from "../report/schema.js";

/** `1 error`, `2 errors`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The share that is covered, in whole per cent: 100 only where nothing is uncovered, 0 only where nothing is covered. */
export function percent(covered: number, all: number): number | undefined {
  if (all === 0) return undefined;
  return covered === all ? 100 : covered === 0 ? 0 : Math.min(99, Math.max(1, Math.round((100 * covered) / all)));
}

/** The headline of a report. */
export function headline({ summary, plan }: Pick<Report, "summary" | "plan">): string {
  const { covered, records, referencing, resources } = summary;
  if (plan) return `Plan ${plan.file}: ${referencing} of ${counted(resources, "resource")} refer to a record`;
  const share = percent(covered, records);
  const said = share === undefined ? "no records" : `${share} %`;
  return `Coverage ${said}: ${covered} of ${records} records are referred to by a deployed resource`;
}

/** What the report comes to where it shows no finding; `agrees` only where everything was compared and agrees. */
export function verdict(report: Pick<Report, "summary" | "refresh" | "plan" | "stacks" | "notes">): {
  readonly agrees: boolean;
  readonly text: string;
} {
  const { summary, refresh, plan, stacks } = report;
  const not = (text: string): { agrees: boolean; text: string } => ({ agrees: false, text });
  const { known, ignored } = summary;
  const nothing = nothingCompared(summary, plan);
  if (nothing !== undefined) return not(nothing);
  const unchecked = uncheckedRules(report);
  const left = unchecked.length === 0 ? "" : `; not, or not wholly, checked: ${unchecked.join(", ")}`;
  if (known + ignored > 0)
    return not(`${plan ? "Nothing new" : "No new drift"}: what differs is known or ignored${left}`);
  const outside = refresh?.resources.length ?? 0;
  if (left !== "") {
    const changed = outside > 0 ? `; ${counted(outside, "resource")} changed outside Pulumi` : "";
    return not(`${plan ? "Nothing differs" : "No drift"} in what was checked${left}${changed}`);
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

/** Where the rules come from, after what is said before. */
export function rulesInWords({ rulesFrom }: Pick<Report, "rulesFrom">): string {
  return rulesFrom.length === 0 ? "" : ` · rules from ${rulesFrom.join(", ")}`;
}

/** Rules that may have had to find something that they could not. */
export function uncheckedRules({ notes }: Pick<Report, "notes">): RuleName[] {
  return ruleNames.filter((rule) => notes.some(({ unchecked }) => unchecked?.includes(rule)));
}

/** The findings in words. */
export function findingsInWords({ findings, known, fixed, ignored }: Report["summary"]): string {
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
  removed: "are gone",
  changed: "changed",
} as const;

/** "3 of your resources sit on records that moved or left service since …". */
export function changesInWords(changes: NonNullable<Report["changes"]>): string {
  const { uncompared, from } = changes;
  if (uncompared.length === 0) return comparedInWords(changes, "Nothing");
  const which = uncompared.map((kind) => collections[kind]).join(", ");
  return `${comparedInWords(changes, "Nothing else")}; not compared: ${which}, which version ${from.number} of the mirror does not hold, or which are refused now`;
}

/** What of the kinds that could be compared changed. */
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
  const verb = resources === 1 ? "resource sits" : "resources sit";
  return `${resources} of your ${verb} on records that ${how} since ${from.syncedAt}`;
}

/** What happened to a record, in words. */
export function effectInWords({ effect, from, to, fields }: NonNullable<Report["changes"]>["records"][number]): string {
  if (effect === "removed") return "is gone from the CMDB";
  const change = from === undefined && to === undefined ? "" : ` (${from ?? "nothing"} → ${to ?? "nothing"})`;
  if (effect === "moved") return `moved${change}`;
  if (effect === "left-service") return `left service${change}`;
  return `changed: ${fields.join(", ")}`;
}
