import { parentPort, workerData } from "node:worker_threads";
import { WriterSession, type WriterRequest, type WriterStart } from "./writer-session.js";

// The worker thread that writes one sync. WorkerWriter starts it.
const session = new WriterSession(workerData as WriterStart);

parentPort?.on("message", (request: WriterRequest) => {
  parentPort?.postMessage(session.answer(request));
  if (request.do === "close") parentPort?.close();
});
