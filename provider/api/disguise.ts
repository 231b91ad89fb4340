/** Fields whose values are words of the API, not of a customer: kept where they are short. */
const words = /^(status|state|type|category|kind|segment|country|countryCode|code|message|unit|role|lifecycle\w*)$/i;
export const longestWord = 40;

/** A date or a time as ISO 8601 writes it. */
const time = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Replaces what is a customer's in JSON, always by the same: the same id stays the same id wherever it stands, and the form
 * of a record stays as it was. It works for one run: no one finds the way back, not even with the next run's files.
 */
export class Disguise {
  readonly #texts = new Map<string, string>();
  readonly #numbers = new Map<number, number>();

  /** The text that stands for another. */
  text(original: string): string {
    if (original === "") return "";
    if (time.test(original)) return original.length > 10 ? "2000-01-01T00:00:00Z" : "2000-01-01";
    let found = this.#texts.get(original);
    if (found === undefined) this.#texts.set(original, (found = `text-${this.#texts.size + 1}`));
    return found;
  }

  #number(original: number): number {
    let found = this.#numbers.get(original);
    if (found === undefined) this.#numbers.set(original, (found = this.#numbers.size + 1));
    return found;
  }

  /** A value of JSON; the names of its fields stay. */
  value(original: unknown, field = ""): unknown {
    if (typeof original === "string") {
      return words.test(field) && original.length <= longestWord ? original : this.text(original);
    }
    if (typeof original === "number") return words.test(field) ? original : this.#number(original);
    if (Array.isArray(original)) return original.map((entry) => this.value(entry, field));
    if (typeof original !== "object" || original === null) return original;
    return Object.fromEntries(Object.entries(original).map(([name, entry]) => [name, this.value(entry, name)]));
  }
}
