// The Node.js of each platform, from the npm registry.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { extract } from "tar";
import { root } from "../paths.mjs";
import { builders, hostTarget, targets } from "./targets.mjs";

const cache = join(root, ".cache", "release", "node");

/** Downloads the tarball of a package. Another process that downloads the same one never reads half of it. */
function download({ package: name, version }, file) {
  console.error(`Downloading ${name} ${version}, once …`);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "download-"));
  try {
    const args = ["pack", `${name}@${version}`, "--silent", "--ignore-scripts", "--pack-destination", folder];
    const { status } = spawnSync("npm", args, { cwd: folder, stdio: ["ignore", "ignore", 2] });
    if (status !== 0) throw new Error(`npm cannot download ${name}@${version}; is the package registry reachable?`);
    renameSync(join(folder, basename(file)), file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the tarball of a package, from the cache if it is there. @throws Error if its bytes are not the expected ones */
function tarball(pack) {
  const { package: name, version, integrity } = pack;
  const file = join(cache, `${name}-${version}.tgz`);
  if (!existsSync(file)) download(pack, file);
  const found = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
  if (found !== integrity) {
    rmSync(file);
    throw new Error(
      `${name} ${version} has the integrity ${found}, and tools/release/targets.mjs expects ${integrity}`,
    );
  }
  return file;
}

const parts = ["bin/node", "bin/node.exe", "LICENSE"].map((name) => `package/${name}`);

/** Extracts a package into the folder, all at once: several processes can use the same folder. */
function extractPackage(pack, folder, target) {
  mkdirSync(folder, { recursive: true });
  const partial = mkdtempSync(join(folder, "partial-"));
  try {
    extract({ file: tarball(pack), cwd: partial, strip: 1, sync: true, preservePaths: false }, parts);
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

/** Returns the path of a file of a package, which is in the folder afterwards. */
function extracted(pack, name, folder) {
  const target = join(folder, `${pack.package}-${pack.version}`);
  if (!existsSync(target)) extractPackage(pack, folder, target);
  const file = join(target, name);
  if (!existsSync(file)) throw new Error(`${pack.package} ${pack.version} has no ${name}`);
  return file;
}

/** Returns the program `node` of a target. @param folder is filled from verified tarballs */
export const nodeOf = (target, folder) =>
  extracted(target, target.os === "windows" ? "bin/node.exe" : "bin/node", folder);

/** Returns a package for Linux of this version: the tarballs for Windows have no licence, and cannot run here. */
function linuxPackage(version) {
  const { package: name } = hostTarget() ?? {};
  const found = [...targets, ...builders].find((pack) => pack.package === name && pack.version === version);
  if (!found || !name.startsWith("node-linux-"))
    throw new Error(`no Node.js ${version} for ${process.platform} ${process.arch}: build this target on Linux x64`);
  return found;
}

/** Returns the Node.js that makes executables of this version: only the same version can. */
export const builderOf = ({ version }, folder) =>
  process.versions.node === version ? process.execPath : extracted(linuxPackage(version), "bin/node", folder);

/** Returns the licence of a target's Node.js. */
export const licenceOf = ({ version }, folder) => extracted(linuxPackage(version), "LICENSE", folder);
