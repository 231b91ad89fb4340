import { kinds } from "../../provider/model/records.js";
import type { FirstCase } from "./first-cases.js";
import { flowMap, scalar } from "../formats/text/yaml-text.js";

/** Returns a commented test file. Its records are samples. */
export function testsText(
  cases: readonly FirstCase[],
  { schema, rulesFile }: { readonly schema: string; readonly rulesFile: string },
): string {
  const records = new Map<string, Set<string>>();
  for (const { trial } of cases)
    for (const kind of kinds)
      for (const record of trial.records[kind] ?? [])
        records.set(kind, (records.get(kind) ?? new Set()).add(flowMap(record)));
  return [
    `#${schema}`,
    "# Cases of the rules: resources, records, and the findings that they must give. Run them with orange-cmdb rules test.",
    `rules: ${scalar(`./${rulesFile}`)}`,
    "# Samples, as the API sends records.",
    "records:",
    ...[...records].flatMap(([kind, texts]) => [`  ${kind}:`, ...[...texts].map((text) => `    - ${text}`)]),
    "cases:",
    ...cases.flatMap(caseLines),
    "",
  ].join("\n");
}

function caseLines({ name, trial: { resource }, expect }: FirstCase): string[] {
  const { type, name: resourceName, properties } = resource;
  return [
    `  - name: ${scalar(name)}`,
    "    resource:",
    `      type: ${scalar(type)}`,
    `      name: ${scalar(resourceName)}`,
    `      properties: ${flowMap(properties)}`,
    ...(expect.length === 0
      ? ["    expect: none"]
      : ["    expect:", ...expect.map((one) => `      - ${flowMap(one)}`)]),
  ];
}
