import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";

/** Describes a retry. */
export interface RetryEvent {
  readonly url: string;
  readonly reason: string;
  /** Milliseconds. */
  readonly delay: number;
  readonly attempt: number;
}

/** The attempt failed, and another may succeed. */
export class RetryableError extends Error {
  /**
   * @param wait milliseconds of `Retry-After`; undefined for a random pause
   * @param minWait minimum of the random pause (milliseconds)
   */
  constructor(
    readonly reason: Error,
    readonly wait?: number,
    readonly minWait = 0,
  ) {
    super(reason.message);
  }
}

/** The API rejected a token that can be renewed. */
export class TokenRejectedError extends Error {
  constructor(readonly reason: Error) {
    super(reason.message);
  }
}

/** Maximum number of token renewals per call. The renewal of another process may revoke ours. */
const MAX_TOKEN_RENEWALS = 3;

/** Maximum pause before another attempt, unless the server asks for a longer one (milliseconds). */
const MAX_PAUSE_MS = 30_000;

/** The time limit of a call, which starts with its first attempt. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timeout: number;
  #end = Infinity;
  #timer: NodeJS.Timeout | undefined;
  /** The reason of the last retry. It says more than the timeout of an attempt. */
  lastError: Error | undefined;

  /** @param timeout milliseconds */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#end = Date.now() + this.#timeout;
    this.#timer = setTimeout(() => this.#controller.abort(), this.#timeout);
  }

  /** Returns whether a pause of so many milliseconds ends in time. */
  allows(pause: number): boolean {
    return Date.now() + pause <= this.#end;
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

/** Options of {@link retry}. */
export interface RetryOptions {
  readonly retries: number;
  /** Maximum of the first random pause (milliseconds); each further one is twice as long. */
  readonly baseDelay: number;
  readonly deadline: Deadline;
  /** Ends the attempts and the pauses. */
  readonly signal: AbortSignal;
  readonly onRetry: (event: Omit<RetryEvent, "url">) => void;
}

/**
 * Retries an attempt: after a pause if it fails with a `RetryableError`; at once, and without counting, if it fails with a
 * `TokenRejectedError`. Any other error is final.
 * @throws the reason of the last error
 */
export function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { retries, baseDelay, deadline, signal, onRetry } = options;
  return pRetry(attempt, {
    // p-retry also stops at its limit after an error that does not count, so its limit is higher than ours.
    retries: retries + 1,
    minTimeout: 0,
    signal,
    shouldConsumeRetry: ({ error }) => !(error instanceof TokenRejectedError),
    onFailedAttempt: async ({ error, attemptNumber, retriesConsumed }) => {
      if (error instanceof TokenRejectedError) {
        if (attemptNumber - retriesConsumed > MAX_TOKEN_RENEWALS) throw error.reason;
        return;
      }
      if (!(error instanceof RetryableError)) throw error;
      const random = Math.random() * Math.min(MAX_PAUSE_MS, baseDelay * 2 ** retriesConsumed);
      const delay = error.wait ?? Math.max(error.minWait, random);
      if (retriesConsumed >= retries || !deadline.allows(delay)) throw error.reason;
      deadline.lastError = error.reason;
      onRetry({ reason: error.message, delay, attempt: retriesConsumed + 1 });
      await sleep(delay, undefined, { signal });
    },
  });
}
