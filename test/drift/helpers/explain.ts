import { makeReport } from "../../../drift/evaluate/make";
import { everyFinding } from "../../../drift/evaluate/contradictions";
import { explain, type OnResource } from "../../../drift/explain/explain";
import type { Explanation } from "../../../drift/explain/explanation";
import type { Ignore } from "../../../drift/ignore/ignore-file";
import type { Baseline } from "../../../drift/report/baseline";
import type { Report, ReportFinding } from "../../../drift/report/schema";
import { fileSource } from "../../../drift/sources/source";
import type { ResourceContext } from "../../../policy/rules/core/types";
import { parseRulesFile } from "../../../policy/rules/file/rules-file";
import type { Mirror } from "../../../provider/inventory/mirror/mirror";

/** A report, and an explanation of each of its resources and of each URN of a finding. */
export interface Explained {
  readonly report: Report;
  readonly explanations: ReadonlyMap<string, Explanation>;
}

/** What is compared. */
interface Compared {
  readonly states: readonly string[];
  readonly rules: unknown;
  readonly ignore?: readonly Ignore[];
  readonly baseline?: Baseline;
}

/** Makes one report, and explains everything in it. */
export async function explainAll(
  inventory: Mirror,
  { states, rules: given, ignore = [], baseline }: Compared,
): Promise<Explained> {
  const rules = parseRulesFile(given, "the rules");
  const now = new Date();
  const contexts: ResourceContext[] = [];
  const sources = states.map(fileSource);
  const how = { generator: "test", now, failOn: "never" as const, ignore, ...(baseline ? { baseline } : {}) };
  const report = await makeReport({ sources, inventory, rules, onResource: (one) => void contexts.push(one) }, how);
  const replay = (onResource: OnResource): Report => {
    for (const context of contexts) onResource(context);
    return report;
  };
  const urns = new Set([
    ...contexts.map(({ resource }) => resource.urn),
    ...everyFinding(report).map(({ urn }) => urn),
  ]);
  const explanations = new Map<string, Explanation>();
  for (const urn of urns) explanations.set(urn, await explain(urn, replay, { rules, now, rulesSource: "rules.yaml" }));
  return { report, explanations };
}

const observed = ["attributes-match", "record-in-service", "location-consistent", "country-matches-region"];
const failing = ["differs", "incomparable"];

/** Returns where an explanation and the findings of its resource contradict each other. */
export function contradictionsOf({ report, explanations }: Explained): string[] {
  const all = everyFinding(report);
  return [...explanations.values()].flatMap((explanation) => {
    const { urn, references, checks, findings } = explanation;
    const wanted = all.filter(
      (finding) => finding.urn === urn || (finding.rule === "reference-unique" && finding.affects?.includes(urn)),
    );
    const shown = findings.map(({ finding }) => finding);
    const decided = (rule: string): ReportFinding[] => shown.filter((one) => one.rule === rule && !one.undecided);
    const differ = (what: string, one: boolean, other: boolean): string[] =>
      one === other ? [] : [`${urn}: ${what}: explained ${one}, found ${other}`];
    const names = (list: readonly ReportFinding[]): string => JSON.stringify(list.map((one) => one.fingerprint).sort());
    const missing = references.some(({ unresolved }) => unresolved.length > 0);
    const unmet = references.some((reference) => reference.unmet === true);
    return [
      ...differ("findings", names(shown) === names(wanted), true),
      ...observed.flatMap((rule) =>
        differ(
          rule,
          checks.some((check) => check.rule === rule && failing.includes(check.verdict)),
          decided(rule).length > 0,
        ),
      ),
      ...differ("record-exists", missing, decided("record-exists").length > 0),
      ...differ("reference-required", unmet, decided("reference-required").length > 0),
      ...differ(
        "undecided",
        checks.some(({ verdict }) => verdict === "undecided") ||
          references.some(({ valueIs }) => valueIs.endsWith("unknown")),
        shown.some(({ undecided, rule }) => undecided === true && rule !== "reference-unique"),
      ),
    ];
  });
}
