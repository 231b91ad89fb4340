import { parentPort, workerData } from "node:worker_threads";
import { PageError } from "../api/page-error.js";
import { createMirrorFile, openMirrorFile } from "./database.js";
import { unsealMirror } from "./mirror-seal.js";
import type { LoadAnswer, LoadRequest, LoadStart } from "./load.js";
import { Writer } from "./writer.js";

// The thread that writes one sync: see ThreadLoad, which starts it.
const { path, isNew, fieldMap, startedAt, verify } = workerData as LoadStart;
let writer: Writer | undefined;

function answer(request: LoadRequest): LoadAnswer {
  if (request.do === "close") return { ended: writer?.close() ?? false };
  writer ??= new Writer(isNew ? createMirrorFile(path) : { db: openMirrorFile(path) }, fieldMap, startedAt, verify);
  switch (request.do) {
    case "begin":
      writer.begin(request.kind, request.how);
      return {};
    case "add":
      return { taken: writer.add(request.kind, request.body) };
    case "commit":
      if (!isNew) unsealMirror(path);
      writer.commit(request.outcomes, request.keep);
      return {};
  }
}

parentPort?.on("message", (request: LoadRequest) => {
  let said: LoadAnswer;
  try {
    said = answer(request);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
    said =
      error instanceof PageError
        ? { pageError: { fault: error.fault, message } }
        : { error: { message, code, errcode } };
  }
  parentPort?.postMessage(said);
  if (request.do === "close") parentPort?.close();
});
