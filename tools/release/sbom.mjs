import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packagesOf } from "../licences.mjs";
import { root } from "../paths.mjs";

const lock = () => JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;

/** Returns the component of an npm package, with the checksum of package-lock.json. */
function component({ folder, name, version, license }, packages) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const sha512 = /^sha512-(.+)$/.exec(packages[folder]?.integrity ?? "")?.[1];
  return {
    type: "library",
    "bom-ref": `${purl}#${folder}`,
    name,
    version,
    purl,
    licenses: [{ expression: license }],
    ...(sha512 ? { hashes: [{ alg: "SHA-512", content: Buffer.from(sha512, "base64").toString("hex") }] } : {}),
  };
}

/** Returns the bill of materials of a product, in CycloneDX: the packages in its bundle, and its Node.js. */
export function billOfMaterials(title, { version, time }, metafile, nodeVersions) {
  const packages = lock();
  const purl = `pkg:npm/pulumi-orange-cmdb@${version}`;
  const nodes = nodeVersions.map((node) => ({
    type: "platform",
    "bom-ref": `pkg:generic/node@${node}`,
    name: "node",
    version: node,
    purl: `pkg:generic/node@${node}`,
    licenses: [{ license: { id: "MIT" } }],
  }));
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: new Date(time * 1000).toISOString(),
      component: {
        type: "application",
        "bom-ref": purl,
        name: title,
        version,
        purl,
        licenses: [{ license: { id: "Apache-2.0" } }],
      },
    },
    components: [...packagesOf(metafile).map((found) => component(found, packages)), ...nodes],
  };
}
