import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import { json } from "../json.mjs";
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
  await makeExecutable(work.bundle, { title: product.title, assets }, target, work.nodes, program);
  const files = [
    { name: `${product.executable(version)}${suffix}`, path: program, isProgram: true },
    { name: "LICENSE", path: join(root, "LICENSE") },
    { name: "LICENSE-node", path: licenceOf(target, work.nodes) },
    { name: "THIRD-PARTY-LICENSES", path: join(work.bundle, "THIRD-PARTY-LICENSES") },
  ];
  const name = product.archive(version, target);
  await writeArchive(files, join(out, name), time, compression);
  rmSync(program);
  return { name, target, sha256: sha256(join(out, name)) };
}

/**
 * Makes the archives of a product for the targets, its bill of materials, the signed sums, and what else the product has.
 * @returns the archives, each with its checksum
 */
export async function makeProduct(product, targets, { work, nodes, out, release, key, compression }) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const folder = join(work, product.title);
  const { assets, metafile } = await bundle(product, folder);
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES"), licences(metafile));
  const limit = pLimit(availableParallelism());
  const options = { work: { bundle: folder, nodes }, out, ...release, compression };
  const archives = await Promise.all(
    targets.map((target) => limit(() => makeArchive(product, assets, target, options))),
  );
  const nameOfFile = (name) => `${product.title}_${release.version}_${name}`;
  const write = (name, value) => writeFileSync(join(out, nameOfFile(name)), json(value));
  const { extra = {} } = product;
  for (const [name, value] of Object.entries(extra)) write(name, value);
  const versions = [...new Set(targets.map(({ version }) => version))];
  write("sbom.cdx.json", billOfMaterials(product.title, release, metafile, versions));
  const summed = [...archives.map(({ name }) => name), ...Object.keys(extra).map(nameOfFile)];
  await writeSums(out, nameOfFile("SHA256SUMS"), summed, key, release.time);
  await product.finish?.(out, archives, release, key);
  return archives;
}
