import { build } from "esbuild";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { optionalClients } from "../optional-clients.mjs";
import { root } from "../paths.mjs";

/** Returns the name of the asset that holds an optional client. */
const clientAsset = (name) => name.replaceAll(/[@/]/g, "-").replace(/^-/, "");

/** Puts each optional client into an asset of its own, which is loaded only for URLs that need it. */
const separateClients = {
  name: "separate-clients",
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(${optionalClients.join("|")})$`);
    onResolve({ filter }, ({ path, kind, importer }) =>
      kind === "entry-point" || importer.includes("node_modules") ? undefined : { path, namespace: "client" },
    );
    onLoad({ filter: /.*/, namespace: "client" }, ({ path }) => ({
      contents: `module.exports = require("./load-asset.cjs").loadAsset(${JSON.stringify(`${clientAsset(path)}.js`)});`,
      resolveDir: join(root, "tools", "release"),
    }));
  },
};

/**
 * Bundles a product into a folder: the main file of the executable, and its assets.
 * @returns the assets by their names, as paths in the folder, and esbuild's list of what is in them
 */
export async function bundle({ main, others, assets, define = () => ({}) }, folder) {
  mkdirSync(folder, { recursive: true });
  const clients = Object.fromEntries(optionalClients.map((name) => [clientAsset(name), name]));
  const scripts = { main, ...others, ...clients };
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { start: join(root, "tools", "release", "start.mjs"), ...scripts },
    outdir: folder,
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    charset: "utf8",
    platform: "node",
    format: "cjs",
    target: "node26",
    // Modules that ask for their own URL get that of the executable: code of this format has none.
    define: { ...define(), "import.meta.url": "__executableUrl" },
    banner: { js: 'var __executableUrl=require("node:url").pathToFileURL(process.execPath).href;' },
    plugins: [separateClients],
    tsconfigRaw: {},
    legalComments: "none",
    metafile: true,
    logLevel: "error",
  });
  const files = Object.keys(scripts).map((name) => `${name}.js`);
  for (const [name, asset] of Object.entries(assets())) {
    if (typeof asset === "string") cpSync(asset, join(folder, name));
    else writeFileSync(join(folder, name), asset.text);
    files.push(name);
  }
  return { assets: Object.fromEntries(files.map((name) => [name, name])), metafile };
}
