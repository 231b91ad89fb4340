import type { Attributes } from "../../model/records.js";
import type { PageSink, PageSummary } from "./list.js";
import { firstAndLastIdOf, idOf, parsePage } from "./page.js";
import { timesOf } from "../../model/updated-at.js";

/** Keeps the records of a short list in memory, each id once. */
export class RecordSink implements PageSink {
  readonly #found = new Map<string, Attributes>();

  begin(): void {
    this.#found.clear();
  }

  add(body: Uint8Array): Promise<PageSummary> {
    const before = this.#found.size;
    const page = parsePage(body);
    for (const record of page) this.#found.set(idOf(record) ?? "", record);
    const newCount = this.#found.size - before;
    return Promise.resolve({
      count: page.length,
      newCount,
      firstAndLastId: firstAndLastIdOf(page),
      added: newCount,
      changed: newCount,
      times: timesOf(page),
    });
  }

  records(): Attributes[] {
    return [...this.#found.values()];
  }
}
