import { EventEmitter, once } from "node:events";
import { parentPort } from "node:worker_threads";
import { DriftError } from "../common/errors.js";
import { readBytes } from "./read-bytes.js";
import { split } from "./split.js";
import type { SplitAnswer, SplitJob, SplitRequest } from "./split-pool.js";

// Worker that reads states, one after the other; split-pool.ts starts it.
const port = parentPort;

/** Maximum number of pieces in flight; a piece is about 1 MB of a file. */
const MAX_QUEUED_PIECES = 64;

const waiting: SplitJob[] = [];
const changed = new EventEmitter();
/** Pieces of the current state that were sent and not taken, and whether its reader has stopped. */
let open = 0;
let isStopped = false;
let current: number | undefined;
let isRunning = false;

port?.on("message", (request: SplitRequest) => {
  if ("from" in request) {
    waiting.push(request);
    if (!isRunning) void run();
  } else if (request.job === current) {
    if (request.is === "taken") open -= 1;
    else isStopped = true;
    changed.emit("change");
  } else if (request.is === "stop") {
    const at = waiting.findIndex(({ job }) => job === request.job);
    if (at >= 0) waiting.splice(at, 1);
  }
});

function answer(message: SplitAnswer): void {
  port?.postMessage(message, "json" in message ? [message.json.buffer] : []);
}

async function run(): Promise<void> {
  isRunning = true;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await read(next);
  isRunning = false;
}

async function* bytesOf(from: SplitJob["from"], name: string): AsyncGenerator<Buffer> {
  if (typeof from === "string") yield* readBytes(from, name);
  else yield Buffer.from(from.buffer, from.byteOffset, from.byteLength);
}

async function read({ job, from, name, properties }: SplitJob): Promise<void> {
  current = job;
  open = 0;
  isStopped = false;
  try {
    for await (const piece of split(bytesOf(from, name), name, properties)) {
      // Limit the pieces in flight, which take memory.
      while (open >= MAX_QUEUED_PIECES && !isStopped) await once(changed, "change");
      if (isStopped) return;
      open += 1;
      answer({ job, ...piece });
    }
  } catch (error) {
    if (!(error instanceof DriftError)) throw error;
    answer({ job, failure: error.message });
  }
}
