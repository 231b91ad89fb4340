import type { Readable } from "node:stream";
import fetch, { type Headers, type Response } from "node-fetch";
import pRetry, { AbortError } from "p-retry";
import { publicUrl, trustedUrl } from "./address.js";
import { answerFault, notJson } from "./answer-fault.js";
import { toUtf8 } from "./charset.js";
import { errorRow } from "./error-table.js";
import { Agents } from "./agents.js";
import { ApiError } from "./errors.js";
import { parseJson } from "./json.js";
import { networkFault } from "./network-fault.js";
import { PageError } from "./page-error.js";
import { Pace, throttlePause } from "./pace.js";
import { RecordError } from "./record-error.js";
import { recorderFor, type Recorder } from "./recorder.js";
import { Redactor } from "./redact.js";
import { retryAfter } from "./retry-after.js";
import type { ApiSettings } from "./settings.js";
import { TokenSource } from "./token.js";

/** An answer of the API. */
export interface Answer {
  /** A success, 304 where `ifNoneMatch` was sent, or a status that `isAnswer` accepts. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What a call may be told. */
export interface GetOptions {
  readonly query?: Readonly<Record<string, string>>;
  /** The caller's. */
  readonly signal?: AbortSignal | undefined;
  /** An ETag: answered by 304 without a body where the server still has the same. */
  readonly ifNoneMatch?: string | undefined;
  /** Bytes of the answer at most, as it is unpacked. Default: what a list may have. */
  readonly size?: number;
  /** Whether an error status with this body is an answer, which is returned as it is. Default: none is. */
  readonly isAnswer?: (status: number, body: Uint8Array) => boolean;
}

/** A call that will be repeated. */
export interface RetryEvent {
  readonly url: string;
  readonly reason: string;
  /** Milliseconds. */
  readonly delay: number;
  readonly attempt: number;
}

/** Options of the transport that tests set. */
export interface TransportOptions {
  readonly onRetry?: (event: RetryEvent) => void;
  /** The first pause is at most so long (milliseconds). Default 500. */
  readonly baseDelay?: number;
  /** Minimum pause of all calls after a throttled answer without `Retry-After` (milliseconds). Default 1000. */
  readonly throttlePause?: number;
}

/** A fault that is worth another attempt. */
class Transient extends Error {
  /**
   * @param wait milliseconds of `Retry-After`; undefined for a random pause
   * @param least minimum of the random pause (milliseconds)
   */
  constructor(
    readonly fault: ApiError,
    readonly wait?: number,
    readonly least = 0,
  ) {
    super(fault.message);
  }
}

/** The API refused a token that can be renewed. */
class TokenRejected extends Error {
  constructor(
    readonly fault: ApiError,
    readonly token: string,
  ) {
    super(fault.message);
  }
}

/** Renewals of the token in one call: the renewal of another process may revoke ours. */
const maxRenewals = 3;

/** An answer that says itself that it is larger than any may be; node-fetch says so in the same way of one that is. */
class TooLarge extends Error {
  readonly type = "max-size";
}

/** The segments of the path that was asked for. */
interface Asked {
  readonly path: readonly string[];
}

/** Bytes of one answer at most: a page of a thousand records has less than one in a hundred of it. */
const largestAnswer = 256 * 1024 * 1024;

/** Bytes of an answer that is no list: one record, or what the API says of itself. */
const largestValue = 16 * 1024 * 1024;

/** GET, with the token, the API key, retries and time-outs. */
export class Transport {
  readonly #settings: ApiSettings;
  readonly #options: TransportOptions;
  readonly #base: URL;
  readonly #tokens: TokenSource;
  readonly #agents = new Agents();
  readonly #redactor: Redactor;
  readonly #recorder: Recorder | undefined;
  readonly #closed = new AbortController();
  readonly #pace: Pace;

  constructor(settings: ApiSettings, options: TransportOptions = {}) {
    this.#settings = settings;
    this.#options = options;
    this.#base = trustedUrl("endpoint", settings.endpoint);
    this.#redactor = new Redactor(settings);
    this.#recorder = settings.record === undefined ? undefined : recorderFor(settings.record);
    this.#tokens = new TokenSource(settings, this.#agents, this.#redactor, this.#closed.signal);
    this.#pace = new Pace(settings, this.#closed.signal);
  }

  /**
   * One call, repeated as the error catalogue says; its time runs from when there is room for its first attempt.
   * @param path segments under the endpoint, each percent-encoded here
   * @throws ApiError; RecordError where the exchange cannot be kept
   */
  async get(path: readonly string[], options: GetOptions = {}): Promise<Answer> {
    const signal = AbortSignal.any([this.#closed.signal, ...(options.signal ? [options.signal] : [])]);
    const url = new URL(this.#base);
    url.pathname = [url.pathname.replace(/\/+$/, ""), ...path.map(encodeURIComponent)].join("/");
    for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.set(name, value);
    try {
      return await this.#call(url, { ...options, path }, signal);
    } catch (error) {
      if (error instanceof ApiError || error instanceof RecordError) throw error;
      throw this.#stopped(url, error, signal);
    }
  }

  /** A call whose answer is one JSON value, which is shown to people: secrets are taken out. @throws ApiError */
  async getJson(path: readonly string[], options: GetOptions = {}): Promise<unknown> {
    for (let attempt = 0; ; attempt += 1) {
      const { body, status } = await this.get(path, { size: largestValue, ...options });
      try {
        return this.#redactor.json(parseJson(body));
      } catch (error) {
        if (!(error instanceof PageError)) throw error;
        if (error.fault === "json" && attempt < this.#settings.retries) continue;
        const url = `${this.#settings.endpoint}/${path.map(encodeURIComponent).join("/")}`;
        throw this.invalid(url, error, status);
      }
    }
  }

  /** An answer that something on the way has cut or replaced, or that is not what the API describes. */
  invalid(url: string, fault: PageError, status?: number): ApiError {
    const summary = this.#redactor.beginning(fault.message);
    if (fault.fault === "json") return notJson(url, summary, status);
    const hint = "this is not what the API describes; check endpoint";
    return new ApiError({ reason: "invalid", method: "GET", url: publicUrl(url), summary, hint });
  }

  async #call(url: URL, options: GetOptions & Asked, signal: AbortSignal): Promise<Answer> {
    const tooLate = new AbortController();
    const overall = AbortSignal.any([tooLate.signal, signal]);
    let deadline = Infinity;
    let timer: NodeJS.Timeout | undefined;
    const begin = (): void => {
      timer ??= setTimeout(() => tooLate.abort(), this.#settings.timeout);
      deadline = Math.min(deadline, Date.now() + this.#settings.timeout);
    };
    let pause = 0;
    let rejected: string | undefined;
    let renewals = 0;
    let before: ApiError | undefined;
    try {
      return await pRetry(
        async () => {
          if (pause > 0) await sleep(pause, overall);
          pause = 0;
          for (;;) {
            try {
              // Re-enter the limiter for each attempt, so that a throttled call frees its slot.
              return await this.#pace.run(() => {
                begin();
                return this.#attempt(url, options, overall, rejected);
              }, overall);
            } catch (error) {
              if (error instanceof Transient) throw error;
              if (!(error instanceof TokenRejected))
                throw new AbortError(error instanceof Error ? error : new Error(String(error)));
              if ((renewals += 1) > maxRenewals) throw new AbortError(error.fault);
              rejected = error.token;
            }
          }
        },
        {
          retries: this.#settings.retries,
          minTimeout: 0,
          maxTimeout: 0,
          signal: overall,
          onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
            if (!(error instanceof Transient) || retriesLeft === 0) return;
            before = error.fault;
            const most = Math.min(30_000, (this.#options.baseDelay ?? 500) * 2 ** (attemptNumber - 1));
            pause = error.wait ?? Math.max(error.least, Math.random() * most);
            if (Date.now() + pause > deadline) throw error.fault;
            this.#options.onRetry?.({
              url: publicUrl(url),
              reason: error.fault.message,
              delay: pause,
              attempt: attemptNumber,
            });
          },
        },
      );
    } catch (error) {
      if (error instanceof Transient) throw error.fault;
      // That the time was up in the middle of another attempt says less than why there had to be one.
      throw before && tooLate.signal.aborted && !signal.aborted ? before : error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #attempt(
    url: URL,
    { ifNoneMatch, path, query = {}, size = largestAnswer, isAnswer }: GetOptions & Asked,
    overall: AbortSignal,
    rejected: string | undefined,
  ): Promise<Answer> {
    const token = await this.#token(url, overall, rejected);
    const signal = AbortSignal.any([overall, AbortSignal.timeout(this.#settings.attemptTimeout)]);
    const where = { method: "GET", url: publicUrl(url) };
    const startedAt = Date.now();
    let response: Response;
    let body: Uint8Array;
    try {
      const agent = await this.#agents.for(url);
      response = await fetch(url, {
        headers: {
          accept: "application/json",
          authorization: `Bearer ${token}`,
          // [assumption 4]
          ...(this.#settings.apiKey === undefined ? {} : { "x-api-key": this.#settings.apiKey }),
          ...(ifNoneMatch === undefined ? {} : { "if-none-match": ifNoneMatch }),
        },
        redirect: "manual",
        agent,
        // Of the body as it is unpacked.
        size,
        signal,
      });
      if (Number(response.headers.get("content-length")) > size) {
        (response.body as Readable | null)?.destroy();
        throw new TooLarge();
      }
      body = toUtf8(new Uint8Array(await response.arrayBuffer()), response.headers.get("content-type"));
    } catch (cause) {
      throw this.#interrupted(url, cause, signal, overall);
    }
    const { status, headers } = response;
    const { paging } = this.#settings;
    this.#recorder?.record({ path, query, paging, ifNoneMatch, status, headers, body }, this.#redactor);
    const isExpected = isAnswer?.(status, body) ?? false;
    if (response.ok || isExpected || (status === 304 && ifNoneMatch !== undefined)) {
      this.#pace.speedUp();
      // Some are shown, and an ETag is kept with the list.
      if (this.#redactor.isIn([...headers.values()].join("\n")))
        for (const [name, value] of [...headers]) if (this.#redactor.isIn(value)) headers.delete(name);
      return { status: response.status, headers: response.headers, body };
    }
    const fault = answerFault(response, Buffer.from(body).toString("utf8"), where, (said) =>
      this.#redactor.beginning(said),
    );
    const row = errorRow(response.status, fault.code);
    if (row.action === "retry") {
      const wait = retryAfter(response.headers.get("retry-after"), response.headers.get("date"));
      const least = row.throttled ? (this.#options.throttlePause ?? throttlePause) : 0;
      if (row.throttled) this.#pace.slowDown(startedAt, Math.min(wait ?? least, this.#settings.timeout));
      throw new Transient(fault, wait, least);
    }
    if (row.action === "renew" && this.#tokens.renewable) throw new TokenRejected(fault, token);
    throw fault;
  }

  async #token(url: URL, overall: AbortSignal, rejected: string | undefined): Promise<string> {
    try {
      return await this.#tokens.token(overall, rejected);
    } catch (error) {
      if (error instanceof ApiError) throw error.reason === "token" ? error : new Transient(error);
      throw this.#interrupted(url, error, overall, overall);
    }
  }

  /** A network fault or a slow attempt is worth another; a call that was stopped as a whole is not. */
  #interrupted(url: URL, cause: unknown, signal: AbortSignal, overall: AbortSignal): unknown {
    if (overall.aborted) return cause;
    const where = { method: "GET", url: publicUrl(url), cause };
    if (signal.aborted) {
      const hint = "check endpoint, the network and the proxy settings";
      const summary = `no answer within ${this.#settings.attemptTimeout / 1000} s`;
      return new Transient(new ApiError({ ...where, reason: "timeout", summary, hint }));
    }
    const fault = networkFault(cause);
    const error = new ApiError({ ...where, reason: "network", summary: fault.summary, hint: fault.hint });
    return fault.final ? error : new Transient(error);
  }

  #stopped(url: URL, cause: unknown, signal: AbortSignal): ApiError {
    const where = { method: "GET", url: publicUrl(url), cause };
    if (signal.aborted) return new ApiError({ ...where, reason: "aborted", summary: "stopped by the caller" });
    const summary = `not done within ${this.#settings.timeout / 1000} s`;
    return new ApiError({ ...where, reason: "timeout", summary, hint: "raise timeout or try again later" });
  }

  /** Text of whatever origin without the secrets of the settings, and without the tokens that came. */
  redact(text: string): string {
    return this.#redactor.redact(text);
  }

  /** Says again that an exchange could not be kept, where a call's fault was passed over. @throws RecordError */
  checkRecord(): void {
    if (this.#recorder?.fault) throw this.#recorder.fault;
  }

  /** Ends calls under way, those that wait for their next attempt too, and the connections that are kept open. */
  close(): void {
    this.#closed.abort();
    this.#agents.close();
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
