import { UserError } from "../../platform/user-error.js";
import { errorRow } from "./error-catalogue.js";

/** The category of an API error. */
export type ApiErrorReason = "http" | "network" | "timeout" | "aborted" | "incomplete" | "invalid" | "token";

/** The details of an API error. */
export interface ApiErrorDetails {
  readonly reason: ApiErrorReason;
  /** The problem, in a few words. */
  readonly summary: string;
  /** The next step of the user. */
  readonly hint?: string | undefined;
  readonly method: string;
  /** The URL without its query. */
  readonly url: string;
  /** HTTP status. */
  readonly status?: number | undefined;
  /** The API's error code, from the body. */
  readonly code?: number | undefined;
  /** The API's message and description, from the body. */
  readonly detail?: string | undefined;
  readonly description?: string | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Returns whether the token endpoint refuses the credentials (RFC 6749, 5.2). A proxy can send any other status.
 * @param oauthError the OAuth error in the response
 */
export function isTokenRefusal(status: number | undefined, oauthError: string | undefined): boolean {
  return status === 400 || status === 401 || oauthError !== undefined;
}

/** A call to the API or to the token endpoint failed, and no retry is left. */
export class ApiError extends UserError {
  override readonly name = "ApiError";
  readonly reason: ApiErrorReason;
  readonly status: number | undefined;
  readonly code: number | undefined;
  readonly description: string | undefined;
  readonly requestId: string | undefined;
  readonly method: string;
  readonly url: string;
  readonly hint: string | undefined;
  /** The details without the cause, to recreate the error in another process. */
  readonly details: Omit<ApiErrorDetails, "cause">;

  constructor({ cause, ...details }: ApiErrorDetails) {
    const status =
      details.status === undefined
        ? ""
        : ` (${details.status}${details.code === undefined ? "" : `, code ${details.code}`})`;
    const said = [details.detail, details.description].filter((text) => text).join(": ");
    const request = details.requestId ? ` [request ${details.requestId}]` : "";
    const hint = details.hint ? `; ${details.hint}` : "";
    super(`${details.method} ${details.url}: ${details.summary}${status}${said ? `: ${said}` : ""}${request}${hint}`, {
      cause,
    });
    this.details = details;
    this.reason = details.reason;
    this.status = details.status;
    this.code = details.code;
    this.description = details.description;
    this.requestId = details.requestId;
    this.method = details.method;
    this.url = details.url;
    this.hint = details.hint;
  }

  /** Whether the credentials or the access are refused. Other errors can be an outage, a proxy or a wrong URL. */
  get isRefusal(): boolean {
    const { reason, status, code, details } = this;
    if (reason === "token") return isTokenRefusal(status, details.detail);
    return status === 401 || (status === 403 && errorRow(status, code).throttled !== true);
  }
  override get title(): string {
    return "The inventory could not be fetched";
  }
}
