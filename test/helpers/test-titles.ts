import { readFileSync } from "node:fs";
import ts from "typescript";

/** Returns the name of the function that is called: `test` of `test(…)`, `test.each(…)(…)` and of test.each`…`(…). */
function calledName(node: ts.Node): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isTaggedTemplateExpression(node)) return calledName(node.tag);
  if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)) return calledName(node.expression);
  return "";
}

function titleOf(node: ts.Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.getText().slice(1, -1) : undefined;
}

/** Returns the titles of the tests in a file, each with the titles of the groups around it. Values of tables are `…`. */
export function testTitles(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const titles: string[] = [];
  const visit = (node: ts.Node, groups: readonly string[]): void => {
    if (ts.isCallExpression(node) && node.arguments.length > 1) {
      const name = calledName(node.expression);
      // The first argument of describeWith is what the group needs.
      const title = titleOf(node.arguments[name === "describeWith" ? 1 : 0]);
      if (title !== undefined && ["test", "describe", "describeWith"].includes(name)) {
        if (name === "test") titles.push([...groups, title].join(" "));
        else for (const part of node.arguments.slice(1)) visit(part, [...groups, title]);
        return;
      }
    }
    ts.forEachChild(node, (child) => {
      visit(child, groups);
    });
  };
  visit(source, []);
  return titles.map((title) => title.replace(/%(?:[sdijp]|%)|\$\{[^}]*\}|\$\w+(?:\.\w+)*/g, "…"));
}
