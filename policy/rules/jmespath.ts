import { ExpressionCostError } from "../../provider/inventory/expression/cost-error.js";
import { evaluate, expressionOf, type Expression, type Tree } from "../../provider/inventory/expression/interpreter.js";
import { compileJmespath } from "../../provider/inventory/jmespath.js";

/** Is it the expression that cannot run, and not the data that does not fit it? */
export function isMistake(error: unknown): boolean {
  return (
    error instanceof Error && /^(?:Unknown function|Invalid arity|Error referencing undefined)/.test(error.message)
  );
}

function mistakeOfRun(expression: Expression): string | undefined {
  try {
    evaluate(expression, {});
  } catch (error) {
    if (error instanceof ExpressionCostError) return error.reason;
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
    const mistake = mistakeOfRun(expressionOf(String(name), call as Tree));
    if (mistake !== undefined) return mistake;
  }
  for (const inner of Object.values(node)) {
    const mistake = mistakeInCalls(inner);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

/** What is wrong with a text as JMESPath, also where only running it would tell. */
export function mistakeInJmespath(text: string): string | undefined {
  let expression: Expression;
  try {
    expression = compileJmespath(text);
  } catch (error) {
    return `is not JMESPath: ${error instanceof Error ? error.message : String(error)}`;
  }
  const mistake = mistakeInCalls(expression.tree) ?? mistakeOfRun(expression);
  return mistake && `cannot run: ${mistake}`;
}
