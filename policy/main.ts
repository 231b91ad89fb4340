import { OrangeCmdbPolicyPack } from "./pack.js";

new OrangeCmdbPolicyPack();
