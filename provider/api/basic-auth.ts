import type { ClientAuth } from "oauth4webapi";

/**
 * HTTP Basic with client id and secret, form-encoded as RFC 6749 section 2.3.1 requires. Letters, digits and `- _ . *` stay
 * as they are, so a server that compares literally accepts them as well as one that decodes. `ClientSecretBasic` of
 * oauth4webapi also encodes `- _ . *`, which a literal comparison refuses.
 */
export function basicAuth(clientSecret: string): ClientAuth {
  return (_server, { client_id }, _body, headers) => {
    const credentials = `${formEncode(client_id)}:${formEncode(clientSecret)}`;
    headers.set("authorization", `Basic ${Buffer.from(credentials).toString("base64")}`);
  };
}

/** Encodes one value as application/x-www-form-urlencoded. */
function formEncode(value: string): string {
  return new URLSearchParams([["", value]]).toString().slice(1);
}
