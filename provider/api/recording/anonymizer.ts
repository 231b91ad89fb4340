import { NONEXISTENT_ID } from "../../model/records.js";
import { isFieldName, isEnumLikeValue } from "./identifiers.js";
import { isDocumentedField, isEnumerated, isPersonal } from "../../model/vendor-fields.js";

/** Fields whose values are words of the API, not customer data. */
const words = /^(status|state|type|category|kind|country|countryCode|lifecycleStatus|lifecycleState)$/i;

/** Matches a date or time in ISO 8601. */
const time = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/;

const digits = /^-?\d+(\.\d+)?$/;

const day = 24 * 60 * 60 * 1000;

/**
 * Replaces customer data in JSON. Equal values get equal placeholders within a run, so that references stay intact, and records keep
 * their shape. Placeholders differ between runs and cannot be reversed.
 */
export class Anonymizer {
  readonly #texts = new Map<string, string>();
  readonly #times = new Map<string, string>();
  readonly #numbers = new Map<string, number>();

  /** Returns the placeholder of a text. A number gets a number, so that an id matches as a string and as a number. */
  text(original: string): string {
    if (original.trim() === "" || original === NONEXISTENT_ID) return original;
    if (digits.test(original)) return String(this.#number(original));
    const isTime = time.test(original);
    const known = isTime ? this.#times : this.#texts;
    let found = known.get(original);
    if (found === undefined) {
      found = isTime ? placeholder(known.size, original.includes("T")) : `text-${known.size + 1}`;
      known.set(original, found);
    }
    return found;
  }

  #number(original: string): number {
    let found = this.#numbers.get(original);
    if (found === undefined) this.#numbers.set(original, (found = this.#numbers.size + 1));
    return found;
  }

  /** Anonymizes a JSON value. Keeps the names of fields, and words of the API. */
  value(original: unknown): unknown {
    return this.#value(original, []);
  }

  /** Anonymizes a JSON value completely. Keeps only its structure. */
  all(original: unknown): unknown {
    return this.#replace(original, (entry) => this.all(entry), this.text.bind(this), this.text.bind(this));
  }

  /** @param trail names of the enclosing fields */
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
  return (isWordField(trail) && isEnumLikeValue(text)) || isEnumerated(trail.at(-1) ?? "", text);
}

function isFieldOfApi(name: string, trail: readonly string[]): boolean {
  // A word in the place of a field may be the name of a person.
  return trail.some(isPersonal) ? isDocumentedField(name) : isFieldName(name, trail.length);
}

function isWordField(trail: readonly string[]): boolean {
  const [name = "", above = ""] = trail.slice(-2).reverse();
  // The `state` of an address is a place, not a status.
  return words.test(name) && !(/^state$/i.test(name) && /address/i.test(above));
}

/** Returns the nth of an unlimited number of different days or minutes. */
function placeholder(count: number, isPrecise: boolean): string {
  const found = new Date(Date.UTC(2000, 0, 1) + count * (isPrecise ? 60_000 : day)).toISOString();
  return isPrecise ? found.replace(".000", "") : found.slice(0, 10);
}
