import { join } from "node:path";
import { root } from "../paths.mjs";
import { executable as pulumiPlugin } from "../plugin/bundle.mjs";
import { makeSchema } from "../plugin/schema.mjs";
import { constants, program as terraformProvider } from "../terraform/bundle.mjs";

const path = (...parts) => join(root, ...parts);

const loadThread = { "load-thread": path("provider", "inventory", "mirror", "load-thread.ts") };
const page = path("dist", "drift", "formats", "html");

/**
 * What a release has. `main` and `others` are entry points, `assets` are other files that the code reads, `executable` is the name of the
 * program in the archive.
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
  },
};

/** Returns the names of products. @throws Error if one is unknown */
export function chosenProducts(names) {
  const all = Object.keys(products);
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`unknown product ${unknown}; products are ${all.join(", ")}`);
  return names.length === 0 ? all : names;
}
