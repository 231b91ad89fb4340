import type { Response } from "node-fetch";
import { z } from "zod";
import { printable } from "../../platform/printable.js";
import { redactUrl } from "../../platform/urls.js";
import { errorRow } from "./error-catalogue.js";
import { ApiError } from "./errors.js";

/** The body of an error. [assumption 11] */
const errorBody = z.object({
  code: z.coerce.number().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
});

/** Headers with the request id. The first one present counts. The gateway sends `X-OAPI-Request-Id`. [assumption 12] */
export const requestIdHeaders = ["x-oapi-request-id", "x-request-id", "x-correlation-id"] as const;

/** Maximum characters of a foreign body in a message. The length of the whole body is not known. */
const MAX_EXCERPT_LENGTH = 200;

/** Returns the beginning of a foreign text on one line. Redact secrets first: a truncated secret cannot be found. */
export function excerpt(text: string, length = MAX_EXCERPT_LENGTH): string {
  const line = printable(text).replace(/\s+/g, " ").trim();
  return line === "" ? "(empty)" : line.length > length ? `${line.slice(0, length)}…` : line;
}

/** Returns the error for a response that is not JSON. Redact secrets in the text first. */
export function invalidJsonError(url: string, text: string, status?: number): ApiError {
  const hint = "check whether a proxy truncates or replaces responses of the API";
  const summary = `the response is not JSON: ${excerpt(text, 120)}`;
  return new ApiError({ reason: "invalid", method: "GET", url: redactUrl(url), summary, hint, status });
}

/**
 * Returns the error for an error response, with the API's own message.
 * @param redact removes secrets from the beginning of the body, which may echo the request
 */
export function errorFromResponse(
  response: Pick<Response, "status" | "headers">,
  text: string,
  where: { readonly method: string; readonly url: string },
  redact: (text: string) => string,
): ApiError {
  let body: z.output<typeof errorBody> | undefined;
  try {
    body = errorBody.parse(JSON.parse(text));
  } catch {
    // The body is HTML or empty, from a proxy or a gateway. Show its beginning.
  }
  const row = errorRow(response.status, body?.code);
  const id = requestIdHeaders.map((name) => response.headers.get(name)).find(Boolean);
  const said = (value: string | undefined): string | undefined => value && excerpt(redact(value));
  return new ApiError({
    ...where,
    reason: "http",
    summary: row.meaning,
    hint: row.hint,
    status: response.status,
    code: body?.code,
    detail: body ? said(body.message) : excerpt(redact(text), 120),
    description: said(body?.description),
    requestId: said(id ?? undefined),
  });
}
