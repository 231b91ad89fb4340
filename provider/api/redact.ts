import type { ApiSettings } from "./settings.js";

/** What stands for a secret. */
const hidden = "[secret]";

/** Shorter ones are found in any text. */
const shortest = 6;

/** Takes secrets out of foreign text by their values: a server, or something on the way, may send back what it was sent. */
export class Redactor {
  /** The longest first: one may be part of another. */
  #secrets: readonly string[] = [];

  constructor({ clientId, clientSecret, apiKey, accessToken }: ApiSettings) {
    for (const secret of [clientId, clientSecret, apiKey, accessToken]) if (secret !== undefined) this.add(secret);
    if (clientId !== undefined && clientSecret !== undefined) {
      // As RFC 6749 writes them in HTTP Basic, and as plain Basic does.
      this.add(Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString("base64"));
      this.add(Buffer.from(`${clientId}:${clientSecret}`).toString("base64"));
    }
  }

  /** A secret that came later, such as a token. */
  add(secret: string): void {
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
    const secrets = new Set([...this.#secrets, ...forms.filter((form) => form.length >= shortest)]);
    this.#secrets = [...secrets].sort((a, b) => b.length - a.length);
  }

  /** The text without them. */
  redact(text: string): string {
    return this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
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
