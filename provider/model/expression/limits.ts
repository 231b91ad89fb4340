import { tokenize } from "@jmespath-community/jmespath";

/** Maximum characters of an expression. */
const MAX_EXPRESSION_LENGTH = 100_000;
/** Maximum nesting of brackets, operators and variables. Parser and interpreter recurse for each. */
const MAX_NESTING = 1_000;
/** Maximum nesting of lists and objects in a literal. */
const MAX_LITERAL_NESTING = 100;

const opening: ReadonlySet<string> = new Set(["Lparen", "Lbracket", "Filter", "Lbrace"]);
const closing: ReadonlySet<string> = new Set(["Rparen", "Rbracket", "Rbrace"]);
/** Tokens that contain no other part of an expression. */
const leaves: ReadonlySet<string> = new Set([
  ...["UnquotedIdentifier", "QuotedIdentifier", "Literal", "Number", "Current", "Root"],
]);

/**
 * Checks the size of an expression before it is parsed, since the parser of the library overflows the stack.
 * @throws Error with the limit
 */
export function checkLimits(text: string): void {
  if (text.length > MAX_EXPRESSION_LENGTH)
    throw new Error(`the expression exceeds ${MAX_EXPRESSION_LENGTH} characters`);
  const tokens = tokenize(text);
  if (nesting(tokens) > MAX_NESTING)
    throw new Error(`the expression nests more than ${MAX_NESTING} brackets and operators`);
  if (tokens.some(({ value }) => nestsBeyond(value, MAX_LITERAL_NESTING)))
    throw new Error(`a literal nests more than ${MAX_LITERAL_NESTING} lists and objects`);
}

/** Returns an upper bound of the depth of the tree. A comma ends a chain of operators; a variable may begin a nested `let`. */
function nesting(tokens: ReturnType<typeof tokenize>): number {
  const outer: number[] = [];
  let variables = 0;
  let before = 0;
  let own = 0;
  let deepest = 0;
  for (const { type } of tokens) {
    if (type === ("Variable" as typeof type)) variables += 1;
    else if (type === ("Comma" as typeof type)) own = 0;
    else if (closing.has(type)) {
      own = (outer.pop() ?? 0) + 1;
      before -= own;
    } else if (opening.has(type)) {
      outer.push(own);
      before += own + 1;
      own = 0;
    } else if (!leaves.has(type)) own += 1;
    deepest = Math.max(deepest, before + own);
  }
  return deepest + variables;
}

function nestsBeyond(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((entry) => nestsBeyond(entry, levels - 1));
}
