/** Limits the requests in any second. Rejected requests do not count. */
export class RateLimit {
  readonly #times: number[] = [];

  /** @param rate maximum requests per second; 0 is no limit */
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
