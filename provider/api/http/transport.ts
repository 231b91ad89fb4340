import { redactUrl, requireSecureUrl } from "../../platform/urls.js";
import { errorFromResponse, invalidJsonError } from "../errors/error-response.js";
import { errorRow } from "../errors/error-catalogue.js";
import { Agents } from "./agents.js";
import { ApiError } from "../errors/errors.js";
import { getBytes, type Answer } from "./get-bytes.js";
import { Deadline, retry, RetryableError, TokenRejectedError, type RetryEvent } from "./retry.js";
import { parseJson } from "./json.js";
import { describeNetworkError } from "./network-errors.js";
import { PageError } from "../errors/page-error.js";
import { AdaptiveLimiter, THROTTLE_PAUSE_MS } from "./adaptive-limiter.js";
import { RecordingError } from "../errors/recording-error.js";
import type { HttpRecorder } from "./http-recorder.js";
import { Redactor } from "./redact.js";
import { retryAfter } from "./retry-after.js";
import type { ApiSettings } from "./settings.js";
import { TokenSource } from "./token.js";

export type { Answer, RetryEvent };

/** Options of a call. */
export interface GetOptions {
  readonly query?: Readonly<Record<string, string>>;
  /** Aborts the call. */
  readonly signal?: AbortSignal | undefined;
  /** An ETag. The server responds with 304 and no body if it still matches. */
  readonly ifNoneMatch?: string | undefined;
  /** Maximum size of the decompressed response in bytes. Default: the limit of a list. */
  readonly size?: number;
  /** Returns whether to return a response with an error status as it is. Default: never. */
  readonly isAnswer?: (status: number, body: Uint8Array) => boolean;
}

/** Options of the transport. */
export interface TransportOptions {
  /** Records the traffic. Default: no recording. */
  readonly recorder?: HttpRecorder | undefined;
  readonly onRetry?: (event: RetryEvent) => void;
  /** Maximum of the first pause (milliseconds). Default 500. */
  readonly baseDelay?: number;
  /** Minimum pause of all calls after a throttled response without `Retry-After` (milliseconds). Default 1000. */
  readonly throttlePause?: number;
}

/** Maximum size of a response in bytes. A page of 1000 records has less than 1 % of it. */
const MAX_RESPONSE_BYTES = 256 * 1024 * 1024;

/** Maximum size in bytes of a response that is not a list: one record, or the API's description. */
const MAX_VALUE_BYTES = 16 * 1024 * 1024;

/** Sends GET requests with the token, the API key, retries and timeouts. */
export class Transport {
  readonly #settings: ApiSettings;
  readonly #options: TransportOptions;
  readonly #base: URL;
  readonly #tokens: TokenSource;
  readonly #agents = new Agents();
  readonly #redactor: Redactor;
  readonly #recorder: HttpRecorder | undefined;
  readonly #closed = new AbortController();
  readonly #pace: AdaptiveLimiter;

  constructor(settings: ApiSettings, options: TransportOptions = {}) {
    this.#settings = settings;
    this.#options = options;
    this.#base = requireSecureUrl("endpoint", settings.endpoint);
    this.#redactor = new Redactor(settings);
    this.#recorder = options.recorder;
    this.#tokens = new TokenSource(settings, this.#agents, this.#redactor, this.#closed.signal);
    this.#pace = new AdaptiveLimiter(settings, this.#closed.signal);
  }

  /**
   * Makes one call, with retries as the error catalogue says. Its timeout starts when the limiter admits the first attempt.
   * @param path segments below the endpoint, which are percent-encoded here
   * @throws ApiError; RecordingError if the recording fails
   */
  async get(path: readonly string[], options: GetOptions = {}): Promise<Answer> {
    const url = this.#url(path);
    for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.set(name, value);
    const stop = AbortSignal.any([this.#closed.signal, ...(options.signal ? [options.signal] : [])]);
    const deadline = new Deadline(this.#settings.timeout);
    const signal = AbortSignal.any([deadline.signal, stop]);
    const attempt = (): Promise<Answer> => {
      deadline.start();
      return this.#attempt(url, path, options, signal);
    };
    try {
      // Re-enter the limiter for each attempt, so that a throttled call frees its slot.
      return await retry(() => this.#pace.run(attempt, signal), {
        retries: this.#settings.retries,
        baseDelay: this.#options.baseDelay ?? 500,
        deadline,
        signal,
        onRetry: (event) => this.#options.onRetry?.({ url: redactUrl(url), ...event }),
      });
    } catch (error) {
      if (error instanceof ApiError || error instanceof RecordingError || !signal.aborted) throw error;
      if (deadline.lastError && !stop.aborted) throw deadline.lastError;
      throw this.#stopped(url, error, stop);
    } finally {
      deadline.clear();
    }
  }

  #url(path: readonly string[]): URL {
    const url = new URL(this.#base);
    url.pathname = [url.pathname.replace(/\/+$/, ""), ...path.map(encodeURIComponent)].join("/");
    return url;
  }

  /** Makes a call and returns the JSON without secrets, because it is shown to users. @throws ApiError */
  getJson(path: readonly string[], options: GetOptions = {}): Promise<unknown> {
    const call = (): Promise<Answer> => this.get(path, { size: MAX_VALUE_BYTES, ...options });
    return this.parse(path, call, ({ body }) => this.#redactor.json(parseJson(body)));
  }

  /**
   * Parses the response of a call. The call is retried if the body is not JSON, because a proxy may have truncated or replaced it.
   * @param path the path in the error
   * @throws ApiError instead of a PageError of `parse`
   */
  async parse<T>(
    path: readonly string[],
    call: () => Promise<Answer>,
    parse: (answer: Answer) => T | Promise<T>,
  ): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await call();
      try {
        return await parse(answer);
      } catch (error) {
        if (!(error instanceof PageError)) throw error;
        if (error.reason === "json" && attempt < this.#settings.retries) continue;
        throw this.#invalid(this.#url(path), error, answer.status);
      }
    }
  }

  /** Returns the error of a response that is not JSON, or not what the API describes. */
  #invalid(url: URL, error: PageError, status: number): ApiError {
    const summary = this.#redactor.beginning(error.message);
    if (error.reason === "json") return invalidJsonError(url.href, summary, status);
    const hint = "the response does not match the API; check endpoint";
    return new ApiError({ reason: "invalid", method: "GET", url: redactUrl(url), summary, hint });
  }

  async #attempt(url: URL, path: readonly string[], options: GetOptions, signal: AbortSignal): Promise<Answer> {
    const { query = {}, ifNoneMatch, isAnswer } = options;
    const token = await this.#token(url, signal);
    const startedAt = Date.now();
    const answer = await this.#send(url, token, options, signal);
    const { status, headers, body } = answer;
    this.#recorder?.record({ path, query, paging: this.#settings.paging, ifNoneMatch, ...answer }, this.#redactor);
    const isSuccess = (status >= 200 && status < 300) || (status === 304 && ifNoneMatch !== undefined);
    if (!isSuccess && !isAnswer?.(status, body)) throw this.#refusal(url, answer, token, startedAt);
    this.#pace.onSuccess();
    // Some headers are shown, and an ETag is stored with the list.
    for (const [name, value] of [...headers]) if (this.#redactor.isIn(value)) headers.delete(name);
    return answer;
  }

  async #send(url: URL, token: string, options: GetOptions, overall: AbortSignal): Promise<Answer> {
    const { ifNoneMatch, size = MAX_RESPONSE_BYTES } = options;
    const signal = AbortSignal.any([overall, AbortSignal.timeout(this.#settings.attemptTimeout)]);
    const headers = {
      accept: "application/json",
      authorization: `Bearer ${token}`,
      // [assumption 4]
      ...(this.#settings.apiKey === undefined ? {} : { "x-api-key": this.#settings.apiKey }),
      ...(ifNoneMatch === undefined ? {} : { "if-none-match": ifNoneMatch }),
    };
    try {
      return await getBytes(url, { headers, agent: await this.#agents.for(url), size, signal });
    } catch (cause) {
      throw this.#interrupted(url, cause, signal, overall);
    }
  }

  /** Returns the error of an error response, as a class that selects the client's action. */
  #refusal(url: URL, answer: Answer, token: string, startedAt: number): Error {
    const { status, headers, body } = answer;
    const where = { method: "GET", url: redactUrl(url) };
    const error = errorFromResponse(answer, Buffer.from(body).toString("utf8"), where, (said) =>
      this.#redactor.beginning(said),
    );
    const row = errorRow(status, error.code);
    if (row.action === "renew" && this.#tokens.renewable) {
      this.#tokens.reject(token);
      return new TokenRejectedError(error);
    }
    if (row.action !== "retry") return error;
    const wait = retryAfter(headers.get("retry-after"), headers.get("date"));
    if (!row.throttled) return new RetryableError(error, wait);
    const minWait = this.#options.throttlePause ?? THROTTLE_PAUSE_MS;
    this.#pace.onThrottled(startedAt, Math.min(wait ?? minWait, this.#settings.timeout));
    return new RetryableError(error, wait, minWait);
  }

  async #token(url: URL, overall: AbortSignal): Promise<string> {
    try {
      return await this.#tokens.token(overall);
    } catch (error) {
      if (error instanceof ApiError) throw error.reason === "token" ? error : new RetryableError(error);
      throw this.#interrupted(url, error, overall, overall);
    }
  }

  /** Returns the error of an interrupted attempt. A network error or a slow attempt is retried, an aborted call is not. */
  #interrupted(url: URL, cause: unknown, signal: AbortSignal, overall: AbortSignal): unknown {
    if (overall.aborted) return cause;
    const where = { method: "GET", url: redactUrl(url), cause };
    if (signal.aborted) {
      const hint = "check endpoint, the network and the proxy settings";
      const summary = `no response within ${this.#settings.attemptTimeout / 1000} s`;
      return new RetryableError(new ApiError({ ...where, reason: "timeout", summary, hint }));
    }
    const described = describeNetworkError(cause);
    const error = new ApiError({ ...where, reason: "network", summary: described.summary, hint: described.hint });
    return described.final ? error : new RetryableError(error);
  }

  #stopped(url: URL, cause: unknown, signal: AbortSignal): ApiError {
    const where = { method: "GET", url: redactUrl(url), cause };
    if (signal.aborted) return new ApiError({ ...where, reason: "aborted", summary: "aborted by the caller" });
    const summary = `not complete within ${this.#settings.timeout / 1000} s`;
    return new ApiError({ ...where, reason: "timeout", summary, hint: "raise timeout or try again later" });
  }

  /** Returns a text without the secrets of the settings and without received tokens. */
  redact(text: string): string {
    return this.#redactor.redact(text);
  }

  /** Throws the first recording error, for callers that ignored the error of a call. @throws RecordingError */
  checkRecord(): void {
    if (this.#recorder?.firstError) throw this.#recorder.firstError;
  }

  /** Aborts running and waiting calls, and closes the connections. */
  close(): void {
    this.#closed.abort();
    this.#agents.close();
  }
}
