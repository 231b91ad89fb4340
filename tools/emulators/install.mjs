// Installs the servers that stand in for clouds in the tests, once each; prints the path of the program.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { goBuild, hasGo } from "../engine/go-build.mjs";
import { installOnce, run } from "../install-once.mjs";
import { root } from "../paths.mjs";

const folderOf = (name, version) =>
  join(process.env["ORANGE_CMDB_EMULATOR_DIR"] ?? join(root, ".cache", "emulators"), `${name}-${version}`);

/** Each emulator: its version, its program in the folder, and how it is installed into the empty folder. */
const emulators = {
  versitygw: {
    version: goVersion("versitygw", "github.com/versity/versitygw"),
    program: join("bin", "versitygw"),
    install: (folder) => buildWithGo("versitygw", "github.com/versity/versitygw/cmd/versitygw", folder),
  },
  "fake-gcs-server": {
    version: goVersion("fake-gcs-server", "github.com/fsouza/fake-gcs-server"),
    program: join("bin", "fake-gcs-server"),
    install: (folder) => buildWithGo("fake-gcs-server", "github.com/fsouza/fake-gcs-server", folder),
  },
  azurite: {
    version: "3.37.0",
    program: join("node_modules", "azurite", "dist", "src", "blob", "main.js"),
    install(folder, version) {
      writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
      const npm = process.platform === "win32" ? "npm.cmd" : "npm";
      const flags = ["--save-exact", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
      run(npm, ["install", ...flags, `azurite@${version}`], folder);
    },
  },
  moto: {
    version: "5.2.5",
    program: join("bin", "moto_server"),
    install(folder, version) {
      run("python3", ["-m", "venv", "."], folder);
      const flags = ["--quiet", "--disable-pip-version-check", "--no-input"];
      run(join(folder, "bin", "python"), ["-m", "pip", "install", ...flags, `moto[server,s3]==${version}`], folder);
    },
  },
};

/** Returns the version that the modules of a folder pin. */
function goVersion(folder, module) {
  const text = readFileSync(join(root, "tools", "emulators", folder, "go.mod"), "utf8");
  return new RegExp(`^require ${module} v(\\S+)$`, "m").exec(text)[1];
}

function buildWithGo(name, program, folder) {
  if (!hasGo()) throw new Error("Go is not installed: install Go 1.26");
  goBuild({ modules: join("..", "emulators", name), program, target: name, folder, flags: "-s -w" });
}

/**
 * Returns the path of an emulator's program, which is installed if it is not in the cache folder. Processes that need the same one
 * wait for the first of them.
 * @throws Error if it cannot be installed here
 */
export async function installEmulator(name) {
  const { version, program, install } = emulators[name];
  const folder = folderOf(name, version);
  await installOnce(folder, () => {
    console.error(`Installing ${name} ${version}, once …`);
    install(folder, version);
  });
  return join(folder, program);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(await installEmulator(process.argv[2]));
