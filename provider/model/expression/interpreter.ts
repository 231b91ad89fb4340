import { TreeInterpreter, type compile } from "@jmespath-community/jmespath";
import { budget, textSteps } from "./budget.js";
import { functionNamed } from "./functions.js";

/** The tree of an expression, as the library parses it. */
export type Tree = ReturnType<typeof compile>;

/** Evaluates a node on a value. */
type Run = (value: unknown) => unknown;

/** An expression that can be evaluated. */
export interface Expression {
  readonly text: string;
  readonly tree: Tree;
  readonly run: Run;
  /** The nodes of the tree: the steps of an evaluation without those that it repeats. */
  readonly nodes: number;
}

type List = readonly unknown[];
type Variables = Readonly<Record<string, unknown>>;
type TreeOf<Type> = Extract<Tree, { readonly type: Type }>;

const noVariables: Variables = {};
let root: unknown;
let variables = noVariables;

/**
 * Compiles the nodes of a tree to functions that evaluate as the library does. A part that may run several times, such as the right
 * side of a projection, spends a step for each of its nodes each time.
 */
class Compiler {
  nodes = 0;

  /** Compiles a node that runs once for each element of a list. */
  #repeated(node: Tree): Run {
    const before = this.nodes;
    const run = this.compile(node);
    const steps = this.nodes - before;
    return (value) => {
      budget.spend(steps);
      return run(value);
    };
  }

  compile(node: Tree): Run {
    this.nodes += 1;
    switch (node.type) {
      case "Field":
        return field(node.name);
      case "Subexpression": {
        const [left, right] = [this.compile(node.left), this.compile(node.right)];
        return (value) => {
          const inner = left(value) ?? null;
          return inner === null ? null : (right(inner) ?? null);
        };
      }
      case "Literal":
        return () => node.value;
      case "Current":
      case "Identity":
        return (value) => value;
      case "Root":
        return () => root;
      case "IndexExpression":
      case "Pipe": {
        const [left, right] = [this.compile(node.left), this.compile(node.right)];
        return (value) => right(left(value));
      }
      case "Index":
        return index(node.value);
      case "Slice":
        return (value) => slice(node, value);
      case "Comparator":
        return comparison(node.name, this.compile(node.left), this.compile(node.right));
      case "AndExpression": {
        const [left, right] = [this.compile(node.left), this.compile(node.right)];
        return (value) => {
          const first = left(value);
          return isFalse(first) ? first : right(value);
        };
      }
      case "OrExpression": {
        const [left, right] = [this.compile(node.left), this.compile(node.right)];
        return (value) => {
          const first = left(value);
          return isFalse(first) ? right(value) : first;
        };
      }
      case "NotExpression": {
        const child = this.compile(node.child);
        return (value) => isFalse(child(value));
      }
      case "Ternary": {
        const condition = this.compile(node.condition);
        const [whenTrue, whenFalse] = [this.compile(node.trueExpr), this.compile(node.falseExpr)];
        return (value) => (isFalse(condition(value)) ? whenFalse(value) : whenTrue(value));
      }
      case "Projection": {
        const [left, right] = [this.compile(node.left), this.#repeated(node.right)];
        const isSlice = node.left.type === "IndexExpression" && node.left.right.type === "Slice";
        return (value) => {
          const base = left(value);
          if (isSlice && typeof base === "string") return right(base);
          return Array.isArray(base) ? project(base, right) : null;
        };
      }
      case "ValueProjection": {
        const [left, right] = [this.compile(node.left), this.#repeated(node.right)];
        return (value) => {
          const base = left(value);
          return isObject(base) ? project(Object.values(base), right) : null;
        };
      }
      case "FilterProjection": {
        const [left, right] = [this.compile(node.left), this.#repeated(node.right)];
        const condition = this.#repeated(node.condition);
        return (value) => {
          const base = left(value);
          return Array.isArray(base) ? project(base, right, condition) : null;
        };
      }
      case "Flatten": {
        const child = this.compile(node.child);
        return (value) => flatten(child(value));
      }
      case "MultiSelectList":
        return this.#all(node.children);
      case "MultiSelectHash": {
        const members = node.children.map((child) => [child.name, this.compile(child.value)] as const);
        return (value) => {
          const collected: Record<string, unknown> = {};
          for (const [name, run] of members) collected[name] = run(value);
          return collected;
        };
      }
      case "Function": {
        const [call, values] = [functionNamed(node.name), this.#all(node.children)];
        return (value) => call(values(value));
      }
      case "ExpressionReference": {
        const reference = { expref: true, run: this.#repeated(node.child) };
        return () => reference;
      }
      case "LetExpression":
        return this.#let(node);
      case "Variable":
        return () => {
          if (!Object.hasOwn(variables, node.name))
            throw new Error(`Error referencing undefined variable ${node.name}`);
          return variables[node.name];
        };
      case "Arithmetic": {
        const [left, right] = [this.compile(node.left), this.compile(node.right)];
        return (value) =>
          TreeInterpreter.visit({ ...node, left: literal(left(value)), right: literal(right(value)) }, null);
      }
      case "Unary": {
        const operand = this.compile(node.operand);
        return (value) => TreeInterpreter.visit({ ...node, operand: literal(operand(value)) }, null);
      }
      case "Binding":
        throw new Error("= is valid only in let");
    }
  }

  #all(nodes: readonly Tree[]): (value: unknown) => unknown[] {
    const runs = nodes.map((node) => this.compile(node));
    return (value) => {
      const values: unknown[] = [];
      for (const run of runs) values.push(run(value));
      return values;
    };
  }

  #let({ bindings, expression }: TreeOf<"LetExpression">): Run {
    // The parser accepts any expression as a binding.
    if (bindings.some(({ type }) => type !== "Binding"))
      throw new Error("let has no variable: write let $name = value in");
    const bound = bindings.map(({ variable, reference }) => [variable, this.compile(reference)] as const);
    const inner = this.compile(expression);
    return (value) => {
      const outer = variables;
      budget.spend(4 * (Object.keys(outer).length + bound.length));
      const added = bound.map(([variable, run]) => [variable, run(value)] as const);
      variables = { ...outer, ...Object.fromEntries(added) };
      try {
        return inner(value);
      } finally {
        variables = outer;
      }
    };
  }
}

function field(name: string): Run {
  return (value) => {
    if (!isObject(value)) return null;
    const found = value[name] ?? null;
    // Inherited properties are functions and the prototype, not data.
    return typeof found === "function" || found === Object.prototype ? null : found;
  };
}

function index(written: number): Run {
  return (value) => {
    if (!Array.isArray(value)) return null;
    const list = value as List;
    return list[written < 0 ? list.length + written : written] ?? null;
  };
}

function comparison(operator: string, left: Run, right: Run): Run {
  const isNegated = operator === "NE";
  if (isNegated || operator === "EQ") return (value) => isEqual(left(value), right(value)) !== isNegated;
  return (value) => {
    const [first, second] = [left(value), right(value)];
    if (typeof first !== "number" || typeof second !== "number") return null;
    if (operator === "GT") return first > second;
    if (operator === "GTE") return first >= second;
    return operator === "LT" ? first < second : first <= second;
  };
}

function project(list: List, right: Run, condition?: Run): unknown[] {
  const collected: unknown[] = [];
  for (const entry of list) {
    if (condition !== undefined && isFalse(condition(entry))) continue;
    const projected = right(entry);
    if (projected !== null) collected.push(projected);
  }
  return collected;
}

function flatten(list: unknown): unknown {
  if (!Array.isArray(list)) return null;
  const flat: unknown[] = [];
  for (const entry of list as List) {
    if (!Array.isArray(entry)) {
      flat.push(entry);
      continue;
    }
    budget.spend(entry.length);
    for (const inner of entry as List) flat.push(inner);
  }
  return flat;
}

function slice(node: TreeOf<"Slice">, value: unknown): unknown {
  if (!Array.isArray(value) && typeof value !== "string") return null;
  budget.spend(value.length);
  const { start, stop, step } = TreeInterpreter.computeSliceParams(value.length, node);
  if (typeof value === "string") return TreeInterpreter.slice([...value], start, stop, step).join("");
  return TreeInterpreter.slice(value, start, stop, step);
}

/** Returns whether a value is false in JMESPath: false, null and everything empty. */
function isFalse(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === "") return true;
  if (typeof value !== "object") return false;
  if (Array.isArray(value)) return value.length === 0;
  const { length } = Object.keys(value);
  budget.spend(length);
  return length === 0;
}

function isEqual(left: unknown, right: unknown): boolean {
  if (typeof left === "string" && typeof right === "string") {
    if (left.length === right.length) budget.spend(textSteps(left));
    return left === right;
  }
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return false;
    budget.spend(left.length);
    return left.every((entry, place) => isEqual(entry, right[place]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const entries = Object.entries(left);
  const { length } = Object.keys(right);
  budget.spend(entries.length + length);
  if (entries.length !== length) return false;
  return entries.every(([key, entry]) => Object.hasOwn(right, key) && isEqual(entry, right[key]));
}

function literal(value: unknown): TreeOf<"Literal"> {
  return { type: "Literal", value: value as never };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Compiles an expression from its tree. @param text its text in messages */
export function expressionOf(text: string, tree: Tree): Expression {
  const compiler = new Compiler();
  const run = compiler.compile(tree);
  return { text, tree, run, nodes: compiler.nodes };
}

/**
 * Evaluates an expression within its budget: 1,000,000 steps, and a result of at most 100,000 values and 1,000,000 characters.
 * The budget counts steps instead of time, so that it is the same on every machine.
 * @throws ExpressionCostError if the budget is exceeded
 * @throws Error if the data has the wrong type for a function of the expression
 */
export function evaluate({ text, run, nodes }: Expression, data: unknown): unknown {
  budget.begin(text);
  root = data;
  variables = noVariables;
  budget.spend(nodes);
  const result = run(data);
  budget.end(result);
  return result;
}
