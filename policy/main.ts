import "../provider/platform/check-node.js";
import "../provider/files/compile-cache.js";
import { OrangeCmdbPolicyPack } from "./pack.js";

new OrangeCmdbPolicyPack();
