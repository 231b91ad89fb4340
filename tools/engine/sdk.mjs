// Gets the program that makes SDKs of a plugin's schema, for those tests alone that look at them; prints its path.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { engineFolder } from "../paths.mjs";
import { goBuildOnce, hasGo } from "./go-build.mjs";
import { version } from "./version.mjs";

/** In the cache folder, or built from the pinned Go modules of the CLI. */
export async function findSdkGenerator() {
  const folder = engineFolder(`sdk-${version}`);
  const program = join(folder, "bin", "make-sdk");
  if (existsSync(program)) return program;
  if (!hasGo()) throw new Error("there is no Go to build the generator of SDKs with: install Go 1.26");
  const message = `Building the generator of SDKs of Pulumi ${version} from its Go modules, once …`;
  return goBuildOnce({ message, modules: "sdk", program: ".", target: "make-sdk", folder, flags: "-s -w" });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(await findSdkGenerator());
