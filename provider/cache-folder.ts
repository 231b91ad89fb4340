import envPaths from "env-paths";

/** The user's cache folder for this package, as the operating system wants it. */
export function cacheFolder(): string {
  return envPaths("orange-cmdb", { suffix: "" }).cache;
}
