/** May this number have been rounded? */
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
    // Nearly all are texts: a call for each would cost a tenth of the whole load.
    if (typeof inner === "string") continue;
    if (isRounded(inner, limit, tooDeep, depth + 1)) rounded = true;
  }
  return rounded;
}

const tooManyLevels = (): Error => new Error("the value is nested too deeply");

/** A reviver: numbers as they are written, where they would not stay what they are. */
function exactly(_name: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== "number" || source === undefined || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(source) || !Number.isFinite(value) ? source : value;
}

/** Parses JSON of which a number was rounded: as {@link parseExactly}, without looking first. @throws SyntaxError */
export function parseRounded(text: string): unknown {
  return JSON.parse(text, exactly as (key: string, value: unknown) => unknown);
}

/** Digits, or an exponent, of a number that a double may not hold. */
const long = /\d{16}|\de\+?\d{3}/i;

/**
 * Parses JSON. An integer beyond ±2^53, which a JavaScript number would round, becomes a text with its digits, so that no two
 * ids become one; so does a number beyond all that a double can hold.
 * @throws SyntaxError
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return long.test(text) && isRounded(value) ? parseRounded(text) : value;
}
