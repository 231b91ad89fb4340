import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

function folderOf(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/** The file of the licence, or what the README says of it. */
function textOf(folder) {
  const find = (pattern) => readdirSync(folder).find((file) => pattern.test(file));
  const read = (name) => readFileSync(join(folder, name), "utf8").trim();
  const [own, readme] = [find(/^(licen[cs]e|copying)/i), find(/^readme/i)];
  if (own) return read(own);
  return readme ? /^#* *licen[cs]e\b[^]*/im.exec(read(readme))?.[0] : undefined;
}

/** Returns the packages that a bundle holds, sorted, with their manifests and folders. */
export function packagesOf({ inputs }) {
  const folders = [...new Set(Object.keys(inputs).map(folderOf))].filter(
    (folder) => folder !== undefined && existsSync(join(root, folder, "package.json")),
  );
  return folders
    .sort()
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) }));
}

/** Returns the text that goes with a bundle: each package in it with its licence. */
export function licences(metafile) {
  const parts = packagesOf(metafile).map(({ folder, name, version, license, repository }) => {
    if (!license) throw new Error(`${name} does not say what its licence is`);
    const url = typeof repository === "string" ? repository : repository?.url;
    const text = textOf(join(root, folder)) ?? "(the package names its licence, and has no text of it)";
    return `${name} ${version}\nLicence: ${license}\nSource: ${url}\n\n${text}\n`;
  });
  return parts.join(`\n${"-".repeat(80)}\n\n`);
}
