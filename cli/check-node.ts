import { nodeProblem } from "../provider/node-version.js";

// Imported before all else.
const problem = nodeProblem();
if (problem !== undefined) {
  // eslint-disable-next-line no-restricted-syntax -- an old Node.js loads nothing else, and the text is ours
  process.stderr.write("orange-cmdb: " + problem + "\n");
  process.exit(1);
}
