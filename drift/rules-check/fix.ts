import { isMap, isNode, isScalar, parseDocument, type Document, type Scalar } from "yaml";
import { yamlOptions } from "../../policy/config/exact-yaml.js";
import type { Mistake } from "../../policy/rules/file/mistakes.js";

/** A mistake that a name corrects. */
type FixableMistake = Mistake & { readonly replacement: string };

/** A name that was rewritten. */
export interface Fix {
  readonly mistake: FixableMistake;
  readonly from: string;
}

/** Returns whether a name corrects the mistake. */
export const isFixable = (mistake: Mistake): mistake is FixableMistake => mistake.replacement !== undefined;

/**
 * Rewrites the names of mistakes in the text of a rules file, and nothing else: comments, order and quotes are kept. A name that
 * an alias shares stays, because other places use it, too.
 */
export function applyFixes(
  text: string,
  mistakes: readonly Mistake[],
): { readonly text: string; readonly fixes: Fix[] } {
  const document = parseDocument(text, yamlOptions);
  const edits = mistakes.filter(isFixable).flatMap((mistake) => {
    const node = nodeOf(document, mistake);
    const [start, end] = node?.range ?? [];
    if (node === undefined || start === undefined || end === undefined) return [];
    return [{ mistake, from: String(node.value), start, end }];
  });
  let fixed = text;
  for (const { mistake, start, end } of edits.sort((one, other) => other.start - one.start)) {
    const [, quote = ""] = /^(["'])/.exec(fixed.slice(start, end)) ?? [];
    fixed = fixed.slice(0, start) + quote + mistake.replacement + quote + fixed.slice(end);
  }
  return { text: fixed, fixes: edits.reverse().map(({ mistake, from }) => ({ mistake, from })) };
}

/** Returns the scalar of a wrong key or value; undefined if an alias is on the way. */
function nodeOf(document: Document, { path, key }: Mistake): Scalar | undefined {
  const found = document.getIn(path, true);
  const node = key !== undefined && isMap(found) ? found.items.find(({ key: name }) => isName(name, key))?.key : found;
  return isNode(node) && isScalar(node) && node.anchor === undefined ? node : undefined;
}

const isName = (node: unknown, key: string): boolean => String(isScalar(node) ? node.value : node) === key;
