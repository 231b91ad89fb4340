import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { json } from "../json.mjs";
import { root } from "../paths.mjs";
import { executable as pulumiPlugin } from "../plugin/bundle.mjs";
import { makeSchema } from "../plugin/schema.mjs";
import { constants, program as terraformProvider } from "../terraform/bundle.mjs";
import { homebrewFormula, scoopManifest } from "./manifests.mjs";
import { writeTerraformDocs } from "./terraform-docs.mjs";
import { registryManifest, writeRegistry } from "./terraform-registry.mjs";

const path = (...parts) => join(root, ...parts);

const loadThread = { "load-thread": path("provider", "inventory", "mirror", "load-thread.ts") };
const page = path("dist", "drift", "formats", "html");

/**
 * What a release has. `main` and `others` are entry points, `assets` are other files that the code reads, `executable` is the name of the
 * program in the archive. Beside the archives are the JSON files of `extra`, which the sums include, and what `finish` writes.
 */
export const products = {
  command: {
    title: "orange-cmdb",
    main: path("cli", "main.ts"),
    others: {
      ...loadThread,
      "split-thread": path("drift", "sources", "split-thread.ts"),
      "try-lock": path("provider", "inventory", "mirror", "try-lock.ts"),
    },
    assets: () => ({
      "package.json": path("package.json"),
      "page.js": join(page, "page.js"),
      "page-style.css": join(page, "page-style.css"),
    }),
    executable: () => "orange-cmdb",
    archive: (version, { os, arch }) => `orange-cmdb_${version}_${os}_${arch}.${os === "windows" ? "zip" : "tar.gz"}`,
    finish(folder, archives, release, key) {
      const write = (name, text) => text && writeFileSync(join(folder, name), text);
      write("orange-cmdb.rb", homebrewFormula(release, archives));
      const manifest = scoopManifest(release, archives);
      write("orange-cmdb.json", manifest && json(manifest));
      write("orange-cmdb.asc", key?.toPublic().armor());
      cpSync(path("tools", "release", "Dockerfile"), join(folder, "Dockerfile"));
    },
  },
  plugin: {
    title: pulumiPlugin,
    main: path("provider", "plugin", "main.ts"),
    others: loadThread,
    assets: () => ({ "schema.json": { text: JSON.stringify(makeSchema()) } }),
    executable: () => pulumiPlugin,
    // Pulumi asks for this name on every platform.
    archive: (version, { os, arch }) => `${pulumiPlugin}-v${version}-${os}-${arch}.tar.gz`,
  },
  terraform: {
    title: terraformProvider,
    main: path("provider", "terraform", "main.ts"),
    others: loadThread,
    define: constants,
    assets: () => ({}),
    executable: (version) => `${terraformProvider}_v${version}`,
    archive: (version, { os, arch }) => `${terraformProvider}_${version}_${os}_${arch}.zip`,
    extra: { "manifest.json": registryManifest },
    async finish(folder, archives, release, key) {
      await writeTerraformDocs(folder);
      if (key) writeRegistry(folder, release, archives, key);
    },
  },
};

/** Returns the names of products. @throws Error if one is unknown */
export function chosenProducts(names) {
  const all = Object.keys(products);
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`unknown product ${unknown}; products are ${all.join(", ")}`);
  return names.length === 0 ? all : names;
}
