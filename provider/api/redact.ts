import type { ApiSettings } from "./settings.js";

/** What stands for a secret. */
const hidden = "[secret]";

/** Shorter ones are found in any text. */
const shortest = 6;

/** Takes secrets out of foreign text by their values: a server, or something on the way, may send back what it was sent. */
export class Redactor {
  readonly #secrets = new Set<string>();

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
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
      if (form.length >= shortest) this.#secrets.add(form);
    }
  }

  /** The text without them, the longest first: one may be part of another. */
  redact(text: string): string {
    const ordered = [...this.#secrets].sort((a, b) => b.length - a.length);
    return ordered.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
  }
}
