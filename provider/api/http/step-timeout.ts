import type { Readable } from "node:stream";

/** Aborts a step of a call that takes too long. The time between the steps does not count. */
export class StepTimeout {
  readonly #controller = new AbortController();
  #isOver = false;

  constructor(readonly milliseconds: number) {}

  /** Aborts when a step is over its time, or after {@link close}. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether a step took too long. */
  get isOver(): boolean {
    return this.#isOver;
  }

  async run<T>(step: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.#isOver = true;
      this.#controller.abort();
    }, this.milliseconds);
    try {
      return await step();
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#controller.abort();
  }
}

/** Reads a body. Each part has the time of a step; the time of the reader does not count. */
export async function* chunksOf(body: Readable, step: StepTimeout): AsyncGenerator<Buffer> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const { value, done } = await step.run(() => chunks.next());
      if (done) return;
      yield value;
    }
  } finally {
    body.destroy();
  }
}
