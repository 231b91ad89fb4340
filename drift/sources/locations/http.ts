import { STATUS_CODES } from "node:http";
import type { Readable } from "node:stream";
import type { Response } from "node-fetch";
import type { z } from "zod";
import { describeNetworkError } from "../../../provider/api/http/network-errors.js";
import { Deadline, retry, RetryableError } from "../../../provider/api/http/retry.js";
import { retryAfter } from "../../../provider/api/http/retry-after.js";
import { chunksOf, StepTimeout } from "../../../provider/api/http/step-timeout.js";
import { evenStarts } from "../../../provider/platform/even-starts.js";
import { DriftError } from "../../common/errors.js";
import { HttpSender, type HttpRequest } from "./http-send.js";

/** A call that reads. */
export interface HttpCall extends HttpRequest {
  /** The next step of the user by HTTP status. */
  readonly hints: Readonly<Record<number, string>>;
  /** Statuses that are not errors and mean that there is nothing to read. Default: none. */
  readonly absent?: readonly number[];
}

/** A response. Its body is read as it is iterated. */
export interface HttpResponse {
  /** Decompressed (Content-Encoding). @throws DriftError while iterating if the connection breaks */
  readonly body: AsyncGenerator<Buffer>;
  /** Closes the connection of a body that was not read to its end. */
  close(): void;
}

/** Limits of an {@link HttpReader}. Times are milliseconds. */
export interface HttpLimits {
  /** Maximum number of retries. Default 4. */
  readonly retries: number;
  /** Maximum of the first random pause; each further one is twice as long. Default 500. */
  readonly baseDelay: number;
  /** Timeout of the response, and of each part of the body. Default 30,000. */
  readonly stepTimeout: number;
  /** Timeout of a call with all its attempts, up to the part of the body that is retried. Default 120,000. */
  readonly timeout: number;
  /** Bytes of a body that are buffered, so that an attempt that breaks off within them is repeated. Default 4 MB. */
  readonly buffered: number;
  /** Maximum number of requests that start per second, evenly spaced. Default: no limit. */
  readonly requestsPerSecond: number;
}

const defaults: HttpLimits = {
  retries: 4,
  baseDelay: 500,
  stepTimeout: 30_000,
  timeout: 120_000,
  buffered: 4 * 1024 * 1024,
  requestsPerSecond: Infinity,
};

/** Maximum size in bytes of a document that is parsed as a whole, such as a page of a listing. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** Minimum pause after a 429 without Retry-After (milliseconds). */
const THROTTLE_PAUSE_MS = 1_000;

/** Statuses of which another attempt may succeed. */
const isTemporary = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/**
 * Reads over HTTP with retries: after network errors, timeouts, 408, 429 and 5xx. Waits as long as Retry-After says. Never shows bodies
 * of errors, queries of URLs or headers: these can have secrets.
 */
export class HttpReader {
  readonly #limits: HttpLimits;
  readonly #sender = new HttpSender();
  /** Resolves when the next request can start. */
  readonly #turn: () => Promise<void>;

  constructor(limits: Partial<HttpLimits> = {}) {
    this.#limits = { ...defaults, ...limits };
    this.#turn = evenStarts(1000 / this.#limits.requestsPerSecond);
  }

  /** Makes a call. @returns undefined for a status of `absent` @throws DriftError */
  async open(call: HttpCall): Promise<HttpResponse | undefined> {
    const { retries, baseDelay, timeout } = this.#limits;
    const deadline = new Deadline(timeout);
    const { signal } = deadline;
    deadline.start();
    try {
      const attempt = (): Promise<HttpResponse | undefined> => this.#turn().then(() => this.#attempt(call, signal));
      return await retry(attempt, { retries, baseDelay, deadline, signal, onRetry: () => undefined });
    } catch (error) {
      if (error instanceof DriftError || !signal.aborted) throw error;
      throw deadline.lastError ?? failed(call, `not complete within ${timeout / 1000} s`, "try again later");
    } finally {
      deadline.clear();
    }
  }

  /** Makes a call and parses the JSON of its response. @returns undefined for a status of `absent` @throws DriftError */
  async json<T>(call: HttpCall, schema: z.ZodType<T>): Promise<T | undefined> {
    const response = await this.open(call);
    if (response === undefined) return undefined;
    const { body, close } = response;
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of body) {
        chunks.push(chunk);
        if ((size += chunk.length) > MAX_DOCUMENT_BYTES)
          throw failed(call, `the response exceeds ${MAX_DOCUMENT_BYTES / 1024 / 1024} MB`, "check the location");
      }
    } finally {
      close();
    }
    return parse(call, Buffer.concat(chunks), schema);
  }

  async #attempt(call: HttpCall, overall: AbortSignal): Promise<HttpResponse | undefined> {
    const step = new StepTimeout(this.#limits.stepTimeout);
    const signal = AbortSignal.any([overall, step.signal]);
    const close = (): void => step.close();
    try {
      const response = await step.run(() => this.#sender.send(call, signal));
      const { status } = response;
      if (status !== 200) {
        close();
        if (call.absent?.includes(status)) return undefined;
        throw refusal(call, response);
      }
      const chunks = chunksOf(response.body as Readable, step);
      const head = await beginning(chunks, this.#limits.buffered);
      return { body: whole(head, chunks, (cause) => interruption(call, cause, step).reason), close };
    } catch (cause) {
      close();
      if (cause instanceof DriftError || cause instanceof RetryableError || overall.aborted) throw cause;
      const { reason, final } = interruption(call, cause, step);
      throw final ? reason : new RetryableError(reason);
    }
  }
}

/** Returns the error of a call. */
export function failed({ subject }: Pick<HttpCall, "subject">, summary: string, hint: string): DriftError {
  return new DriftError(`cannot read ${subject}: ${summary}; ${hint}`);
}

function refusal(call: HttpCall, { status, headers }: Response): Error {
  const isLater = isTemporary(status);
  const hint = call.hints[status] ?? (isLater ? "try again later" : "check the location and the credentials");
  const error = failed(call, `HTTP ${status} ${STATUS_CODES[status] ?? ""}`.trim(), hint);
  if (!isLater) return error;
  const wait = retryAfter(headers.get("retry-after"), headers.get("date"));
  return new RetryableError(error, wait, status === 429 ? THROTTLE_PAUSE_MS : 0);
}

/** Returns the error of an attempt that got no complete response. */
function interruption(call: HttpCall, cause: unknown, step: StepTimeout): { reason: DriftError; final: boolean } {
  if (step.isOver) {
    const summary = `no data for ${step.milliseconds / 1000} s`;
    return { reason: failed(call, summary, "check the network and the proxy settings"), final: false };
  }
  const { summary, hint, final } = describeNetworkError(cause, "the location");
  return { reason: failed(call, summary, hint), final };
}

function parse<T>(call: HttpCall, bytes: Buffer, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw failed(call, "the response is not JSON", "check the location: it can be a login page");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const at = result.error.issues[0]?.path.join(".");
  throw failed(call, `unexpected response${at ? ` at ${at}` : ""}`, "check the location, or update orange-cmdb");
}

/** Reads the first bytes of a body, or all of a smaller one. */
async function beginning(chunks: AsyncGenerator<Buffer>, size: number): Promise<Buffer[]> {
  const head: Buffer[] = [];
  for (let read = 0; read < size;) {
    const { value, done } = await chunks.next();
    if (done) break;
    head.push(value);
    read += value.length;
  }
  return head;
}

async function* whole(
  head: readonly Buffer[],
  chunks: AsyncGenerator<Buffer>,
  errorOf: (cause: unknown) => DriftError,
): AsyncGenerator<Buffer> {
  yield* head;
  try {
    yield* chunks;
  } catch (cause) {
    throw errorOf(cause);
  }
}
