import "../files/compile-cache.js";
import { createRequire } from "node:module";
import { nodeProblem, oldestNode } from "../platform/node-version.js";

if (nodeProblem() !== undefined) {
  // eslint-disable-next-line no-restricted-syntax -- an old Node.js cannot load the helper, and the text is trusted
  process.stderr.write(
    `orange-cmdb: the provider plugin needs Node.js ${oldestNode.join(".")} or later, and the node on PATH is ${process.version}\n`,
  );
  process.exit(1);
}
// A separate file, so that it is compiled after the cache is enabled.
createRequire(__filename)("./main.js");
