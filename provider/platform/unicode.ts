/** Matches ASCII text, which needs no normalization. */
const ascii = /^[\0-\x7f]*$/;

/** Returns whether the text has ASCII characters only. */
export const isAscii = (text: string): boolean => ascii.test(text);

/** Returns the form in which texts are compared (NFC): an accent may be part of its letter, or a character after it. */
export function canonical(text: string): string {
  return isAscii(text) ? text : text.normalize("NFC");
}

/** Returns a JSON value with all texts and names of fields in the form in which they are compared. */
export function canonicalValue(value: unknown): unknown {
  if (typeof value === "string") return canonical(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(canonicalValue);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [canonical(name), canonicalValue(entry)]));
}

/** Returns whether two texts look the same on a screen: they differ at most in spaces, hyphens, invisible or compatibility characters. */
export function looksSame(one: string, other: string): boolean {
  const seen = (text: string): string =>
    text
      .normalize("NFKC")
      .replace(/[\p{Cf}\s]+/gu, "")
      .replace(/\p{Pd}/gu, "-");
  return seen(one) === seen(other);
}

/** A set of texts that finds a text in any Unicode form. */
export class TextForms {
  readonly #texts: { has(text: string): boolean; keys(): Iterable<string> };
  /** The texts that are not canonical, by their canonical form. */
  #others: ReadonlyMap<string, string> | undefined;

  constructor(texts: { has(text: string): boolean; keys(): Iterable<string> }) {
    this.#texts = texts;
  }

  /** Returns the text itself if the set has it, else the same text in another form, else undefined. */
  find(text: string): string | undefined {
    if (this.#texts.has(text)) return text;
    const wanted = canonical(text);
    if (this.#texts.has(wanted)) return wanted;
    if (!this.#others) {
      const others = new Map<string, string>();
      for (const other of this.#texts.keys()) {
        const form = canonical(other);
        if (form !== other && !others.has(form)) others.set(form, other);
      }
      this.#others = others;
    }
    return this.#others.get(wanted);
  }
}
