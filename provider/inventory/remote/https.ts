import type { Readable } from "node:stream";
import fetch, { type Response } from "node-fetch";
import { errorRow } from "../../api/errors/error-catalogue.js";
import { ApiError } from "../../api/errors/errors.js";
import { Agents } from "../../api/http/agents.js";
import { describeNetworkError } from "../../api/http/network-errors.js";
import { discard, followRedirects, RedirectError } from "../../api/http/redirects.js";
import { Deadline, retry, RetryableError } from "../../api/http/retry.js";
import { retryAfter } from "../../api/http/retry-after.js";
import { chunksOf, StepTimeout } from "../../api/http/step-timeout.js";
import type { ApiSettings } from "../../api/http/settings.js";
import { describeFileError } from "../../files/permissions.js";
import { redactUrl } from "../../platform/urls.js";
import { checkSize, DownloadError, receive, type Download, type Source, type Validators } from "./download.js";

/** Options of {@link httpsSource}. */
export interface HttpsOptions {
  /** Sent as a bearer token, to the host of the URL only. */
  readonly token: string | undefined;
  /** Times in milliseconds. `attemptTimeout` is the maximum time without data, `timeout` the time for attempts. */
  readonly limits: Pick<ApiSettings, "attemptTimeout" | "timeout" | "retries">;
  readonly onRetry: (event: { readonly reason: string; readonly delay: number }) => void;
}

/** Maximum of the first pause between attempts (milliseconds). */
const BASE_DELAY_MS = 500;

/** System calls on the file. A network file system reports a full disk or an exceeded quota only when the file is synced or closed. */
const FILE_CALLS: readonly (string | undefined)[] = ["open", "write", "fsync", "close"];

/** Hints by status, for a URL whose query or token may be wrong. */
const HINTS: Readonly<Record<number, string>> = {
  400: "check inventoryFile; a presigned URL may have expired",
  401: "check inventoryToken",
  403: "check inventoryToken, or create the URL again if it was presigned and has expired",
  404: "check inventoryFile; a private server may require inventoryToken",
};

/** Returns a source that sends GET requests, conditional if there is a copy. Queries of URLs are in no message. */
export function httpsSource(address: string, { token, limits, onRetry }: HttpsOptions): Source {
  return async (path, validators) => {
    const agents = new Agents();
    const deadline = new Deadline(limits.timeout);
    deadline.start();
    const attempt = (): Promise<Download | undefined> =>
      new Attempt(agents, token, limits).run(address, path, validators);
    try {
      const { retries } = limits;
      // The deadline limits the pauses only: a download that makes progress goes on.
      return await retry(attempt, {
        retries,
        baseDelay: BASE_DELAY_MS,
        deadline,
        signal: new AbortController().signal,
        onRetry,
      });
    } finally {
      deadline.clear();
      agents.close();
    }
  };
}

/** One request with its redirects. */
class Attempt {
  readonly #agents: Agents;
  readonly #token: string | undefined;
  readonly #step: StepTimeout;

  constructor(agents: Agents, token: string | undefined, { attemptTimeout, timeout }: HttpsOptions["limits"]) {
    this.#agents = agents;
    this.#token = token;
    this.#step = new StepTimeout(Math.min(attemptTimeout, timeout));
  }

  async run(address: string, path: string, validators: Validators | undefined): Promise<Download | undefined> {
    let at = new URL(address);
    try {
      const { response } = await followRedirects(at, (url, isTrusted) => {
        at = url;
        return this.#step.run(() => this.#send(url, isTrusted ? this.#token : undefined, validators));
      });
      return await this.#read(at, response, path, validators);
    } catch (error) {
      throw error instanceof RedirectError ? refusedRedirect(error) : this.#interrupted(at, error);
    }
  }

  async #send(url: URL, token: string | undefined, validators: Validators | undefined): Promise<Response> {
    return fetch(url, {
      headers: {
        accept: "application/octet-stream, */*;q=0.5",
        "accept-encoding": "identity",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(validators?.etag === undefined ? {} : { "if-none-match": validators.etag }),
        ...(validators?.etag !== undefined || validators?.lastModified === undefined
          ? {}
          : { "if-modified-since": validators.lastModified }),
      },
      redirect: "manual",
      agent: await this.#agents.for(url),
      signal: this.#step.signal,
    });
  }

  async #read(
    url: URL,
    response: Response,
    path: string,
    validators: Validators | undefined,
  ): Promise<Download | undefined> {
    const { status, headers } = response;
    if (status === 304 && validators !== undefined) {
      discard(response);
      return undefined;
    }
    if (status !== 200 || response.body === null) {
      discard(response);
      throw refusal(url, response);
    }
    const declared = headers.get("content-encoding") === null ? headers.get("content-length") : null;
    checkSize(Number(declared), redactUrl(url));
    const content = await receive(chunksOf(response.body as Readable, this.#step), path, redactUrl(url));
    if (declared !== null && Number(declared) !== content.size)
      throw new RetryableError(failed(url, "the response is truncated", "try again later"));
    return {
      ...content,
      validators: {
        etag: headers.get("etag") ?? undefined,
        lastModified: headers.get("last-modified") ?? undefined,
      },
    };
  }

  /** Returns the error of an interrupted attempt. A network error or a stalled response is retried. */
  #interrupted(url: URL, cause: unknown): unknown {
    if (cause instanceof ApiError || cause instanceof RetryableError || cause instanceof DownloadError) return cause;
    const where = { method: "GET", url: redactUrl(url), cause };
    const hint = "check inventoryFile, the network and the proxy settings";
    if (this.#step.isOver) {
      const summary = `no data within ${this.#step.milliseconds / 1000} s`;
      return new RetryableError(new ApiError({ ...where, reason: "timeout", summary, hint }));
    }
    // The disk is full or a quota is exceeded, for example.
    const isOfFile = FILE_CALLS.includes((cause as NodeJS.ErrnoException).syscall);
    if (isOfFile && describeFileError(cause) !== undefined) return cause;
    const described = describeNetworkError(cause, "inventoryFile");
    const error = new ApiError({ ...where, reason: "network", summary: described.summary, hint: described.hint });
    return described.final ? error : new RetryableError(error);
  }
}

function refusedRedirect({ problem, from, status, target }: RedirectError): ApiError {
  if (problem === "too many") return failed(from, "too many redirects", "check inventoryFile");
  if (target === undefined) return failed(from, `redirected (${status}) without a valid target`, "check inventoryFile");
  const what = target.protocol === "https:" ? "this machine" : "not https";
  return failed(from, `redirected to ${redactUrl(target)}, which is ${what}`, "set inventoryFile to the final URL");
}

function refusal(url: URL, { status, headers }: Response): Error {
  const { meaning, action } = errorRow(status, undefined);
  const summary = status >= 200 && status < 300 ? "unexpected status" : meaning;
  const hint = HINTS[status] ?? (action === "retry" ? "try again later" : "check inventoryFile");
  const error = new ApiError({ reason: "http", method: "GET", url: redactUrl(url), summary, hint, status });
  if (action !== "retry") return error;
  return new RetryableError(error, retryAfter(headers.get("retry-after"), headers.get("date")));
}

function failed(url: URL, summary: string, hint: string): ApiError {
  return new ApiError({ reason: "invalid", method: "GET", url: redactUrl(url), summary, hint });
}
