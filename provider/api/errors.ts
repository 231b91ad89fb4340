/** What kind of fault it was. */
export type FaultReason = "http" | "network" | "timeout" | "aborted" | "incomplete" | "invalid" | "token";

/** The facts of a fault. */
export interface Fault {
  readonly reason: FaultReason;
  /** What happened, in a few words. */
  readonly summary: string;
  /** What to do next. */
  readonly hint?: string | undefined;
  readonly method: string;
  /** Without its query. */
  readonly url: string;
  /** HTTP status. */
  readonly status?: number | undefined;
  /** The API's own code, from the body. */
  readonly code?: number | undefined;
  /** The API's own message and description, from the body. */
  readonly detail?: string | undefined;
  readonly description?: string | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** A call to the API (or to the token endpoint) that failed for good. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly reason: FaultReason;
  readonly status: number | undefined;
  readonly code: number | undefined;
  readonly description: string | undefined;
  readonly requestId: string | undefined;
  readonly method: string;
  readonly url: string;
  readonly hint: string | undefined;
  /** All that was told of it, without its cause: enough to make the same error in another process. */
  readonly fault: Omit<Fault, "cause">;

  constructor({ cause, ...fault }: Fault) {
    const status =
      fault.status === undefined ? "" : ` (${fault.status}${fault.code === undefined ? "" : `, code ${fault.code}`})`;
    const said = [fault.detail, fault.description].filter((text) => text).join(": ");
    const request = fault.requestId ? ` [request ${fault.requestId}]` : "";
    const hint = fault.hint ? `; ${fault.hint}` : "";
    super(`${fault.method} ${fault.url}: ${fault.summary}${status}${said ? `: ${said}` : ""}${request}${hint}`, {
      cause,
    });
    this.fault = fault;
    this.reason = fault.reason;
    this.status = fault.status;
    this.code = fault.code;
    this.description = fault.description;
    this.requestId = fault.requestId;
    this.method = fault.method;
    this.url = fault.url;
    this.hint = fault.hint;
  }
}
