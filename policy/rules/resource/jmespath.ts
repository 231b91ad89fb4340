import { ExpressionCostError } from "../../../provider/model/expression/cost-error.js";
import { evaluate, expressionOf, type Expression, type Tree } from "../../../provider/model/expression/interpreter.js";
import { compileJmespath } from "../../../provider/model/expression/jmespath.js";

/** Returns whether the expression itself is wrong, and not only unsuitable for the data. */
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

/** Runs each function call alone, because some calls are reached only with certain data. */
function mistakeInCalls(node: unknown): string | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  const { type, name, children } = node as { type?: unknown; name?: unknown; children?: unknown };
  // The value of a literal can look like a call.
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

/** Returns what is wrong with a text as JMESPath, including mistakes that appear only when it runs. */
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
