import type { Response } from "node-fetch";
import { z } from "zod";
import { printable } from "../inventory/printable.js";
import { publicUrl } from "./address.js";
import { errorRow } from "./error-table.js";
import { ApiError } from "./errors.js";

/** The body of an error. [assumption 11] */
const errorBody = z.object({
  code: z.coerce.number().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
});

/** Headers with the id of a request, the first one present counts. The gateway sends `X-OAPI-Request-Id`. [assumption 12] */
export const requestIdHeaders = ["x-oapi-request-id", "x-request-id", "x-correlation-id"] as const;

/** Longest beginning of a foreign body that a message has, in characters. How long the whole is, is not known. */
const longest = 200;

/** The beginning of a foreign text, on one line. Secrets must have been taken out: of one that is cut nothing would be known. */
export function excerpt(text: string, length = longest): string {
  const line = printable(text).replace(/\s+/g, " ").trim();
  return line === "" ? "(empty)" : line.length > length ? `${line.slice(0, length)}…` : line;
}

/** An answer that something on the way has cut or replaced; secrets must have been taken out of the text. */
export function notJson(url: string, text: string, status?: number): ApiError {
  const hint = "something between here and the API may have cut or replaced the answer";
  const summary = `the answer is not JSON: ${excerpt(text, 120)}`;
  return new ApiError({ reason: "invalid", method: "GET", url: publicUrl(url), summary, hint, status });
}

/**
 * An answer that is an error, with what the API says of it.
 * @param redact the beginning of what came, without secrets: it may hold what was sent
 */
export function answerFault(
  response: Response,
  text: string,
  where: { readonly method: string; readonly url: string },
  redact: (text: string) => string,
): ApiError {
  let body: z.output<typeof errorBody> | undefined;
  try {
    body = errorBody.parse(JSON.parse(text));
  } catch {
    // HTML or nothing, from a proxy or a gateway: its beginning is all there is to say.
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
