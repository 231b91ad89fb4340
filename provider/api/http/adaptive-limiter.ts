import { setTimeout as sleep } from "node:timers/promises";
import pLimit, { type LimitFunction } from "p-limit";
import { evenStarts } from "../../platform/even-starts.js";
import { until } from "../../platform/until.js";

/** Pause of all calls after a throttled response without `Retry-After` (milliseconds). [vendor] */
export const THROTTLE_PAUSE_MS = 1_000;

/** Limits of a {@link AdaptiveLimiter}. */
export interface RateLimits {
  /** Maximum number of concurrent calls. */
  readonly concurrency: number;
  /** Maximum number of calls that start per second. Starts are evenly spaced. */
  readonly requestsPerSecond: number;
}

/**
 * Limits the calls of a transport. A throttled response (429, or 403 with code 53) halves the concurrency. Each complete round of
 * successes increases it by one. Starts are evenly spaced, because the gateway rejects bursts. [vendor]
 */
export class AdaptiveLimiter {
  readonly #most: number;
  readonly #limit: LimitFunction;
  /** Resolves when the next call can start. */
  readonly #turn: () => Promise<void>;
  #wentWell = 0;
  #slowedAt = 0;
  #notBefore = 0;

  /** @param closed ends the waits of calls that have not started */
  constructor({ concurrency, requestsPerSecond }: RateLimits, closed: AbortSignal) {
    this.#most = concurrency;
    this.#limit = pLimit(concurrency);
    this.#turn = evenStarts(1000 / requestsPerSecond, closed);
  }

  /** The current maximum of concurrent calls. */
  get concurrency(): number {
    return this.#limit.concurrency;
  }

  /** Runs `call` within the limits; rejects at once if the signal aborts. */
  run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const started = this.#limit(async () => {
      do {
        signal.throwIfAborted();
        const pause = this.#notBefore - Date.now();
        if (pause > 0) await sleep(pause, undefined, { signal });
        await this.#turn();
      } while (this.#notBefore > Date.now());
      signal.throwIfAborted();
      return call();
    });
    return until(signal, started);
  }

  /**
   * Slows down after a throttled response.
   * @param startedAt start of the attempt; one from before the last slowdown does not count again
   * @param wait milliseconds in which no call starts
   */
  onThrottled(startedAt: number, wait: number): void {
    this.#notBefore = Math.max(this.#notBefore, Date.now() + wait);
    this.#wentWell = 0;
    if (startedAt < this.#slowedAt) return;
    this.#slowedAt = Date.now();
    this.#limit.concurrency = Math.max(1, Math.floor(this.#limit.concurrency / 2));
  }

  /** Records a successful attempt. */
  onSuccess(): void {
    this.#wentWell += 1;
    if (this.#wentWell < this.#limit.concurrency || this.#limit.concurrency >= this.#most) return;
    this.#wentWell = 0;
    this.#limit.concurrency += 1;
  }
}
