import { setTimeout as sleep } from "node:timers/promises";
import pLimit, { type LimitFunction } from "p-limit";

/**
 * How many calls are under way at once: half as many when the API says that they are too many (429, or 403 with code
 * 53), one more again each time that a whole round of them went well.
 */
export class Pace {
  readonly #most: number;
  readonly #limit: LimitFunction;
  #wentWell = 0;
  #slowedAt = 0;
  #notBefore = 0;

  /** @param most calls at once, as long as nobody complains */
  constructor(most: number) {
    this.#most = most;
    this.#limit = pLimit(most);
  }

  /** Calls that may be under way now. */
  get concurrency(): number {
    return this.#limit.concurrency;
  }

  /** Runs `call` when there is room for it, and not while the API wants a pause. */
  run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#limit(async () => {
      const pause = this.#notBefore - Date.now();
      if (pause > 0) await sleep(pause, undefined, { signal });
      return call();
    });
  }

  /**
   * The API refused an attempt as one too many.
   * @param startedAt when that attempt began: what began before the last slowing down tells nothing new
   * @param wait milliseconds in which nothing more is to be sent
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
