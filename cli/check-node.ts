import { nodeProblem } from "../provider/node-version.js";

// Imported before all else.
const problem = nodeProblem();
if (problem !== undefined) {
  process.stderr.write("orange-cmdb: " + problem + "\n");
  process.exit(1);
}
