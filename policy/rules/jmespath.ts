import { TreeInterpreter } from "@jmespath-community/jmespath";
import { compileJmespath, type Expression as Ast } from "../../provider/inventory/jmespath.js";

/** Is it the expression that cannot run, and not the data that does not fit it? */
export function isMistake(error: unknown): boolean {
  return (
    error instanceof Error && /^(?:Unknown function|Invalid arity|Error referencing undefined)/.test(error.message)
  );
}

function mistakeOfRun(expression: Ast): string | undefined {
  try {
    TreeInterpreter.search(expression, {});
  } catch (error) {
    if (isMistake(error)) return (error as Error).message;
  }
  return undefined;
}

/** Run alone: within its expression a function may be reached by some data only. */
function mistakeInCalls(node: unknown): string | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  const { type, name, children } = node as { type?: unknown; name?: unknown; children?: unknown };
  // What a literal says is no call.
  if (type === "Literal") return undefined;
  if (type === "Function" && Array.isArray(children)) {
    const call = { type, name, children: children.map(() => ({ type: "Current" })) };
    const mistake = mistakeOfRun(call as Ast);
    if (mistake !== undefined) return mistake;
  }
  for (const inner of Object.values(node)) {
    const mistake = mistakeInCalls(inner);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

/** How many times larger than what it is given each function, used again and again, makes it. */
const growing: Readonly<Record<string, number>> = {
  zip: 2,
  items: 2,
  map: 10,
  join: 10,
  split: 10,
  replace: 10,
  pad_left: 10,
  pad_right: 10,
};
const largestGrowth = 10_000;
const longest = 2_000;

/** How much larger than its data an expression's result may become: each part multiplies what the part before it has made. */
function growthOf(node: unknown): number {
  if (typeof node !== "object" || node === null) return 1;
  const { type, name, children } = node as { type?: unknown; name?: unknown; children?: unknown };
  if (type === "Literal") return 1;
  const size = Array.isArray(children) ? Math.max(1, children.length) : 1;
  const own = type === "MultiSelectList" || type === "MultiSelectHash" ? size : 1;
  const called = type === "Function" && Object.hasOwn(growing, String(name)) ? (growing[String(name)] ?? 1) : 1;
  return Object.values(node).reduce<number>((growth, inner) => growth * growthOf(inner), own * called);
}

/** What is wrong with a text as JMESPath, also where only running it would tell. */
export function mistakeInJmespath(text: string): string | undefined {
  if (text.length > longest) return `is longer than ${longest} characters`;
  let expression: Ast;
  try {
    expression = compileJmespath(text);
  } catch (error) {
    return `is not JMESPath: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (growthOf(expression) > largestGrowth)
    return "may take any time and memory: it multiplies what it is given too often";
  const mistake = mistakeInCalls(expression) ?? mistakeOfRun(expression);
  return mistake && `cannot run: ${mistake}`;
}
