import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { workerCode, type WorkerCode } from "../../provider/platform/worker-code.js";
import { DriftError } from "../common/errors.js";
import type { Piece } from "./json/splitter.js";
import type { StateSource } from "./source.js";
import { split } from "./split.js";

/** A state that a worker splits: the path of a file, or the whole state, decompressed. */
export interface SplitJob {
  readonly job: number;
  readonly from: string | Uint8Array<ArrayBuffer>;
  readonly name: string;
  readonly properties: readonly string[] | undefined;
}

/** Input of a worker: a state, a piece that was taken, or a state whose reader has stopped. */
export type SplitRequest = SplitJob | { readonly job: number; readonly is: "taken" | "stop" };

/** A piece of a state, or the error that ends it. */
export type SplitAnswer = { readonly job: number } & (Piece | { readonly failure: string });

/** Minimum size of the states of a run, in bytes, that are split in workers. */
const THREAD_THRESHOLD_BYTES = 16 * 1024 * 1024;

/** Maximum size of a state, in bytes, that is kept whole in memory on its way to a worker. */
const MAX_WHOLE_BYTES = 4 * 1024 * 1024;

/** Size of the heap of a worker for new objects. A worker passes pieces on, and its heap would grow with the time that it runs. */
const YOUNG_GENERATION_MB = 8;

/** Maximum number of workers. With more of them, the evaluation in this thread is the limit. */
const MAX_WORKERS = 3;

/** Splits states into their entries: in worker threads if all states together exceed 16 MB. */
export class SplitPool {
  readonly #thread: WorkerCode | undefined;
  readonly #workers: SplitWorker[] = [];
  readonly #most: number;
  #jobs = 0;

  /** @param sources all states of the run */
  constructor(sources: readonly StateSource[]) {
    const sizes = sources.map(({ file, size }) => size ?? (file === undefined ? 0 : sizeOf(file)));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    this.#thread = bytes < THREAD_THRESHOLD_BYTES ? undefined : workerCode(__dirname, "split-thread.js");
    this.#most = Math.min(MAX_WORKERS, sources.length, Math.max(1, availableParallelism() - 1));
  }

  /**
   * Splits a state.
   * @param properties properties of resources to keep. Default: all
   * @throws DriftError while iterating
   */
  split(source: StateSource, properties?: readonly string[]): AsyncGenerator<Piece> {
    const { name, file, size } = source;
    if (this.#thread === undefined) return split(source.bytes(), name, properties);
    if (file !== undefined) return this.#inWorker(this.#thread, file, name, properties);
    if (size === undefined || size > MAX_WHOLE_BYTES) return split(source.bytes(), name, properties);
    return this.#whole(this.#thread, source, properties);
  }

  /** Reads the state of a bucket and splits it in a worker. A state that is large when decompressed is split here. */
  async *#whole(thread: WorkerCode, source: StateSource, properties?: readonly string[]): AsyncGenerator<Piece> {
    const { name } = source;
    const chunks = source.bytes();
    const read: Buffer[] = [];
    let size = 0;
    try {
      for (let next = await chunks.next(); ; next = await chunks.next()) {
        if (next.done) return yield* this.#inWorker(thread, new Uint8Array(Buffer.concat(read)), name, properties);
        read.push(next.value);
        size += next.value.length;
        if (size > MAX_WHOLE_BYTES) return yield* split(joined(read, chunks), name, properties);
      }
    } finally {
      await chunks.return(undefined);
    }
  }

  #inWorker(
    thread: WorkerCode,
    from: SplitJob["from"],
    name: string,
    properties: readonly string[] | undefined,
  ): AsyncGenerator<Piece> {
    const job = (this.#jobs += 1);
    const worker = (this.#workers[job % this.#most] ??= new SplitWorker(thread));
    return worker.read({ job, from, name, properties });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

async function* joined(first: readonly Buffer[], others: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* others;
}

/** A worker thread and the readers of its answers. */
class SplitWorker {
  readonly #worker: Worker;
  readonly #takers = new Map<number, (answer: SplitAnswer | Error) => void>();

  constructor(thread: WorkerCode) {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB };
    this.#worker = new Worker(thread.source, { eval: thread.eval, resourceLimits });
    this.#worker.on("message", (answer: SplitAnswer) => this.#takers.get(answer.job)?.(answer));
    const fail = (error: Error): void => {
      for (const take of this.#takers.values()) take(error);
    };
    this.#worker.on("error", fail);
    this.#worker.on("exit", () => fail(new Error("the worker that reads the state exited early")));
  }

  async *read(request: SplitJob): AsyncGenerator<Piece> {
    const { job } = request;
    const answers: (SplitAnswer | Error)[] = [];
    let wake = (): void => undefined;
    this.#takers.set(job, (answer) => {
      answers.push(answer);
      wake();
    });
    this.#send(request);
    let isDone = false;
    try {
      while (!isDone) {
        const answer = answers.shift();
        if (answer === undefined) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        if (answer instanceof Error) throw answer;
        isDone = "failure" in answer || "rest" in answer;
        if ("failure" in answer) throw new DriftError(answer.failure);
        yield answer;
        if (!isDone) this.#send({ job, is: "taken" });
      }
    } finally {
      this.#takers.delete(job);
      if (!isDone) this.#send({ job, is: "stop" });
    }
  }

  #send(request: SplitRequest): void {
    const body = "from" in request && typeof request.from !== "string" ? [request.from.buffer] : [];
    this.#worker.postMessage(request, body);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
