import type { Comparator } from "../../policy/rules/compare/index.js";
import type { KeyComparator } from "../../provider/model/keys/index.js";
import { kinds, type Kind } from "../../provider/model/records.js";
import { patternText } from "../adopt/report/pattern-text.js";
import type { Pattern } from "../adopt/report/schema.js";
import { entryOf } from "../adopt/write/rules.js";
import { counted } from "../formats/text/text.js";
import { bestAgreements, bestPlace, type IdPlace, type SurveyedType } from "./survey.js";

/** One comparison of an entry. */
export interface Comparison {
  readonly property: string;
  readonly record: string;
  readonly as?: Comparator;
}

/** An entry of `references` to write, with comments. */
export interface Entry {
  readonly types: readonly string[];
  readonly kind: Kind;
  readonly id?: string | undefined;
  readonly by?: string | undefined;
  readonly value?: string | undefined;
  readonly as?: KeyComparator | undefined;
  readonly match: readonly Comparison[];
  /** Comparisons that do not hold for all resources, each with the reason. */
  readonly inactive: readonly { readonly comparison: Comparison; readonly why: string }[];
  readonly comments: readonly string[];
}

/** Returns whether an entry is about the tags by convention of all types. */
export const isConventional = ({ types }: Entry): boolean => types.join() === "*";

/** Entries to write, and the types that no entry but the convention has. */
export interface References {
  readonly entries: readonly Entry[];
  readonly other: readonly { readonly type: string; readonly resources: number }[];
}

/**
 * Returns an entry for each way in which the resources of types name records: patterns of `adopt`, tags by convention, other
 * properties with ids, and at the end the convention for all other types.
 */
export function referencesOf(
  types: readonly (readonly [string, SurveyedType])[],
  patterns: readonly Pattern[],
  held: readonly Kind[],
): References {
  const found = new Set<string>();
  const byPattern = patterns.map((pattern): Entry => {
    for (const type of pattern.types) found.add(`${pattern.kind} ${type}`);
    const entry = entryOf(pattern);
    return { ...entry, match: comparisonsOf(pattern), inactive: [], comments: [patternText(pattern)] };
  });
  const groups = new Map<string, Entry>();
  for (const kind of kinds)
    for (const [type, surveyed] of types) {
      const place = found.has(`${kind} ${type}`) ? undefined : bestPlace(surveyed, kind);
      if (place === undefined) continue;
      found.add(`${kind} ${type}`);
      addTo(groups, entryAt(type, place, surveyed));
    }
  const conventional = held.map((kind, index): Entry => {
    const comments = index === 0 ? ["Tags by convention of all other types, such as cmdb:location"] : [];
    return { types: ["*"], kind, match: [], inactive: [], comments };
  });
  const named = new Set([...found].map((key) => key.slice(key.indexOf(" ") + 1)));
  return {
    entries: [...byPattern, ...groups.values(), ...conventional],
    other: types.flatMap(([type, { resources }]) => (named.has(type) ? [] : [{ type, resources }])),
  };
}

const comparisonsOf = ({ match }: Pattern): Comparison[] =>
  match.map(({ property, record, as }) => ({ property, record, ...(as === "equals" ? {} : { as }) }));

function entryAt(type: string, place: IdPlace, { resources }: SurveyedType): Entry {
  const { kind, node, found } = place;
  const where = node === undefined ? "a tag by convention" : node.path;
  const all = bestAgreements(place).map(({ node: { path }, record, as, resources: agreeing }) => ({
    comparison: { property: path, record, ...(as === "equals" ? {} : { as }) },
    agreeing,
  }));
  return {
    types: [type],
    kind,
    ...(node === undefined ? {} : { id: node.path }),
    match: all.filter(({ agreeing }) => agreeing === found).map(({ comparison }) => comparison),
    inactive: all
      .filter(({ agreeing }) => agreeing < found)
      .map(({ comparison, agreeing }) => ({ comparison, why: `agrees for ${agreeing} of ${found}` })),
    comments: [
      `${type}: ${found} of ${counted(resources, "resource")} ${resources === 1 ? "names" : "name"} a ${kind} by ${where}`,
    ],
  };
}

/** Adds the type to an entry that is the same apart from types and comments. */
function addTo(groups: Map<string, Entry>, entry: Entry): void {
  const { types, comments, ...rest } = entry;
  const key = JSON.stringify(rest);
  const same = groups.get(key);
  groups.set(
    key,
    same ? { ...same, types: [...same.types, ...types], comments: [...same.comments, ...comments] } : entry,
  );
}
