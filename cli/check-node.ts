import { nodeProblem } from "../provider/platform/node-version.js";

// Imported first, so that an old Node.js gets this message and no syntax error.
const problem = nodeProblem();
if (problem !== undefined) {
  // eslint-disable-next-line no-restricted-syntax -- an old Node.js cannot load print-error, and the text has no user input
  process.stderr.write("orange-cmdb: " + problem + "\n");
  process.exit(1);
}
