import { describeNetworkError } from "../api/http/network-errors.js";
import { Redactor } from "../api/http/redact.js";
import { printable, shorten } from "../platform/printable.js";
import { ObjectStoreError } from "./object-store.js";

/** The kinds of requests. */
export type Action = "list" | "read" | "write";

/** The next step of the user, by cloud. */
export interface CloudHints {
  readonly signIn: string;
  /** The permission that each kind of request needs. */
  readonly permission: Readonly<Record<Action, string>>;
  /** What to check if there is no such bucket. */
  readonly bucket: string;
}

/** A failed request, in terms that all clouds have. */
export interface RequestFailure {
  readonly action: Action;
  /** The URL of the bucket or object, without its query. */
  readonly url: string;
  /** The HTTP status; undefined without a response. */
  readonly status: number | undefined;
  /** The error code of the cloud, such as `AccessDenied`. */
  readonly code: string | undefined;
  /** The message of the cloud, which may have secrets. */
  readonly message: string;
  readonly cause: unknown;
  /** The client found no credentials, or they have expired. */
  readonly isSignedOut: boolean;
  /** There is a bucket, but no such object. */
  readonly isMissing: boolean;
  /** The next step, if it is known better than by the status. */
  readonly hint?: string | undefined;
}

/** @param secrets the credentials that the cloud could echo */
export function requestError(
  failure: RequestFailure,
  hints: CloudHints,
  secrets: readonly (string | undefined)[],
): ObjectStoreError {
  const { action, url, isMissing } = failure;
  const past = { list: "listed", read: "read", write: "written" }[action];
  if (isMissing) return new ObjectStoreError(`${url} does not exist: check the bucket and the path`, true);
  const { summary, hint } = describe(failure, hints, secrets);
  const isRefusal = failure.isSignedOut || failure.status === 401 || failure.status === 403;
  return new ObjectStoreError(`${url} cannot be ${past}: ${summary}: ${failure.hint ?? hint}`, false, isRefusal);
}

/** Returns the error of a listing or an object that arrives only in part. */
export function incompleteError(url: string, problem: string): ObjectStoreError {
  return new ObjectStoreError(`${url} cannot be read completely: ${problem}: try again, or check the endpoint`);
}

function describe(
  failure: RequestFailure,
  hints: CloudHints,
  secrets: readonly (string | undefined)[],
): { readonly summary: string; readonly hint: string } {
  const { status, code, message, cause, isSignedOut, action } = failure;
  const quoted = sanitize(message, secrets);
  if (status === undefined && !isSignedOut) {
    const network = describeNetworkError(networkCause(cause), "the parameters of the URL");
    const known = !network.summary.startsWith("network error");
    return { summary: known ? network.summary : `${network.summary}${quoted && `: ${quoted}`}`, hint: network.hint };
  }
  const summary = [[status, code].filter(Boolean).join(" "), quoted].filter(Boolean).join(": ");
  if (isSignedOut || status === 401) return { summary, hint: hints.signIn };
  if (status === 403) return { summary, hint: `grant ${hints.permission[action]}` };
  if (status === 404) return { summary, hint: hints.bucket };
  if (status === 412) return { summary, hint: "the object changed while it was read: try again" };
  if (status !== undefined && (status === 429 || status >= 500))
    return { summary: `${summary} (after several attempts)`, hint: "try again later" };
  return { summary, hint: hints.bucket };
}

/** Returns the error with the code of the operating system or of Node.js, which clients wrap. */
function networkCause(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < 6; depth++) {
    const { code, cause, errors } = (current ?? {}) as {
      readonly code?: unknown;
      readonly cause?: unknown;
      readonly errors?: readonly unknown[];
    };
    if (typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) && code !== "REQUEST_SEND_ERROR") return current;
    // Node.js reports the failed addresses of a host as one AggregateError.
    const inner = cause ?? errors?.[0];
    if (inner === undefined) break;
    current = inner;
  }
  return error;
}

/** Credentials in query strings and headers, which clouds and gateways quote. */
const credentials =
  /\b((?:x-(?:amz|goog)-)?(?:signature|credential|security-token)|sig|sas|access_token|accountkey|password|secret)(=|%3d)[^\s&;,"'<>]+|\b(bearer|basic|sharedkey)\s+[\w+/=.:~-]+/gi;

/** Tokens by their form: JSON Web Tokens, and access tokens of Google. */
const tokens = /\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?|\bya29\.[\w.-]+/g;

/** Returns the first line of foreign text, short, printable and without credentials. */
function sanitize(text: string, secrets: readonly (string | undefined)[]): string {
  const redactor = new Redactor();
  for (const secret of secrets) if (secret !== undefined) redactor.add(secret);
  const rest = redactor
    .beginning(text.trim())
    .replace(tokens, "[secret]")
    .replace(
      credentials,
      (_, name?: string, equals?: string, scheme?: string) => `${name ?? scheme}${equals ?? " "}[secret]`,
    )
    .replace(/(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/gi, "$1");
  const line = rest.split(/[\r\n]/, 1)[0] ?? "";
  return shorten(printable(line).trim(), 300).replace(/[.:]$/, "");
}
