import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** The public credentials of the sandbox. */
export const clientId = "sandbox-client";
/** See {@link clientId}. */
export const clientSecret = "sandbox-secret";
/** See {@link clientId}. */
export const apiKey = "sandbox-api-key";

/** The token endpoint: OAuth 2.0 client credentials with HTTP Basic. */
export class Tokens {
  readonly #ends = new Map<string, number>();

  /** @param lifetime seconds */
  constructor(readonly lifetime: number) {}

  state(token: string): "valid" | "expired" | "unknown" {
    const end = this.#ends.get(token);
    if (end === undefined) return "unknown";
    return Date.now() < end ? "valid" : "expired";
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const reply = (status: number, body: object): void => {
      response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
      response.end(JSON.stringify(body));
    };
    text(request)
      .then((body) => {
        if (request.method !== "POST") return reply(405, { error: "invalid_request" });
        if (!isClient(request.headers.authorization)) return reply(401, { error: "invalid_client" });
        const form = new URLSearchParams(body);
        if (form.get("grant_type") !== "client_credentials") return reply(400, { error: "unsupported_grant_type" });
        // Must not begin with a hyphen, so that a command line does not parse it as an option.
        const token = randomBytes(24).toString("hex");
        this.#ends.set(token, Date.now() + this.lifetime * 1000);
        reply(200, { token_type: "Bearer", access_token: token, expires_in: this.lifetime });
      })
      .catch(() => reply(400, { error: "invalid_request" }));
  }
}

function isClient(header: string | undefined): boolean {
  const [scheme, encoded = ""] = (header ?? "").split(" ");
  if (scheme !== "Basic") return false;
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const [id = "", secret = ""] = pair.split(":").map(decodeURIComponent);
  return id === clientId && secret === clientSecret;
}
