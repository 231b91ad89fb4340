import { isCollection, isMap, isNode, isScalar, type Document, type Scalar } from "yaml";
import type { Mistake } from "../../policy/rules/file/mistakes.js";
import { scalar, type Quote } from "../formats/text/yaml-text.js";

/** A mistake that a name corrects. */
type FixableMistake = Mistake & { readonly replacement: string };

/** A name that was rewritten. */
export interface Fix {
  readonly mistake: FixableMistake;
  readonly from: string;
}

/** Returns whether a name corrects the mistake. */
const isFixable = (mistake: Mistake): mistake is FixableMistake => mistake.replacement !== undefined;

/** The quotes of the scalars that are rewritten. Block scalars (`|`, `>`) are not among them. */
const quotes: Readonly<Record<string, Quote>> = { PLAIN: "", QUOTE_SINGLE: "'", QUOTE_DOUBLE: '"' };

/**
 * Rewrites the names of mistakes in the text of a rules file, and nothing else: comments, order and quotes are kept. A name that
 * an alias shares stays, because other places use it, too.
 * @param document the parsed text
 */
export function applyFixes(
  text: string,
  document: Document,
  mistakes: readonly Mistake[],
): { readonly text: string; readonly fixes: Fix[] } {
  const edits = mistakes.filter(isFixable).flatMap((mistake) => {
    const node = nodeOf(document, mistake);
    const [start, end] = node?.range ?? [];
    const quote = quotes[node?.type ?? ""];
    if (node === undefined || start === undefined || end === undefined || quote === undefined) return [];
    return [{ mistake, from: String(node.value), start, end, quote }];
  });
  let fixed = text;
  for (const { mistake, start, end, quote } of edits.sort((one, other) => other.start - one.start))
    fixed = fixed.slice(0, start) + scalar(mistake.replacement, quote) + fixed.slice(end);
  return { text: fixed, fixes: edits.reverse().map(({ mistake, from }) => ({ mistake, from })) };
}

/** Returns the scalar of a wrong key or value; undefined if an alias is on the way, or can share it. */
function nodeOf(document: Document, { path, key }: Mistake): Scalar | undefined {
  const nodes: unknown[] = [document.contents];
  for (const step of path) {
    const parent = nodes.at(-1);
    nodes.push(isCollection(parent) ? parent.get(step, true) : undefined);
  }
  const found = nodes.at(-1);
  if (key !== undefined)
    nodes.push(isMap(found) ? found.items.find(({ key: name }) => isName(name, key))?.key : undefined);
  const node = nodes.at(-1);
  return isScalar(node) && !nodes.some(hasAnchor) ? node : undefined;
}

const isName = (node: unknown, key: string): boolean => String(isScalar(node) ? node.value : node) === key;
const hasAnchor = (node: unknown): boolean => isNode(node) && "anchor" in node && node.anchor !== undefined;
