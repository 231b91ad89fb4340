import "../provider/platform/check-node.js";
import { OrangeCmdbPolicyPack } from "./pack.js";

new OrangeCmdbPolicyPack();
