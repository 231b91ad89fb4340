import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** The optional peer dependencies: clients of clouds, which are loaded only for URLs that need them. Only the executables of a release contain them. */
export const optionalClients = Object.keys(
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")).peerDependenciesMeta,
);
