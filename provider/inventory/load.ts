import { Worker } from "node:worker_threads";
import { threadFile } from "../thread-file.js";
import type { DatabaseSync } from "node:sqlite";
import { PageError } from "../api/page-error.js";
import type { Taken } from "../api/list.js";
import type { FieldMap } from "./field-map.js";
import type { Keep } from "./prune.js";
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

/** What the thread is started with. */
export interface LoadStart {
  readonly path: string;
  /** There is no mirror yet: it is made. */
  readonly isNew: boolean;
  readonly fieldMap: FieldMap;
  readonly startedAt: number;
  /** See {@link Writer}. */
  readonly verify?: boolean;
}

/** What the thread is asked. */
export type LoadRequest =
  | { readonly do: "begin"; readonly kind: Kind; readonly how?: Extent | undefined }
  | { readonly do: "add"; readonly kind: Kind; readonly body: Uint8Array }
  | { readonly do: "commit"; readonly outcomes: ReadonlyMap<Kind, Outcome>; readonly keep: Keep }
  | { readonly do: "close" };

interface Answered {
  readonly taken?: Taken;
  /** See {@link Load.ended}. */
  readonly ended?: boolean;
}

/** What it answers, in the order of the requests; a PageError by its parts, which cross threads where a class does not. */
export type LoadAnswer =
  | Answered
  | { readonly pageError: { readonly fault: PageError["fault"]; readonly message: string } }
  | { readonly error: { readonly message: string; readonly code: unknown; readonly errcode: unknown } };

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

/** A writer in a thread of its own: pages are parsed and written while the next ones arrive. */
export class ThreadLoad implements Load {
  readonly #worker: Worker;
  #committed = false;
  /** Why the thread answers no more. */
  #fault: Error | undefined;
  readonly #waiting: { resolve: (answer: Answered) => void; reject: (error: unknown) => void }[] = [];
  #end: (ended: boolean) => void = () => undefined;
  readonly ended = new Promise<boolean>((resolve) => (this.#end = resolve));

  constructor(start: LoadStart) {
    // A page and what becomes of it live shortly: where they have little room, they are cleared away cheaply.
    const resourceLimits = { maxYoungGenerationSizeMb: 16 };
    this.#worker = new Worker(threadFile(__dirname, "load-thread.js"), { workerData: start, resourceLimits });
    this.#worker.on("message", (answer: LoadAnswer) => {
      const call = this.#waiting.shift();
      if ("pageError" in answer) call?.reject(new PageError(answer.pageError.fault, answer.pageError.message));
      else if ("error" in answer) call?.reject(Object.assign(new Error(answer.error.message), answer.error));
      else call?.resolve(answer);
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

  #ask(request: LoadRequest, transfer: ArrayBuffer[] = []): Promise<Answered> {
    return new Promise((resolve, reject) => {
      if (this.#fault) return reject(this.#fault);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request, transfer);
    });
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    for (const call of this.#waiting.splice(0)) call.reject(error);
  }
}
