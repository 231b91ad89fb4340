import { compile } from "@jmespath-community/jmespath";
import { parseExactly } from "./exact-json.js";
import { expressionOf, type Expression } from "./expression/interpreter.js";
import { checkLimits } from "./expression/limits.js";

/** A node of an expression's tree, as far as it matters here. */
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
 * Compiles a JMESPath, and refuses what the library lets pass and means something else than it says.
 * @throws Error that says what is wrong
 */
export function compileJmespath(text: string): Expression {
  checkLimits(text);
  const tree = compile(text.replace(quoted, withDigits));
  if (!ends(text)) throw new Error("a text in it has no end: its quote is missing");
  if (binds(tree)) throw new Error("= compares nothing: write ==");
  return expressionOf(text, tree);
}

/** What may stand between quotes: the other quotes do not count there. */
const quoted = /'(?:[^'\\]|\\['\\]|\\(?!['\\]))*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\`|\\(?!`))*`/gs;

/** A literal whose numbers keep every digit: records hold such numbers as texts. */
function withDigits(token: string): string {
  if (!token.startsWith("`") || !/\d{16}/.test(token)) return token;
  try {
    const value = parseExactly(token.slice(1, -1).replaceAll("\\`", "`"));
    return `\`${JSON.stringify(value).replaceAll("`", "\\u0060")}\``;
  } catch {
    // The library says what is wrong with it.
    return token;
  }
}

function ends(text: string): boolean {
  return !/['"`]/.test(text.replace(quoted, ""));
}

/** A binding has its place in `let … in`; alone it gives what it binds, which is nearly always true. */
function binds(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  const { type, bindings, ...rest } = node as Node;
  if (type === "Literal") return false;
  if (type === "Binding") return true;
  return (bindings ?? []).some(({ reference }) => binds(reference)) || Object.values(rest).some(binds);
}

/** The fields of the data itself that an expression looks at, each by its names; those of what a projection gives are not. */
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
