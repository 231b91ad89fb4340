import { compile } from "@jmespath-community/jmespath";
import { parseExactly } from "../../platform/exact-json.js";
import { expressionOf, type Expression } from "./interpreter.js";
import { checkLimits } from "./limits.js";

/** The members of a tree node that this file reads. */
interface Node {
  readonly type?: unknown;
  readonly name?: unknown;
  readonly left?: Node;
  readonly right?: Node;
  readonly child?: Node;
  readonly condition?: Node;
  readonly children?: readonly Node[];
  readonly bindings?: readonly { readonly reference: Node }[];
}

/**
 * Compiles a JMESPath. Rejects mistakes that the library accepts with another meaning.
 * @throws Error with the mistake
 */
export function compileJmespath(text: string): Expression {
  checkLimits(text);
  const tree = compile(text.replace(quoted, withDigits));
  if (!ends(text)) throw new Error("a string is not closed: add the missing quote");
  if (binds(tree)) throw new Error("= is not a comparison: write ==");
  return expressionOf(text, tree);
}

/** Matches quoted texts, in which other quotes do not count. */
const quoted = /'(?:[^'\\]|\\['\\]|\\(?!['\\]))*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\`|\\(?!`))*`/gs;

/** Parses a literal so that numbers keep every digit. Records have such numbers as strings. */
function withDigits(token: string): string {
  if (!token.startsWith("`") || !/\d{16}/.test(token)) return token;
  try {
    const value = parseExactly(token.slice(1, -1).replaceAll("\\`", "`"));
    return `\`${JSON.stringify(value).replaceAll("`", "\\u0060")}\``;
  } catch {
    // The library reports the error.
    return token;
  }
}

function ends(text: string): boolean {
  return !/['"`]/.test(text.replace(quoted, ""));
}

/** Returns whether the tree has a binding outside `let … in`. It returns the bound value, which is nearly always true. */
function binds(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  const { type, bindings, ...rest } = node as Node;
  if (type === "Literal") return false;
  if (type === "Binding") return true;
  return (bindings ?? []).some(({ reference }) => binds(reference)) || Object.values(rest).some(binds);
}

/** Returns the fields of the data that an expression reads, each by its names. Fields of a projection's results are left out. */
export function fieldsNamed({ tree }: Expression): readonly (readonly string[])[] {
  return pathsIn(tree as unknown as Node);
}

function pathsIn(node: Node | undefined): readonly (readonly string[])[] {
  if (!node) return [];
  const { type, name, left, right, child, condition, children = [] } = node;
  switch (type) {
    case "Field":
      return [[String(name)]];
    case "Subexpression": {
      const inner = pathsIn(left);
      const [only, ...more] = inner;
      const isPath = only !== undefined && more.length === 0 && isNames(left) && right?.type === "Field";
      return isPath ? [[...only, String(right.name)]] : inner;
    }
    case "Function":
      return children.flatMap(pathsIn);
    case "Comparator":
    case "AndExpression":
    case "OrExpression":
    case "Arithmetic":
      return [...pathsIn(left), ...pathsIn(right)];
    case "NotExpression":
    case "Flatten":
      return pathsIn(child);
    case "Ternary":
      return pathsIn(condition);
    case "Pipe":
    case "Projection":
    case "FilterProjection":
    case "ValueProjection":
    case "IndexExpression":
      return pathsIn(left);
    default:
      return [];
  }
}

function isNames(node: Node | undefined): boolean {
  return node?.type === "Field" || (node?.type === "Subexpression" && isNames(node.left) && isNames(node.right));
}
