import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import { licences } from "../licences.mjs";
import { root } from "../paths.mjs";
import { writeArchive } from "./archive.mjs";
import { bundle } from "./bundle.mjs";
import { makeExecutable } from "./executable.mjs";
import { licenceOf } from "./node.mjs";
import { billOfMaterials } from "./sbom.mjs";
import { sha256, writeSums } from "./sums.mjs";
import { nameOf } from "./targets.mjs";

/** Makes the executable and the archive of one target. */
async function makeArchive(product, assets, target, { work, out, version, time, compression }) {
  const suffix = target.os === "windows" ? ".exe" : "";
  const program = join(work.bundle, `${nameOf(target)}${suffix}`);
  await makeExecutable(work.bundle, { title: product.title, assets }, target, work.downloads, program);
  const files = [
    { name: `${product.executable(version)}${suffix}`, path: program, isProgram: true },
    { name: "LICENSE", path: join(root, "LICENSE") },
    { name: "LICENSE-node", path: licenceOf(target, work.downloads) },
    { name: "THIRD-PARTY-LICENSES", path: join(work.bundle, "THIRD-PARTY-LICENSES") },
  ];
  const name = product.archive(version, target);
  await writeArchive(files, join(out, name), time, compression);
  rmSync(program);
  return { name, target, sha256: sha256(join(out, name)) };
}

/**
 * Makes the archives of a product for the targets, its bill of materials, and the signed sums.
 * @returns the archives, each with its checksum
 */
export async function makeProduct(product, targets, { work, out, release, key, compression, extra = {} }) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const folder = join(work, product.title);
  rmSync(folder, { recursive: true, force: true });
  const { assets, metafile } = await bundle(product, folder);
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES"), licences(metafile));
  const limit = pLimit(availableParallelism());
  const options = { work: { bundle: folder, downloads: join(work, "node") }, out, ...release, compression };
  const archives = await Promise.all(
    targets.map((target) => limit(() => makeArchive(product, assets, target, options))),
  );
  const prefix = `${product.title}_${release.version}`;
  for (const [name, text] of Object.entries(extra)) writeFileSync(join(out, `${prefix}_${name}`), text);
  const nodes = [...new Set(targets.map(({ version }) => version))];
  const bom = `${prefix}_sbom.cdx.json`;
  writeFileSync(join(out, bom), JSON.stringify(billOfMaterials(product.title, release, metafile, nodes), undefined, 2));
  const summed = [...archives.map(({ name }) => name), ...Object.keys(extra).map((name) => `${prefix}_${name}`)];
  await writeSums(out, `${prefix}_SHA256SUMS`, summed, key, release.time);
  return archives;
}
