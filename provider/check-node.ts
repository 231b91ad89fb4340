import { nodeProblem } from "./node-version.js";

// Imported first by what a program or the policy host loads: said in plain words, and not as a module that is not found.
const problem = nodeProblem();
if (problem !== undefined) {
  const error = new Error("orange-cmdb: " + problem);
  // What Pulumi shows without a stack trace, where it is at work.
  Object.defineProperty(error, "__pulumiRunError", { value: true });
  error.stack = error.message;
  throw error;
}
