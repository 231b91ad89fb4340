import { collections, kinds, type Kind } from "../../provider/model/records.js";
import { counted } from "../formats/text/text.js";
import type { InventoryFacts, KindFacts } from "../rules-schema/inventory-facts.js";
import { isConventional, type Comparison, type Entry, type References } from "./references.js";
import { comment, flowList, flowMap, scalar } from "../formats/text/yaml-text.js";

/** What the header of a rules file names. */
export interface Origin {
  /** The comment by which an editor finds the schema. */
  readonly schema: string;
  readonly day: string;
  readonly stacks: number;
  readonly resources: number;
}

/** Maximum number of types and of statuses in comments. */
const MAX_LISTED = 20;

/** Maximum number of fields of a kind in comments. */
const MAX_FIELDS = 80;

/** Returns a commented rules file. */
export function rulesText({ entries, other }: References, facts: InventoryFacts, origin: Origin): string {
  const records = kindsIn(facts).reduce((total, [, { ids }]) => total + ids.length, 0);
  const { schema, day, stacks, resources } = origin;
  const sections = [
    [
      `#${schema}`,
      "# Rules for orange-cmdb and its policy pack: how resources refer to records, and what must agree.",
      comment(
        `orange-cmdb rules init wrote this file on ${day} from ${counted(resources, "resource")} in ${counted(stacks, "stack")} and ${counted(records, "record")}.`,
      ),
      "# Remove the # of a line to use it. docs/reference/rules-file.md of the package has every key.",
      "",
      "references:",
      ...entries.flatMap(entryLines),
    ],
    stacks === 0 ? noStates : typeLines(other),
    ...optionLines(facts),
    ...kindsIn(facts).map(fieldLines),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

const kindsIn = (facts: InventoryFacts): [Kind, KindFacts][] =>
  kinds.flatMap((kind): [Kind, KindFacts][] => (facts[kind] === undefined ? [] : [[kind, facts[kind]]]));

function entryLines(entry: Entry): string[] {
  const { types, kind, id, by, value, as, match, inactive, comments } = entry;
  if (isConventional(entry))
    return [...comments.map((text) => comment(text, "  ")), `  - { types: ["*"], kind: ${kind} }`];
  const keys = Object.entries({ kind, id, by, value, as }).filter(([, text]) => text !== undefined);
  const hidden = inactive.map(({ comparison, why }) => `      # - ${flowComparison(comparison)} # ${why}`);
  return [
    ...comments.map((text) => comment(text, "  ")),
    `  - types: ${flowList(types)}`,
    ...keys.map(([key, text]) => `    ${key}: ${scalar(text ?? "")}`),
    "    # required: true # each of them must name a record",
    ...(match.length > 0 ? ["    match:"] : hidden.length > 0 ? ["    # match:"] : []),
    ...match.map((comparison) => `      - ${flowComparison(comparison)}`),
    ...hidden,
  ];
}

const flowComparison = ({ property, record, as }: Comparison): string => flowMap({ property, record, as });

const noStates = [
  "# No state was given. With --state, --stack, --all-stacks, --from or --plan, rules init writes an entry for each type",
  "# whose resources name records.",
];

function typeLines(other: References["other"]): string[] {
  if (other.length === 0) return [];
  const shown = other.slice(0, MAX_LISTED);
  return [
    "# Types without an entry of their own, and the number of their resources:",
    ...shown.map(({ type, resources }) => comment(`  ${type} (${resources})`)),
    ...(other.length > shown.length ? [`#   and ${other.length - shown.length} more`] : []),
  ];
}

/** Returns the sections of keys that are not set, with the values of the inventory. */
function optionLines(facts: InventoryFacts): string[][] {
  const statuses = kindsIn(facts).filter(([, { statuses: found }]) => found.size > 0);
  return [
    statuses.length === 0
      ? []
      : [
          "# Only records with one of these statuses are in service. The inventory has these, the most frequent first:",
          "# inService:",
          ...statuses.map(
            ([kind, { statuses: found }]) => `#   ${kind}: ${flowList([...found.keys()].slice(0, MAX_LISTED))}`,
          ),
        ],
    [
      "# At most this many resources can refer to one record:",
      "# unique: { configurationItem: 1 }",
      "# At least one resource must refer to each of these records:",
      "# cover:",
      "#   - { kind: configurationItem, where: \"category == 'WAN_DEVICE'\" }",
      "# The region of a resource must lie in the country of its location:",
      "# residency: { countryFrom: location }",
      "# The severity error makes a rule mandatory in a preview:",
      "# severity: { attributes-match: error }",
    ],
  ];
}

function fieldLines([kind, { ids, named, attributes }]: [Kind, KindFacts]): string[] {
  const all = [...named, ...attributes.map((path) => `attributes.${path}`)];
  const shown = all.slice(0, MAX_FIELDS);
  if (shown.length === 0) return [];
  const more = all.length > shown.length ? [`#   and ${all.length - shown.length} more: orange-cmdb rules schema`] : [];
  return [
    `# Fields of ${collections[kind]} (${counted(ids.length, "record")}), for by and record:`,
    ...wrapped(shown).map((line) => comment(`  ${line}`)),
    ...more,
  ];
}

/** Joins texts with commas to lines of at most about 110 characters. */
function wrapped(texts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last === undefined || last.length + text.length > 108) lines.push(text);
    else lines[lines.length - 1] = `${last}, ${text}`;
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line},` : line));
}
