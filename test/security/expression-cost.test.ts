import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { mistakeInJmespath } from "../../policy/rules/resource/jmespath";
import { ExpressionCostError } from "../../provider/model/expression/cost-error";
import { evaluate } from "../../provider/model/expression/interpreter";
import { compileJmespath } from "../../provider/model/expression/jmespath";
import { costly, data } from "../helpers/costly-expressions";
import { peakMemory } from "../helpers/peak-memory";

// The budget counts steps and characters, so these tests measure no time.
describe("the budget of an expression", () => {
  test.each(costly)("stops %s", (_name, expression) => {
    const compiled = compileJmespath(expression);
    expect(() => evaluate(compiled, data)).toThrow(ExpressionCostError);
  });

  test("keeps all of these within 100 MB of heap and 200 MB of memory", () => {
    const built = (name: string): string => resolve(__dirname, "../../dist/provider/model/expression", name);
    const program = `
      const { evaluate } = require(${JSON.stringify(built("interpreter.js"))});
      const { compileJmespath } = require(${JSON.stringify(built("jmespath.js"))});
      const { expressions, data } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
      const before = ${peakMemory};
      const names = expressions.map((text) => {
        try { evaluate(compileJmespath(text), data); } catch (error) { return error.name; }
      });
      console.log(JSON.stringify({ names, megabytes: (${peakMemory} - before) / 1024 }));`;
    const input = JSON.stringify({ expressions: costly.map(([, expression]) => expression), data });
    const output = execFileSync(process.execPath, ["--max-heap-size=100", "-e", program], { input });
    const { names, megabytes } = JSON.parse(output.toString()) as { names: string[]; megabytes: number };
    expect(new Set(names)).toEqual(new Set(["ExpressionCostError"]));
    expect(names).toHaveLength(costly.length);
    expect(megabytes).toBeLessThan(200);
  });

  test("counts the same steps in every run", () => {
    const elements = (count: number): unknown => ({ list: Array.from({ length: count }, () => ({ a: 1 })) });
    const expression = compileJmespath("length(list[?a == `1`])");
    // Of each element: the condition with three nodes, and the projection with one.
    expect(evaluate(expression, elements(249_998))).toBe(249_998);
    expect(() => evaluate(expression, elements(250_000))).toThrowErrorMatchingInlineSnapshot(
      `"a JMESPath needs more than 1,000,000 steps; write a simpler expression than: length(list[?a == \`1\`])"`,
    );
  });

  test("names the limit of a result", () => {
    expect(() => evaluate(compileJmespath("@"), "x".repeat(1_000_001))).toThrowErrorMatchingInlineSnapshot(
      `"a JMESPath gives more than 100,000 values or 1,000,000 characters; write a simpler expression than: @"`,
    );
    expect(evaluate(compileJmespath("list"), { list: Array(99_999).fill(null) })).toHaveLength(99_999);
    expect(() => evaluate(compileJmespath("list"), { list: Array(100_000).fill(null) })).toThrow(ExpressionCostError);
  });

  test("does not affect the expression after one that exceeded it", () => {
    expect(() => evaluate(compileJmespath("pad_left('a', `1000000000`)"), data)).toThrow(ExpressionCostError);
    expect(evaluate(compileJmespath("list[0].id"), data)).toBe("i0");
  });

  test("stops an expression of literals when rules are read", () => {
    expect(mistakeInJmespath("pad_left('a', `1000000000`)")).toMatchInlineSnapshot(
      `"cannot run: needs more than 1,000,000 steps"`,
    );
  });
});

const nested = (open: string, close: string) => (times: number) => `${open.repeat(times)}a${close.repeat(times)}`;
const chained = (part: string) => (times: number) => `a${part.repeat(times)}`;
const shapes: readonly (readonly [string, (times: number) => string])[] = [
  ["parentheses", nested("(", ")")],
  ["lists", nested("[", "]")],
  ["objects", nested("{a:", "}")],
  ["filters", nested("[?", "]")],
  ["calls", nested("to_array(", ")")],
  ["negations", nested("!", "")],
  ["signs", nested("- ", "")],
  ["wildcards", nested("*.", "")],
  ["variables", nested("let $x = a in ", "")],
  ["choices", nested("a ? ", " : a")],
  ["chained projections", chained("[*]")],
  ["chained slices", chained("[:1]")],
  ["chained fields", chained(".a")],
  ["chained alternatives", chained(" || a")],
  ["chained pipes", chained(" | a")],
];

describe("the nesting of an expression", () => {
  test.each(shapes)("can be 300 %s deep", (_name, make) => {
    const expression = compileJmespath(make(300));
    try {
      evaluate(expression, { a: [1] });
    } catch (error) {
      // Numbers alone have a sign.
      expect((error as Error).message).toContain("not-a-number");
    }
    expect(mistakeInJmespath(make(300))).toBeUndefined();
  });

  test.each(shapes)("is limited before 1,100 and 100,000 %s are parsed", (_name, make) => {
    expect(() => compileJmespath(make(1_100))).toThrow(/^the expression nests more than 1000 brackets and operators$/);
    expect(() => compileJmespath(make(100_000))).toThrow(/^the expression (nests more than|exceeds)/);
  });

  test("is limited in literals", () => {
    expect(() => compileJmespath("`[[[7]]]`")).not.toThrow();
    expect(() => compileJmespath(`\`${"[".repeat(200)}${"]".repeat(200)}\``)).toThrowErrorMatchingInlineSnapshot(
      `"a literal nests more than 100 lists and objects"`,
    );
    expect(() => compileJmespath(`\`${'{"a":'.repeat(200)}1${"}".repeat(200)}\``)).toThrowErrorMatchingInlineSnapshot(
      `"a literal nests more than 100 lists and objects"`,
    );
  });

  test("is not exceeded by brackets that close nothing", () => {
    expect(() => compileJmespath("]".repeat(50_000) + "(".repeat(50_000))).toThrowErrorMatchingInlineSnapshot(
      `"Syntax error: invalid token (Rbracket): "]""`,
    );
  });
});
