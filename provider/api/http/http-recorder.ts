import type { Headers } from "node-fetch";
import type { Redactor } from "./redact.js";
import type { Paging } from "./settings.js";

/** A call and its response. */
export interface HttpExchange {
  /** The path segments below the endpoint. The second one is an id. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly paging: Paging;
  readonly ifNoneMatch?: string | undefined;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Records the traffic with the API. */
export interface HttpRecorder {
  /** The first write failure, for callers that ignored it. */
  readonly firstError: Error | undefined;
  /** @param redactor removes the caller's secrets from everything that is written @throws RecordingError */
  record(exchange: HttpExchange, redactor: Redactor): void;
}
