import { Worker } from "node:worker_threads";
import { threadFile } from "../thread-file.js";
import type { DatabaseSync } from "node:sqlite";
import { PageError } from "../api/page-error.js";
import type { Taken } from "../api/list.js";
import type { FieldMap } from "./field-map.js";
import type { Keep } from "./prune.js";
import { LoadSession, type Answered, type LoadAnswer, type LoadRequest, type LoadStart } from "./load-session.js";
import type { Kind } from "./records.js";
import { Writer, type Extent, type Outcome } from "./writer.js";

/** One sync on its way into the mirror. */
export interface Load {
  /** @param how the pages hold all records of the kind, or only those that changed. Default: all. */
  begin(kind: Kind, how?: Extent): Promise<void>;
  /** @throws PageError */
  add(kind: Kind, body: Uint8Array): Promise<Taken>;
  /** Everything becomes visible at once. */
  commit(outcomes: ReadonlyMap<Kind, Outcome>, keep: Keep): Promise<void>;
  /** Ends it; what was not committed never was. */
  close(): Promise<void>;
  /** Whether it was committed, and nobody writes any more; {@link close} does not wait for that. */
  readonly ended: Promise<boolean>;
}

/** A writer in this thread, for a mirror that has no file. */
export class InlineLoad implements Load {
  readonly ended = Promise.resolve(false);
  readonly #writer: Writer;

  constructor(db: DatabaseSync, fieldMap: FieldMap, startedAt: number) {
    this.#writer = new Writer({ db, stays: true }, fieldMap, startedAt);
  }

  async begin(kind: Kind, how?: Extent): Promise<void> {
    this.#writer.begin(kind, how);
  }
  async add(kind: Kind, body: Uint8Array): Promise<Taken> {
    return this.#writer.add(kind, body);
  }
  async commit(outcomes: ReadonlyMap<Kind, Outcome>, keep: Keep): Promise<void> {
    this.#writer.commit(outcomes, keep);
  }
  async close(): Promise<void> {
    this.#writer.close();
  }
}

/** The answer itself, or its error. @throws PageError, or the error of the file or of SQLite by its codes */
function unwrap(answer: LoadAnswer): Answered {
  if ("pageError" in answer) throw new PageError(answer.pageError.fault, answer.pageError.message);
  if ("error" in answer) throw Object.assign(new Error(answer.error.message), answer.error);
  return answer;
}

/**
 * A writer of a mirror's file. It works in a thread of its own, so that pages are parsed and written while the next ones
 * arrive; in this thread if there can be no other.
 */
export class ThreadLoad implements Load {
  readonly #worker: Worker | undefined;
  readonly #session: LoadSession | undefined;
  #committed = false;
  /** Why the thread answers no more. */
  #fault: Error | undefined;
  readonly #waiting: { resolve: (answer: Answered) => void; reject: (error: unknown) => void }[] = [];
  #end: (ended: boolean) => void = () => undefined;
  readonly ended = new Promise<boolean>((resolve) => (this.#end = resolve));

  constructor(start: LoadStart) {
    const file = threadFile(__dirname, "load-thread.js");
    if (file === undefined) {
      this.#session = new LoadSession(start);
      return;
    }
    // A page and what becomes of it live shortly: where they have little room, they are cleared away cheaply.
    const resourceLimits = { maxYoungGenerationSizeMb: 16 };
    this.#worker = new Worker(file, { workerData: start, resourceLimits });
    this.#worker.on("message", (answer: LoadAnswer) => {
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
  async add(kind: Kind, body: Uint8Array): Promise<Taken> {
    const { taken } = await this.#ask({ do: "add", kind, body }, [body.buffer as ArrayBuffer]);
    if (!taken) throw new Error("the thread that writes the mirror did not say what it took");
    return taken;
  }
  async commit(outcomes: ReadonlyMap<Kind, Outcome>, keep: Keep): Promise<void> {
    await this.#ask({ do: "commit", outcomes, keep });
    this.#committed = true;
  }

  /** What is committed can be read already: nobody waits for the thread, which copies the log into the file. */
  async close(): Promise<void> {
    const closed = this.#ask({ do: "close" }).then(
      ({ ended = false }) => this.#end(ended),
      () => this.#end(false),
    );
    if (!this.#committed) await closed;
  }

  async #ask(request: LoadRequest, transfer: ArrayBuffer[] = []): Promise<Answered> {
    if (this.#session) return unwrap(this.#session.answer(request));
    return new Promise((resolve, reject) => {
      if (this.#fault) return reject(this.#fault);
      this.#waiting.push({ resolve, reject });
      this.#worker?.postMessage(request, transfer);
    });
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    for (const call of this.#waiting.splice(0)) call.reject(error);
  }
}
