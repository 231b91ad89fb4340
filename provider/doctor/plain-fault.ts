import { ApiError } from "../api/errors.js";
import { PageError } from "../api/page-error.js";
import type { Answer } from "../api/transport.js";

// What is shown of a fault to anybody: what came may be records, and the address of a record has its id.

/** What is the matter with a page, with nothing of what is on it. */
export function plainPageError(error: PageError, { body, headers }: Answer): PageError {
  if (error.fault === "shape") return new PageError("shape", error.plain);
  const [type] = /^[\w.+-]{1,40}\/[\w.+-]{1,40}/.exec(headers.get("content-type") ?? "") ?? [];
  return new PageError("json", `the answer is not JSON (${body.length} bytes, ${type ?? "of no type"})`);
}

/** A call that failed, without what is quoted of an answer that is no error of the API. */
export function plainListError(error: unknown): Error {
  if (!(error instanceof ApiError)) return error instanceof Error ? error : new Error(String(error));
  return error.reason === "http" && error.code === undefined ? withoutQuotes(error) : error;
}

/** The same of a call for one JSON value that is no record. */
export function plainValueError(error: unknown): Error {
  const plain = plainListError(error);
  return plain instanceof ApiError && plain.reason === "invalid" ? withoutQuotes(plain) : plain;
}

/** The same of a call for one record, without its id; what the token endpoint said is not of a record. */
export function plainRecordError(error: unknown): Error {
  if (!(error instanceof ApiError) || error.method !== "GET") return plainListError(error);
  const { url } = error;
  return withoutQuotes(error, `${url.slice(0, url.lastIndexOf("/"))}/{id}`);
}

function withoutQuotes({ fault }: ApiError, url = fault.url): ApiError {
  const summary = fault.summary.replace(/^(the answer is not JSON): [^]*/, "$1");
  return new ApiError({ ...fault, url, summary, detail: undefined, description: undefined });
}
