import type { Document } from "yaml";
import { parseYaml } from "../../../policy/config/exact-yaml.js";
import {
  conventionalRules,
  parseRulesFile,
  type Reference,
  type RulesFile,
} from "../../../policy/rules/file/rules-file.js";
import { matchesWildcard } from "../../../provider/platform/wildcard.js";
import { DriftError } from "../../common/errors.js";
import { schemaComment } from "../../common/schema-line.js";
import { parseListDocument } from "../../common/yaml-list.js";
import { patternText } from "../report/pattern-text.js";
import type { Match, Pattern } from "../report/schema.js";

/** The name of the file in the folder of `--write`. */
export const rulesFileName = "cmdb.rules.yaml";

/** The rules file that a proposal extends. */
export interface BaseRules {
  readonly path: string;
  readonly rules: RulesFile;
  readonly text: string;
}

const header = " Rules for orange-cmdb and its policy pack. See https://github.com/orange-cmdb/pulumi-orange-cmdb.";

/** The text of the rules, and what it leaves to the user. */
export interface ExtendedRules {
  /** Undefined without an entry to add. */
  readonly text: string | undefined;
  /** One line for each entry of the file that compares in another way than its pattern. */
  readonly remarks: readonly string[];
}

/** An entry to add, with its comment. */
interface Addition {
  readonly entry: object;
  readonly comment?: string;
}

/**
 * Returns the text of the rules with an entry for each pattern; comments, order and entries of the file are kept.
 * @param base the file to extend. Default: a new file, with the tags by convention that apply without a file
 * @param tagged matches that a tag names
 * @throws DriftError if the file cannot be extended
 */
export function rulesText(
  base: BaseRules | undefined,
  patterns: readonly Pattern[],
  tagged: readonly Match[],
): ExtendedRules {
  const remarks = base === undefined ? [] : patterns.flatMap((pattern) => remarksOn(base, entryOf(pattern)));
  const added = additions(base?.rules, patterns, tagged);
  if (added.length === 0) return { text: undefined, remarks };
  const { document, list } = parseListDocument(base?.text, "references", `${schemaComment("rules")}\n${header}`);
  for (const { entry, comment } of added) {
    const node = document.createNode(entry);
    if (comment !== undefined) node.commentBefore = comment;
    list.items.push(node);
  }
  return { text: checked(document, base?.path ?? rulesFileName), remarks };
}

function additions(rules: RulesFile | undefined, patterns: readonly Pattern[], tagged: readonly Match[]): Addition[] {
  const byPattern = patterns
    .map((pattern) => ({ entry: entryOf(pattern), comment: ` ${patternText(pattern)}` }))
    .filter(({ entry }) => !rules?.references.some((known) => isSame(known, entry)));
  if (rules === undefined && byPattern.length === 0) return [];
  if (rules === undefined)
    return [
      ...byPattern,
      ...conventionalRules.references.map(({ types, kind }): Addition => ({ entry: { types, kind } })),
    ];
  const unread = new Map<Match["kind"], Set<string>>();
  for (const { kind, type } of tagged)
    if (!readsTags(rules, kind, type)) unread.set(kind, (unread.get(kind) ?? new Set()).add(type));
  const byTag = [...unread].map(([kind, types]): Addition => {
    return { entry: { types: [...types].sort(), kind }, comment: " Tags that orange-cmdb adopt proposes" };
  });
  return [...byPattern, ...byTag];
}

function readsTags({ references }: RulesFile, kind: Match["kind"], type: string): boolean {
  return references.some(
    (entry) =>
      entry.kind === kind &&
      entry.id === undefined &&
      entry.value === undefined &&
      entry.types.some((pattern) => matchesWildcard(pattern, type)),
  );
}

/** Returns the entry of the rules file; an exact id has its short form. */
export function entryOf({ types, kind, by, value, as, match }: Pattern): Entry {
  const isId = by === "id" && as === "equals";
  return {
    types,
    kind,
    ...(isId ? { id: value } : { by, value, ...(as === "equals" ? {} : { as }) }),
    ...(match.length === 0
      ? {}
      : {
          match: match.map(({ property, record, as: how }) => ({
            property,
            record,
            ...(how === "equals" ? {} : { as: how }),
          })),
        }),
  };
}

/** An entry of the rules file, without what has its default. */
export type Entry = Pick<Reference, "types" | "kind"> &
  Partial<Pick<Reference, "id" | "by" | "value" | "as">> & { readonly match?: readonly Comparison[] };
type Comparison = Pick<Reference["match"][number], "property" | "record">;

function isSame(known: Reference, entry: Entry): boolean {
  return (
    known.kind === entry.kind &&
    known.id === entry.id &&
    known.by === entry.by &&
    known.value === entry.value &&
    entry.types.every((type) => known.types.some((pattern) => matchesWildcard(pattern, type)))
  );
}

/** Returns a remark for each entry of the file that names records as a pattern does, but compares in another way. */
function remarksOn({ path, rules }: BaseRules, entry: Entry): string[] {
  return rules.references
    .filter((known) => isSame(known, entry))
    .flatMap((known) => {
      const { as, types, id, by = "id", value = id, match = [] } = entry;
      const lacking = match.filter(
        ({ property, record }) => !known.match.some((one) => one.property === property && one.record === record),
      );
      const now = [
        // Texts that are equal also agree by any other comparator.
        ...(as === undefined || as === known.as ? [] : [`as: ${as}`]),
        ...lacking.map(({ property, record }) => `match: ${property} = ${record}`),
      ];
      if (now.length === 0) return [];
      return [
        `kept the entry of ${path} for ${types.join(", ")} (${value} = ${by}): the states agree with ${now.join(", ")}; add it if you want it`,
      ];
    });
}

/** Returns the text of the document, which is a valid rules file. @throws DriftError */
function checked(document: Document, path: string): string {
  try {
    const text = document.toString({ lineWidth: 0 });
    parseRulesFile(parseYaml(text).value, path);
    return text;
  } catch (error) {
    throw new DriftError(
      `cannot add rules to ${path}: ${error instanceof Error ? error.message : String(error)}; correct the file, or write to an empty folder`,
    );
  }
}
