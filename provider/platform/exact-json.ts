/** Returns whether the number may have been rounded. */
function isInexact(value: number): boolean {
  return !Number.isSafeInteger(value) && (Number.isInteger(value) || !Number.isFinite(value));
}

/**
 * Returns whether a parsed value holds a number that may have been rounded.
 * @param limit levels of nesting
 * @param tooDeep makes the error that is thrown beyond that limit
 */
export function isRounded(value: unknown, limit = Infinity, tooDeep = tooManyLevels, depth = 0): boolean {
  if (typeof value === "number") return isInexact(value);
  if (typeof value !== "object" || value === null) return false;
  if (depth === limit) throw tooDeep();
  let rounded = false;
  if (Array.isArray(value)) {
    for (let place = 0; place < value.length; place += 1)
      if (isRounded(value[place], limit, tooDeep, depth + 1)) rounded = true;
    return rounded;
  }
  for (const name in value) {
    const inner = (value as Record<string, unknown>)[name];
    // Most values are strings. A call for each of them takes 10 % of the load time.
    if (typeof inner === "string") continue;
    if (isRounded(inner, limit, tooDeep, depth + 1)) rounded = true;
  }
  return rounded;
}

const tooManyLevels = (): Error => new Error("the value is nested too deeply");

/** A reviver that returns a number as its source text if parsing would round it. */
function exactly(_name: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== "number" || source === undefined || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(source) || !Number.isFinite(value) ? source : value;
}

/** Parses JSON as {@link parseExactly} does, without its fast path. For JSON with a rounded number. @throws SyntaxError */
export function parseRounded(text: string): unknown {
  return JSON.parse(text, exactly as (key: string, value: unknown) => unknown);
}

/** Matches the digits or the exponent of a number that a double may not represent. */
const long = /\d{16}|\de\+?\d{3}/i;

/**
 * Parses JSON. An integer beyond ±2^53, which a JavaScript number would round, becomes a string of its digits, so that no two
 * ids become one. So does a number beyond the range of a double.
 * @throws SyntaxError
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return long.test(text) && isRounded(value) ? parseRounded(text) : value;
}
