import type { Attributes } from "../inventory/records.js";
import type { PageSink, Taken } from "./list.js";
import { endsOf, idOf, parsePage } from "./page.js";
import { timesOf } from "./updated-at.js";

/** Keeps the records of a list in memory, each id once: for lists that are known to be short. */
export class RecordSink implements PageSink {
  readonly #found = new Map<string, Attributes>();

  begin(): void {
    this.#found.clear();
  }

  add(body: Uint8Array): Promise<Taken> {
    const before = this.#found.size;
    const page = parsePage(body);
    for (const record of page) this.#found.set(idOf(record) ?? "", record);
    const fresh = this.#found.size - before;
    return Promise.resolve({
      count: page.length,
      fresh,
      ends: endsOf(page),
      added: fresh,
      changed: fresh,
      times: timesOf(page),
    });
  }

  records(): Attributes[] {
    return [...this.#found.values()];
  }
}
