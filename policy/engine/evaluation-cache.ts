import type { PolicyName } from "../config/names.js";

interface Entry<T> {
  readonly readers: Set<PolicyName>;
  readonly value: T;
}

/**
 * Shares a value among the policies that evaluate one request of the engine. `@pulumi/policy` does not identify requests: a
 * second read by the same policy marks the start of the next request.
 */
export class EvaluationCache<T> {
  readonly #entries = new Map<string, Entry<T>>();

  /** Returns the value of the current request, created by its first reader. */
  read(key: string, reader: PolicyName, create: () => T): T {
    let entry = this.#entries.get(key);
    if (!entry || entry.readers.has(reader)) {
      entry = { readers: new Set(), value: create() };
      this.#entries.set(key, entry);
    }
    entry.readers.add(reader);
    return entry.value;
  }

  /** Returns the value of the latest request; undefined before the first request. */
  latest(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }
}
