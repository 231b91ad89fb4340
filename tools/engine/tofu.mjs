// Gets OpenTofu, for those tests alone that run the Terraform provider; prints its path.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { engineFolder, onPath } from "../paths.mjs";
import { goBuildOnce, hasGo } from "./go-build.mjs";

/** The one that tofu/go.mod pins. */
const version = "1.10.0";

/** From the cache folder, on PATH, or built from its pinned Go modules. */
export async function findTofu() {
  const folder = engineFolder(`tofu-${version}`);
  const program = join(folder, "bin", "tofu");
  if (existsSync(program)) return program;
  const own = onPath("tofu");
  if (own) return own;
  if (!hasGo()) throw new Error("OpenTofu was found nowhere, and there is no Go to build it: install tofu, or Go 1.26");
  const flags = "-s -w -X github.com/opentofu/opentofu/version.dev=no";
  return goBuildOnce({
    message: `Building OpenTofu ${version} from its Go modules, once …`,
    modules: "tofu",
    program: "github.com/opentofu/opentofu/cmd/tofu",
    target: "tofu",
    folder,
    flags,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(await findTofu());
