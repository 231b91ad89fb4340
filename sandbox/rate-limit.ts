/** Allows so many requests in any second. A request that is refused does not count. */
export class RateLimit {
  readonly #times: number[] = [];

  /** @param rate requests a second; 0 allows any number */
  constructor(readonly rate: number) {}

  /** Returns whether one more request is allowed now, and counts it. */
  admit(now = performance.now()): boolean {
    if (this.rate === 0) return true;
    while (this.#times.length > 0 && now - (this.#times[0] ?? 0) >= 1000) this.#times.shift();
    if (this.#times.length >= this.rate) return false;
    this.#times.push(now);
    return true;
  }
}
