import { nodeProblem } from "./node-version.js";

// Every entry point imports this file first, so that an old Node.js gives a clear message instead of "module not found".
const problem = nodeProblem();
if (problem !== undefined) {
  const error = new Error("orange-cmdb: " + problem);
  // Pulumi shows a RunError without its stack trace.
  Object.defineProperty(error, "__pulumiRunError", { value: true });
  error.stack = error.message;
  throw error;
}
