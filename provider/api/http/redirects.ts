import type { Readable } from "node:stream";
import { isRedirect, type Response } from "node-fetch";
import { mayLeadTo } from "../../platform/urls.js";

/** Maximum number of redirects of one request. */
export const MAX_REDIRECTS = 5;

/** A redirect that is not followed: without a valid target, to a target that is not secure, or one too many. */
export class RedirectError extends Error {
  /**
   * @param from the URL of the redirect
   * @param target undefined if the redirect has no valid target, or after too many
   */
  constructor(
    readonly problem: "invalid" | "insecure" | "too many",
    readonly from: URL,
    readonly status: number,
    readonly target?: URL,
  ) {
    super(`a redirect is not followed: ${problem}`);
  }
}

/** Closes the connection of a response whose body is not read. */
export function discard(response: Response): void {
  (response.body as Readable | null)?.destroy();
}

/**
 * Sends a GET, and follows its redirects.
 * @param send sends the request to a URL, with `redirect: "manual"`. Once a redirect has left the first origin, `isTrusted` is
 *   false, and the request must have no credentials: the other origin could redirect back
 * @throws RedirectError
 */
export async function followRedirects(
  first: URL,
  send: (url: URL, isTrusted: boolean) => Promise<Response>,
): Promise<{ readonly url: URL; readonly response: Response }> {
  let url = first;
  let isTrusted = true;
  for (let count = 0; ; count += 1) {
    const response = await send(url, isTrusted);
    if (!isRedirect(response.status)) return { url, response };
    discard(response);
    const target = redirectTarget(url, response);
    if (count === MAX_REDIRECTS) throw new RedirectError("too many", url, response.status);
    isTrusted &&= target.origin === first.origin;
    url = target;
  }
}

function redirectTarget(url: URL, { headers, status }: Response): URL {
  const location = headers.get("location");
  const target = location === null ? null : URL.parse(location, url.href);
  if (target === null || target.username || target.password) throw new RedirectError("invalid", url, status);
  if (!mayLeadTo(target, url)) throw new RedirectError("insecure", url, status, target);
  return target;
}
