import "../compile-cache.js";
import { createRequire } from "node:module";

/** The oldest Node.js that has what the mirror needs, as package.json says. */
const oldest = [22, 16] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  process.stderr.write(
    `orange-cmdb: the provider plugin needs Node.js ${oldest.join(".")} or later, and the node on PATH is ${process.version}\n`,
  );
  process.exit(1);
}
// What comes next is compiled after the cache is there: a file of its own.
createRequire(__filename)("./main.js");
