import { setTimeout as sleep } from "node:timers/promises";
import pLimit, { type LimitFunction } from "p-limit";
import pThrottle from "p-throttle";
import { until } from "./until.js";

/** Milliseconds that all calls wait after a throttled answer without `Retry-After`. [vendor] */
export const throttlePause = 1_000;

/** Limits of a {@link Pace}. */
export interface PaceLimits {
  /** Calls at once while no answer is throttled. */
  readonly concurrency: number;
  /** Calls that start in a second; they are evenly spaced. */
  readonly requestsPerSecond: number;
}

/**
 * Limits the calls of a transport. Their number at once is halved by a throttled answer (429, or 403 with code 53) and grows
 * by one with each whole round of successes. Their starts are evenly spaced, because the gateway refuses bursts. [vendor]
 */
export class Pace {
  readonly #most: number;
  readonly #limit: LimitFunction;
  /** Resolves when the next call can start. */
  readonly #turn: () => Promise<void>;
  #wentWell = 0;
  #slowedAt = 0;
  #notBefore = 0;

  /** @param closed ends the waits of calls that have not started */
  constructor({ concurrency, requestsPerSecond }: PaceLimits, closed: AbortSignal) {
    this.#most = concurrency;
    this.#limit = pLimit(concurrency);
    // More calls in a longer interval would start as a burst.
    const throttle = pThrottle({ limit: 1, interval: 1000 / requestsPerSecond, strict: true, signal: closed });
    this.#turn = throttle(() => Promise.resolve());
  }

  /** Calls that may be under way now. */
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
   * Slows down after a throttled answer.
   * @param startedAt start of the attempt; one from before the last slowdown does not count again
   * @param wait milliseconds in which no call starts
   */
  slowDown(startedAt: number, wait: number): void {
    this.#notBefore = Math.max(this.#notBefore, Date.now() + wait);
    this.#wentWell = 0;
    if (startedAt < this.#slowedAt) return;
    this.#slowedAt = Date.now();
    this.#limit.concurrency = Math.max(1, Math.floor(this.#limit.concurrency / 2));
  }

  /** An attempt went well. */
  speedUp(): void {
    this.#wentWell += 1;
    if (this.#wentWell < this.#limit.concurrency || this.#limit.concurrency >= this.#most) return;
    this.#wentWell = 0;
    this.#limit.concurrency += 1;
  }
}
