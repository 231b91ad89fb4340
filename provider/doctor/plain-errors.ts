import { ApiError } from "../api/errors/errors.js";
import { PageError } from "../api/errors/page-error.js";
import type { Answer } from "../api/http/transport.js";

// Removes customer data from errors: a body may have records, and the URL of a record has its id.

/** Returns the error of a page without any text of the page. */
export function plainPageError(error: PageError, { body, headers }: Answer): PageError {
  if (error.reason === "shape") return new PageError("shape", error.plain);
  const [type] = /^[\w.+-]{1,40}\/[\w.+-]{1,40}/.exec(headers.get("content-type") ?? "") ?? [];
  return new PageError("json", `the response is not JSON (${body.length} bytes, ${type ?? "of no type"})`);
}

/** Returns the error of a call without quotes of a response, unless it is an error of the API. */
export function plainListError(error: unknown): Error {
  if (!(error instanceof ApiError)) return error instanceof Error ? error : new Error(String(error));
  return error.reason === "http" && error.code === undefined ? withoutQuotes(error) : error;
}

/** Returns the same for a call for a JSON value that is not a record. */
export function plainValueError(error: unknown): Error {
  const plain = plainListError(error);
  return plain instanceof ApiError && plain.reason === "invalid" ? withoutQuotes(plain) : plain;
}

/** Returns the same for a call for one record, without its id. Errors of the token endpoint have no record. */
export function plainRecordError(error: unknown): Error {
  if (!(error instanceof ApiError) || error.method !== "GET") return plainListError(error);
  const { url } = error;
  return withoutQuotes(error, `${url.slice(0, url.lastIndexOf("/"))}/{id}`);
}

function withoutQuotes({ details }: ApiError, url = details.url): ApiError {
  const summary = details.summary.replace(/^(the response is not JSON): [^]*/, "$1");
  return new ApiError({ ...details, url, summary, detail: undefined, description: undefined });
}
