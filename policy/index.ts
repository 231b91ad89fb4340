export { OrangeCmdbPolicyPack } from "./pack.js";
export type { OrangeCmdbPolicyPackArgs } from "./pack.js";
export type { Finding, Resource, Severity } from "./rules/types.js";
