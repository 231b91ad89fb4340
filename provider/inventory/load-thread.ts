import { parentPort, workerData } from "node:worker_threads";
import { LoadSession, type LoadRequest, type LoadStart } from "./load-session.js";

// The thread that writes one sync: see ThreadLoad, which starts it.
const session = new LoadSession(workerData as LoadStart);

parentPort?.on("message", (request: LoadRequest) => {
  parentPort?.postMessage(session.answer(request));
  if (request.do === "close") parentPort?.close();
});
