import { secretForms } from "./secret-forms.js";
import type { ApiSettings } from "./settings.js";

/** What stands for a secret. */
const hidden = "[secret]";

/** Characters of a foreign text that are looked at where only its beginning is shown; far more than are. */
const most = 4096;

/** Takes secrets out of foreign text by their values: a server, or something on the way, may send back what it was sent. */
export class Redactor {
  /** The longest first: one may be part of another. */
  #secrets: readonly string[] = [];

  constructor({ clientId, clientSecret, apiKey, accessToken }: ApiSettings) {
    for (const secret of [clientId, clientSecret, apiKey, accessToken]) if (secret !== undefined) this.add(secret);
    // As plain HTTP Basic writes them; what is sent is added when it is.
    if (clientId !== undefined && clientSecret !== undefined) this.add(base64(`${clientId}:${clientSecret}`));
  }

  /** A secret that came later, such as a token. */
  add(secret: string): void {
    const secrets = new Set([...this.#secrets, ...secretForms(secret)]);
    this.#secrets = [...secrets].sort((a, b) => b.length - a.length);
  }

  /** Is one of them in the text? */
  isIn(text: string): boolean {
    return this.#secrets.some((secret) => text.includes(secret));
  }

  /** The text without them. */
  redact(text: string): string {
    return this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
  }

  /** Some thousand characters of a text without them, however long it is: also without one that lies across their end. */
  beginning(text: string): string {
    let end = most;
    for (const secret of this.#secrets) {
      const from = Math.max(0, end - secret.length + 1);
      const found = text.slice(from, end + secret.length - 1).indexOf(secret);
      if (found >= 0) end = from + found + secret.length;
    }
    return this.redact(text.slice(0, end));
  }

  /** JSON without them, however they were escaped in it; in the names of its fields and in numbers, too. */
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
