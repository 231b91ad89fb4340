// The folder of the Terraform archives is a registry, as a web server serves it: https://opentofu.org/docs/internals/provider-registry-protocol/
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { json } from "../json.mjs";
import { program, source } from "../terraform/bundle.mjs";

const protocols = ["6.0"];

/** The manifest that a public registry reads. */
export const registryManifest = { version: 1, metadata: { protocol_versions: protocols } };

/**
 * Writes the answers of the registry. The URLs in them are relative to its host.
 * @param archives the name and checksum of each archive, by its target
 * @param key the key that signed the sums
 */
export function writeRegistry(folder, { version }, archives, key) {
  const base = `v1/providers/${source}`;
  const sums = `/${program}_${version}_SHA256SUMS`;
  const signing_keys = {
    gpg_public_keys: [{ key_id: key.getKeyID().toHex().toUpperCase(), ascii_armor: key.toPublic().armor() }],
  };
  const platforms = archives.map(({ target: { os, arch } }) => ({ os, arch }));
  const answers = {
    ".well-known/terraform.json": { "providers.v1": "/v1/providers/" },
    [`${base}/versions`]: { versions: [{ version, protocols, platforms }] },
  };
  for (const { name, sha256, target } of archives) {
    const { os, arch } = target;
    answers[`${base}/${version}/download/${os}/${arch}`] = {
      protocols,
      os,
      arch,
      filename: name,
      download_url: `/${name}`,
      shasums_url: sums,
      shasums_signature_url: `${sums}.sig`,
      shasum: sha256,
      signing_keys,
    };
  }
  for (const [path, answer] of Object.entries(answers)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), json(answer));
  }
}
