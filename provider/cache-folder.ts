/** The user's cache folder for this package, as the operating system wants it. */
export function cacheFolder(): string {
  // Loaded when it is needed: it is an ES module, which jest on Node.js 22 cannot load, and unit tests do not need it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { default: envPaths } = require("env-paths") as typeof import("env-paths");
  return envPaths("orange-cmdb", { suffix: "" }).cache;
}
