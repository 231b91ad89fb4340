import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.mjs";

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

/** The packages that a bundle holds, and the text of their licences, which goes with them. */
export function licences({ inputs }) {
  const folders = [...new Set(Object.keys(inputs).map(folderOf))].filter(
    (folder) => folder !== undefined && existsSync(join(root, folder, "package.json")),
  );
  const packages = folders.sort().map((folder) => {
    const { name, version, license, repository } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const url = typeof repository === "string" ? repository : repository?.url;
    return { name, version, license, url, text: textOf(join(root, folder)) };
  });
  const parts = packages.map(
    ({ name, version, license, url, text }) =>
      `${name} ${version}\nLicence: ${license}\nSource: ${url}\n\n${text ?? "(the package names its licence, and has no text of it)"}\n`,
  );
  return { packages, text: parts.join(`\n${"-".repeat(80)}\n\n`) };
}
