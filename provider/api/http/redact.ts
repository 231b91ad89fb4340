import { secretPattern } from "./secret-encodings.js";
import type { ApiSettings } from "./settings.js";

/** The replacement of a secret. */
const PLACEHOLDER = "[secret]";

/** Characters of a foreign text that are searched if only its beginning is shown. Far more than is shown. */
const MAX_PREVIEW_BYTES = 4096;

type Credentials = Partial<Pick<ApiSettings, "clientId" | "clientSecret" | "apiKey" | "accessToken">>;

/** Removes secrets from foreign text by their values, because a server or a proxy may echo the request. */
export class Redactor {
  /** Patterns by secret, the longest first, because one secret may be part of another. */
  #patterns: ReadonlyMap<string, RegExp> = new Map();

  constructor({ clientId, clientSecret, apiKey, accessToken }: Credentials = {}) {
    for (const secret of [clientId, clientSecret, apiKey, accessToken]) if (secret !== undefined) this.add(secret);
    // The plain HTTP Basic form. Other forms are added when they are sent.
    if (clientId !== undefined && clientSecret !== undefined) this.add(base64(`${clientId}:${clientSecret}`));
  }

  /** Adds a secret, such as a token. */
  add(secret: string): void {
    const pattern = secretPattern(secret);
    if (pattern === undefined || this.#patterns.has(secret)) return;
    const patterns = [...this.#patterns, [secret, pattern] as const];
    this.#patterns = new Map(patterns.sort(([a], [b]) => b.length - a.length));
  }

  /** Returns whether the text has a secret. */
  isIn(text: string): boolean {
    return [...this.#patterns.values()].some((pattern) => text.search(pattern) >= 0);
  }

  /** Returns the text without secrets. */
  redact(text: string): string {
    return [...this.#patterns.values()].reduce((rest, pattern) => rest.replace(pattern, PLACEHOLDER), text);
  }

  /** Returns the first few thousand characters of a text without secrets, including one that crosses the end. */
  beginning(text: string): string {
    let end = MAX_PREVIEW_BYTES;
    for (const pattern of this.#patterns.values()) {
      // A pattern is longer than its matches.
      for (const { index, 0: found } of text.slice(0, end + pattern.source.length).matchAll(pattern))
        if (index < end) end = Math.max(end, index + found.length);
    }
    return this.redact(text.slice(0, end));
  }

  /** Returns JSON without secrets in any escaped form, also in names of fields and in numbers. */
  json(value: unknown): unknown {
    if (typeof value === "string") return this.redact(value);
    if (typeof value === "number") {
      const shown = this.redact(String(value));
      return shown === String(value) ? value : shown;
    }
    if (Array.isArray(value)) return value.map((entry) => this.json(entry));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [this.redact(name), this.json(entry)]));
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
