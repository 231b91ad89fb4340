import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { json } from "../json.mjs";
import { writeArchive } from "../release/archive.mjs";
import { writeSums } from "../release/sums.mjs";
import { registryManifest } from "../release/terraform-registry.mjs";
import { program, source, version } from "./bundle.mjs";

/** The provider is JavaScript and equal on all platforms, but each needs an archive with its own name. */
const targets = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"];

/** A fixed time, so that equal files give equal archives. */
const time = Date.UTC(2000) / 1000;

/** Returns the files of a bundle, as they are in the archive. */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .sort()
    .map((name) => ({ name, path: join(folder, name), stat: statSync(join(folder, name)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ name, path }) =>
      name === program ? { name: `${program}_v${version}`, path, isProgram: true } : { name, path },
    );
}

/** Writes the archives of a bundle where a filesystem mirror has them, with sums and manifest; answers the folder. */
export async function archive(bundled, mirror, host) {
  const folder = join(mirror, host, source);
  mkdirSync(folder, { recursive: true });
  const nameOf = (end) => `${program}_${version}_${end}`;
  const archives = targets.map((target) => nameOf(`${target}.zip`));
  const [first, ...others] = archives.map((name) => join(folder, name));
  await writeArchive(filesOf(bundled), first, time, 9);
  for (const other of others) copyFileSync(first, other);
  const manifest = nameOf("manifest.json");
  writeFileSync(join(folder, manifest), json(registryManifest));
  await writeSums(folder, nameOf("SHA256SUMS"), [...archives, manifest]);
  return folder;
}
