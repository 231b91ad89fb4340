// Gets the language host of Pulumi YAML, for those tests alone that run a program in YAML; prints its folder.
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../paths.mjs";
import { goBuild, hasGo } from "./go-build.mjs";

const name = "pulumi-language-yaml";
/** The one that yaml/go.mod pins. */
const version = "1.38.3";

/** Beside the CLI, on PATH, in the cache folder, or built from its pinned Go modules. */
export function findYamlHost() {
  const beside = [dirname(process.env["ORANGE_CMDB_PULUMI"] ?? ""), ...(process.env["PATH"] ?? "").split(delimiter)];
  const own = beside.find((folder) => folder !== "" && folder !== "." && existsSync(join(folder, name)));
  if (own) return own;
  const cache = process.env["ORANGE_CMDB_ENGINE_DIR"] ?? join(root, ".cache", "engine");
  const folder = join(cache, `yaml-${version}`);
  if (existsSync(join(folder, "bin", name))) return join(folder, "bin");
  if (!hasGo())
    throw new Error(`${name} was found nowhere, and there is no Go to build it: install pulumi, or Go 1.26`);
  console.error(`Building ${name} ${version} from its Go modules, once …`);
  const program = `github.com/pulumi/pulumi-yaml/cmd/${name}`;
  return dirname(goBuild({ modules: "yaml", program, target: name, folder, flags: "-s -w" }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(findYamlHost());
