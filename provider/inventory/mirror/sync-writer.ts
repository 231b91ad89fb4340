import { Worker } from "node:worker_threads";
import { workerCode } from "../../platform/worker-code.js";
import type { DatabaseSync } from "node:sqlite";
import { PageError } from "../../api/errors/page-error.js";
import type { PageSummary } from "../../api/paging/list.js";
import type { FieldMap } from "../../model/field-map.js";
import type { Retention } from "../../model/retention.js";
import {
  WriterSession,
  type WriterReply,
  type WriterResponse,
  type WriterRequest,
  type WriterStart,
} from "./writer-session.js";
import type { Kind } from "../../model/records.js";
import { Writer, type Extent, type Outcome } from "../store/writer.js";

/** Writes one sync into the mirror. */
export interface SyncWriter {
  /** @param how whether the pages have all records of the kind, or only those that changed. Default: all. */
  begin(kind: Kind, how?: Extent): Promise<void>;
  /** @throws PageError */
  add(kind: Kind, body: Uint8Array): Promise<PageSummary>;
  /** Everything becomes visible at once. */
  commit(outcomes: ReadonlyMap<Kind, Outcome>, keep: Retention): Promise<void>;
  /** Ends the sync and discards uncommitted changes. Does not fail. */
  close(): Promise<void>;
}

/** A writer in this thread, for a mirror in memory. */
export class InProcessWriter implements SyncWriter {
  readonly #writer: Writer;

  constructor(db: DatabaseSync, fieldMap: FieldMap, startedAt: number) {
    this.#writer = new Writer({ db }, fieldMap, startedAt);
  }

  async begin(kind: Kind, how?: Extent): Promise<void> {
    this.#writer.begin(kind, how);
  }
  async add(kind: Kind, body: Uint8Array): Promise<PageSummary> {
    return this.#writer.add(kind, body);
  }
  async commit(outcomes: ReadonlyMap<Kind, Outcome>, keep: Retention): Promise<void> {
    this.#writer.commit(outcomes, keep);
  }
  async close(): Promise<void> {
    this.#writer.close();
  }
}

/** Returns the response of the thread. @throws PageError, or an error with the code of the system or of SQLite */
function unwrap(answer: WriterResponse): WriterReply {
  if ("pageError" in answer) throw new PageError(answer.pageError.reason, answer.pageError.message);
  if ("error" in answer) throw Object.assign(new Error(answer.error.message), answer.error);
  return answer;
}

/**
 * A writer of a mirror's file. It works in a worker thread, so that pages are parsed and written while the next ones arrive. Without
 * worker threads it works in this thread.
 */
export class WorkerWriter implements SyncWriter {
  readonly #worker: Worker | undefined;
  readonly #session: WriterSession | undefined;
  /** The error that ended the thread. */
  #failure: Error | undefined;
  readonly #waiting: { resolve: (answer: WriterReply) => void; reject: (error: unknown) => void }[] = [];

  constructor(start: WriterStart) {
    const code = workerCode(__dirname, "load-thread.js");
    if (code === undefined) {
      this.#session = new WriterSession(start);
      return;
    }
    // Pages are short-lived, so a small young generation makes garbage collection cheap.
    const resourceLimits = { maxYoungGenerationSizeMb: 16 };
    this.#worker = new Worker(code.source, { eval: code.eval, workerData: start, resourceLimits });
    this.#worker.on("message", (answer: WriterResponse) => {
      const call = this.#waiting.shift();
      try {
        call?.resolve(unwrap(answer));
      } catch (error) {
        call?.reject(error);
      }
    });
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", () => this.#fail(new Error("the thread that writes the mirror has ended")));
  }

  async begin(kind: Kind, how?: Extent): Promise<void> {
    await this.#ask({ do: "begin", kind, how });
  }
  async add(kind: Kind, body: Uint8Array): Promise<PageSummary> {
    const { taken } = await this.#ask({ do: "add", kind, body }, [body.buffer as ArrayBuffer]);
    if (!taken) throw new Error("the thread that writes the mirror did not return the summary of a page");
    return taken;
  }
  async commit(outcomes: ReadonlyMap<Kind, Outcome>, keep: Retention): Promise<void> {
    await this.#ask({ do: "commit", outcomes, keep });
  }
  async close(): Promise<void> {
    // A terminated thread leaves a partial file, which the next sync removes.
    await this.#ask({ do: "close" }).catch(() => undefined);
  }

  async #ask(request: WriterRequest, transfer: ArrayBuffer[] = []): Promise<WriterReply> {
    if (this.#session) return unwrap(this.#session.answer(request));
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#waiting.push({ resolve, reject });
      this.#worker?.postMessage(request, transfer);
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const call of this.#waiting.splice(0)) call.reject(error);
  }
}
