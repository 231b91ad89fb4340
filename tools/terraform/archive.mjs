import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { program, source, version } from "./bundle.mjs";

/** The provider is JavaScript and equal on all platforms, but each needs an archive with its own name. */
const targets = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"];

/** A fixed time, so that equal files give equal archives. */
const time = new Date("2000-01-01T00:00:00");

/** The manifest for a registry. */
const manifest = { version: 1, metadata: { protocol_versions: ["6.0"] } };

/** The files of a folder, with the mode that tells Unix which of them is a program. */
function filesOf(folder, names) {
  const entries = readdirSync(folder, { recursive: true })
    .map((name) => [name, statSync(join(folder, name))])
    .filter(([, stat]) => stat.isFile())
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { mode }]) => {
      const attrs = ((mode & 0o111 ? 0o100755 : 0o100644) << 16) >>> 0;
      return [names[name] ?? name, [readFileSync(join(folder, name)), { os: 3, attrs, mtime: time, level: 9 }]];
    });
  return Object.fromEntries(entries);
}

/** Writes the archives of a bundle where a filesystem mirror has them, with sums and manifest; answers the folder. */
export function archive(bundled, mirror, host) {
  const folder = join(mirror, host, source);
  const name = `${program}_${version}`;
  mkdirSync(folder, { recursive: true });
  const content = zipSync(filesOf(bundled, { [program]: `${program}_v${version}` }));
  const files = [
    ...targets.map((target) => [`${name}_${target}.zip`, content]),
    [`${name}_manifest.json`, Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`)],
  ];
  for (const [file, data] of files) writeFileSync(join(folder, file), data);
  const sums = files.map(([file, data]) => `${createHash("sha256").update(data).digest("hex")}  ${file}\n`);
  writeFileSync(join(folder, `${name}_SHA256SUMS`), sums.join(""));
  return folder;
}
