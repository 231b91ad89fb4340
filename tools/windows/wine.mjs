// Installs Wine and Node.js for Windows, to run the tests of Windows on Linux. Needs root and debootstrap. Prints where they are, as JSON.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { installOnce, run } from "../install-once.mjs";
import { root } from "../paths.mjs";
import { nodeOf } from "../release/node.mjs";
import { nameOf, targets } from "../release/targets.mjs";

/** The Wine of Debian 13 runs Node.js 24 and later; that of Debian 12 only runs Node.js 22. */
const debian = "trixie";

const cache = join(root, ".cache", "windows");

/** Fills the folder with a Debian system that has Wine and its drive C. */
function installDebian(folder) {
  console.error("Installing Wine, once; this takes some minutes …");
  run("debootstrap", ["--variant=minbase", "--include=wine64", debian, folder], root);
  // Wine finds its libraries through /proc, and its server writes the registry when it ends.
  const wine = "/usr/lib/wine/wine64 wineboot --init && /usr/lib/wine/wineserver64 --wait";
  const variables = "WINEPREFIX=/wine WINEDEBUG=-all HOME=/root PATH=/usr/bin:/bin";
  const boot = `mount --rbind /proc "$0/proc" && exec chroot "$0" env -i ${variables} sh -c '${wine}'`;
  run("unshare", ["--mount", "sh", "-c", boot, folder], root);
}

/** Returns the folder of the Debian system and the path of `node.exe`. Both are installed if they are not in the cache folder. */
async function installWine() {
  const target = targets.find((found) => nameOf(found) === "windows_amd64");
  const system = join(cache, debian);
  await installOnce(system, () => installDebian(system));
  const folder = join(cache, `node-${target.version}`);
  await installOnce(folder, () => nodeOf(target, folder));
  return { system, node: nodeOf(target, folder) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(JSON.stringify(await installWine()));
