// The main file of every single executable.
import "../../provider/files/compile-cache.ts";
import { loadAsset } from "./load-asset.cjs";

// A process that the program starts of itself, to do something else: see provider/platform/run-asset.ts.
loadAsset(process.env["ORANGE_CMDB_ASSET"] ?? "main.js");
