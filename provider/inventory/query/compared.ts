import { compileJmespath } from "../../model/expression/jmespath.js";
import { isNamedField } from "../../model/records.js";

/** A comparison of a field with a text. */
export interface ComparedText {
  /** A named field, `id`, or a dotted path that begins with `attributes`. */
  readonly name: string;
  readonly text: string;
}

/** The members of a tree node that this file reads. */
interface Node {
  readonly type?: unknown;
  readonly name?: unknown;
  readonly value?: unknown;
  readonly left?: Node;
  readonly right?: Node;
}

/** Returns the comparisons `field == 'text'` that must hold for a record: at the top of an expression, and in what `&&` joins there. */
export function comparedTexts(where: string): ComparedText[] {
  return comparisonsIn(compileJmespath(where).tree as unknown as Node);
}

function comparisonsIn({ type, name, left, right }: Node): ComparedText[] {
  if (!left || !right) return [];
  if (type === "AndExpression") return [...comparisonsIn(left), ...comparisonsIn(right)];
  if (type !== "Comparator" || name !== "EQ") return [];
  const [field, literal] = left.type === "Literal" ? [right, left] : [left, right];
  const path = pathOf(field);
  if (path === undefined || literal.type !== "Literal" || typeof literal.value !== "string") return [];
  const [top = ""] = path;
  const isField =
    (path.length === 1 && (top === "id" || isNamedField(top))) || (path.length > 1 && top === "attributes");
  return isField ? [{ name: path.join("."), text: literal.value }] : [];
}

/** Returns the names of `a.b.c`; undefined for any other expression, and if a name contains a dot. */
function pathOf({ type, name, left, right }: Node): readonly string[] | undefined {
  if (type === "Field") return String(name).includes(".") ? undefined : [String(name)];
  if (type !== "Subexpression" || !left || !right) return undefined;
  const [before, last] = [pathOf(left), right.type === "Field" ? pathOf(right) : undefined];
  return before && last ? [...before, ...last] : undefined;
}
