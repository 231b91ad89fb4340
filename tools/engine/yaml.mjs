// Gets the language host of Pulumi YAML, for those tests alone that run a program in YAML; prints its folder.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { engineFolder, onPath } from "../paths.mjs";
import { goBuildOnce, hasGo } from "./go-build.mjs";

const name = "pulumi-language-yaml";
/** The one that yaml/go.mod pins. */
const version = "1.38.3";

const cacheFolder = () => engineFolder(`yaml-${version}`);

/** Returns whether the nearest project file, in this folder or above, is of a program in YAML. */
export function isYamlProject(folder) {
  for (let place = resolve(folder); ; place = dirname(place)) {
    const file = ["Pulumi.yaml", "Pulumi.yml"].map((project) => join(place, project)).find(existsSync);
    const runtime = file && parse(readFileSync(file, "utf8"))?.runtime;
    if (file) return (runtime?.name ?? runtime) === "yaml";
    if (place === dirname(place)) return false;
  }
}

/** The folder that a command of Pulumi is run in: `-C` and `--cwd` choose another. */
export function projectFolder(args, folder) {
  const at = args.findIndex((argument) => /^(-C|--cwd)/.test(argument));
  if (at < 0) return folder;
  const [, inline] = /^(?:-C|--cwd)=?(.+)$/.exec(args[at]) ?? [];
  return resolve(folder, inline ?? args[at + 1] ?? ".");
}

/** Returns the folder of the language host: beside the CLI, on PATH or in the cache folder; undefined if it is missing. */
export function builtYamlHost() {
  const cli = process.env["ORANGE_CMDB_PULUMI"];
  const there = [cli && join(dirname(cli), name), onPath(name), join(cacheFolder(), "bin", name)];
  const program = there.find((path) => path && existsSync(path));
  return program && dirname(program);
}

/** Returns the folder of the language host. Builds it from pinned Go modules if it is missing. */
export async function findYamlHost() {
  const found = builtYamlHost();
  if (found) return found;
  if (!hasGo())
    throw new Error(`${name} was found nowhere, and there is no Go to build it: install pulumi, or Go 1.26`);
  const built = await goBuildOnce({
    message: `Building ${name} ${version} from its Go modules, once …`,
    modules: "yaml",
    program: `github.com/pulumi/pulumi-yaml/cmd/${name}`,
    target: name,
    folder: cacheFolder(),
    flags: "-s -w",
  });
  return dirname(built);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(await findYamlHost());
