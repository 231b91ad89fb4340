import { statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { threadFile } from "../../provider/thread-file.js";
import { DriftError } from "../errors.js";
import { JsonElements, type Piece } from "./json-elements.js";
import type { Source } from "./source.js";
import { wanted } from "./wanted.js";

/** What the thread is started with. */
export interface SplitStart {
  readonly path: string;
  readonly name: string;
  readonly properties: readonly string[] | undefined;
  /** So many pieces it may be ahead of who takes them. */
  readonly ahead: number;
}

/** What it says, or why it cannot. */
export type SplitAnswer = Piece | { readonly failure: string };

/** From so many bytes on, a thread of its own is worth its start. */
const large = 16 * 1024 * 1024;

/** A piece is of about a megabyte of the file. */
const ahead = 64;

/**
 * Splits a state into its entries; a large file in a worker thread, if there can be one, which begins at once and not when it is asked.
 * @param properties no other properties of a resource will be looked at. Default: all
 * @throws DriftError, when it is read
 */
export function split(source: Source, properties?: readonly string[]): AsyncGenerator<Piece> {
  const { name, file } = source;
  const size = file === undefined ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  const thread = size < large ? undefined : threadFile(__dirname, "split-thread.js");
  if (file === undefined || thread === undefined) return splitHere(source.bytes(), name, properties);
  const start: SplitStart = { path: file, name, properties, ahead };
  return piecesOf(new Worker(thread, { workerData: start }));
}

/** The same in this thread. */
export async function* splitHere(
  bytes: AsyncIterable<Buffer>,
  name: string,
  properties?: readonly string[],
): AsyncGenerator<Piece> {
  const elements = new JsonElements(wanted(properties), name);
  for await (const chunk of bytes) yield* elements.push(chunk);
  yield { rest: elements.end() };
}

async function* piecesOf(thread: Worker): AsyncGenerator<Piece> {
  const answers: (SplitAnswer | Error)[] = [];
  let wake = (): void => undefined;
  const take = (answer: SplitAnswer | Error): void => {
    answers.push(answer);
    wake();
  };
  thread.on("message", take);
  thread.on("error", take);
  thread.on("exit", () => take(new Error("the thread that reads the state has ended before its end")));
  try {
    for (;;) {
      const answer = answers.shift();
      if (answer === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      if (answer instanceof Error) throw answer;
      if ("failure" in answer) throw new DriftError(answer.failure);
      yield answer;
      if ("rest" in answer) return;
      thread.postMessage("taken");
    }
  } finally {
    await thread.terminate();
  }
}
