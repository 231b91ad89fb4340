import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { makeOnce, makeOncePerRun } from "./shared-folder";

const root = resolve(__dirname, "../..");

/** One entry of a package, by its path in the package, with `/`. */
interface PackedFile {
  readonly path: string;
  readonly mode: number;
}

interface Packed {
  readonly filename: string;
  readonly files: readonly PackedFile[];
}

/** Packs the package as npm publishes it, into the folder. Files in `dist` count as they are: nothing is built. */
function npmPack(folder: string): Packed {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const json = execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: "pipe" });
  const [packed] = JSON.parse(json) as Packed[];
  if (packed === undefined) throw new Error("npm pack reported no package");
  return packed;
}

/** Returns a folder with the tarball, and what npm says of it. */
const packedFolder = (): string =>
  makeOncePerRun("packed", (folder) => writeFileSync(join(folder, "packed.json"), JSON.stringify(npmPack(folder))));

const packedIn = (folder: string): Packed => JSON.parse(readFileSync(join(folder, "packed.json"), "utf8")) as Packed;

/** Returns the files that npm publishes. */
export const packedFiles = (): readonly PackedFile[] => packedIn(packedFolder()).files;

/** Puts the package as npm publishes it into the folder; returns the path of the tarball. */
export function packTarball(folder: string): string {
  const packed = packedFolder();
  const { filename } = packedIn(packed);
  copyFileSync(join(packed, filename), join(folder, filename));
  return join(folder, filename);
}

/** Makes the project in the folder depend on the tarball in place of the published package. */
export function dependOnTarball(folder: string, tarball: string): void {
  const path = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as { dependencies: Record<string, string> };
  manifest.dependencies["pulumi-orange-cmdb"] = `file:${tarball}`;
  writeFileSync(path, JSON.stringify(manifest, null, 2));
}

/** Runs `npm install` in the folder. npm's cache is used first, so that a package is downloaded once. */
export function npmInstall(folder: string, ...packages: string[]): void {
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", ...quiet, ...packages], { cwd: folder, encoding: "utf8", stdio: "pipe" });
}

/** Copies an example into the folder, and installs it by its own package.json with the tarball as this package. */
export function installExample(folder: string, name: string, tarball: string): void {
  const isSource = (path: string): boolean => basename(path) !== "node_modules";
  cpSync(join(root, "examples", name), folder, { recursive: true, filter: isSource });
  const installed = installedPackages(folder, tarball);
  dependOnTarball(folder, tarball);
  const modules = join(folder, "node_modules");
  linkPackages(installed, modules);
  const own = join(modules, "pulumi-orange-cmdb");
  rmSync(own);
  mkdirSync(own);
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", own]);
}

/**
 * Links each package into another `node_modules`. Node.js loads a package from its real path, which is the same in each run, so that
 * it finds the compiled code of the run before.
 */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name.startsWith("@")) linkPackages(join(from, name), join(to, name));
    else symlinkSync(join(from, name), join(to, name));
  }
}

/**
 * Returns the `node_modules` that npm makes for the project in the folder. It is kept in `.cache` until the dependencies of the
 * project or of this package change.
 */
function installedPackages(folder: string, tarball: string): string {
  const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, unknown>;
  const project = readFileSync(join(folder, "package.json"), "utf8");
  const wanted = [project, own["version"], own["dependencies"], own["peerDependencies"], own["bin"], process.version];
  const store = join(root, ".cache", "projects");
  const key = join(store, createHash("sha256").update(JSON.stringify(wanted)).digest("hex").slice(0, 16));
  makeOnce(key, (partial) => {
    writeFileSync(join(partial, "package.json"), project);
    dependOnTarball(partial, tarball);
    npmInstall(partial);
  });
  // Packages find each other only in a folder of this name.
  return join(key, "node_modules");
}
