import { missingId } from "./missing-id.js";
import { isFieldName, isWord } from "./plain-words.js";
import { isDocumentedField, isEnumerated, isPersonal } from "./vendor-fields.js";

/** Fields whose values are words of the API, not of a customer. */
const words = /^(status|state|type|category|kind|country|countryCode|lifecycleStatus|lifecycleState)$/i;

/** A date or a time as ISO 8601 writes it. */
const time = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/;

const digits = /^-?\d+(\.\d+)?$/;

const day = 24 * 60 * 60 * 1000;

/**
 * Replaces what is a customer's in JSON, always by the same: the same id stays the same id wherever it stands, and the form
 * of a record stays as it was. It works for one run: no one finds the way back, not even with the next run's files.
 */
export class Disguise {
  readonly #texts = new Map<string, string>();
  readonly #times = new Map<string, string>();
  readonly #numbers = new Map<string, number>();

  /** The text that stands for another: a number for a number, so that an id is found whether it is written as one or not. */
  text(original: string): string {
    if (original.trim() === "" || original === missingId) return original;
    if (digits.test(original)) return String(this.#number(original));
    const isTime = time.test(original);
    const known = isTime ? this.#times : this.#texts;
    let found = known.get(original);
    if (found === undefined) {
      found = isTime ? standIn(known.size, original.includes("T")) : `text-${known.size + 1}`;
      known.set(original, found);
    }
    return found;
  }

  #number(original: string): number {
    let found = this.#numbers.get(original);
    if (found === undefined) this.#numbers.set(original, (found = this.#numbers.size + 1));
    return found;
  }

  /** A value of JSON; the names of its fields stay, and words where the API has them. */
  value(original: unknown): unknown {
    return this.#value(original, []);
  }

  /** A value of JSON of which nothing stays but its form. */
  all(original: unknown): unknown {
    return this.#replace(original, (entry) => this.all(entry), this.text.bind(this), this.text.bind(this));
  }

  /** @param trail the names of the fields that it lies in */
  #value(original: unknown, trail: readonly string[]): unknown {
    return this.#replace(
      original,
      (entry, name) => this.#value(entry, name === undefined ? trail : [...trail, name]),
      (text) => (isWordOfApi(text, trail) ? text : this.text(text)),
      (name) => (isFieldOfApi(name, trail) ? name : this.text(name)),
    );
  }

  #replace(
    original: unknown,
    inner: (entry: unknown, name?: string) => unknown,
    text: (original: string) => string,
    key: (original: string) => string,
  ): unknown {
    if (typeof original === "string") return text(original);
    if (typeof original === "number") return this.#number(String(original));
    if (Array.isArray(original)) return original.map((entry) => inner(entry));
    if (typeof original !== "object" || original === null) return original;
    return Object.fromEntries(Object.entries(original).map(([name, entry]) => [key(name), inner(entry, name)]));
  }
}

function isWordOfApi(text: string, trail: readonly string[]): boolean {
  if (trail.some(isPersonal)) return false;
  return (isWordField(trail) && isWord(text)) || isEnumerated(trail.at(-1) ?? "", text);
}

function isFieldOfApi(name: string, trail: readonly string[]): boolean {
  // A word in the place of a field may be the name of a person there.
  return trail.some(isPersonal) ? isDocumentedField(name) : isFieldName(name, trail.length);
}

function isWordField(trail: readonly string[]): boolean {
  const [name = "", above = ""] = trail.slice(-2).reverse();
  // The state of an address is a place.
  return words.test(name) && !(/^state$/i.test(name) && /address/i.test(above));
}

/** One of as many different days, or minutes, as are wanted. */
function standIn(count: number, isPrecise: boolean): string {
  const found = new Date(Date.UTC(2000, 0, 1) + count * (isPrecise ? 60_000 : day)).toISOString();
  return isPrecise ? found.replace(".000", "") : found.slice(0, 10);
}
