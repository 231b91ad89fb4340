import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { DriftError } from "../errors.js";
import { bytesOf } from "./bytes.js";
import { splitHere, type SplitAnswer, type SplitStart } from "./split.js";

// The thread that reads one large state: see split, which starts it.
const { path, name, properties, ahead } = workerData as SplitStart;
const port = parentPort;
let open = 0;
port?.on("message", () => (open -= 1));

const say = (answer: SplitAnswer): void => port?.postMessage(answer, "json" in answer ? [answer.json.buffer] : []);

async function run(): Promise<void> {
  try {
    for await (const piece of splitHere(bytesOf(path, name), name, properties)) {
      // Not further ahead than what waits may take of the memory.
      while (open >= ahead && port) await once(port, "message");
      open += 1;
      say(piece);
    }
  } catch (error) {
    if (!(error instanceof DriftError)) throw error;
    say({ failure: error.message });
  }
  port?.unref();
}

void run();
