/** Returns the user's cache folder for this package, at the usual location of the operating system. */
export function cacheFolder(): string {
  // Loaded on demand: it is an ES module, which jest on Node.js 22 cannot load, and unit tests do not need it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { default: envPaths } = require("env-paths") as typeof import("env-paths");
  return envPaths("orange-cmdb", { suffix: "" }).cache;
}
