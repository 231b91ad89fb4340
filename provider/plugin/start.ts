import "../compile-cache.js";
import { createRequire } from "node:module";
import { nodeProblem, oldestNode } from "../node-version.js";

if (nodeProblem() !== undefined) {
  // eslint-disable-next-line no-restricted-syntax -- an old Node.js loads nothing else, and the text is ours
  process.stderr.write(
    `orange-cmdb: the provider plugin needs Node.js ${oldestNode.join(".")} or later, and the node on PATH is ${process.version}\n`,
  );
  process.exit(1);
}
// What comes next is compiled after the cache is there: a file of its own.
createRequire(__filename)("./main.js");
