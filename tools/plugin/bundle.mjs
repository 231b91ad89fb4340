import { buildSync } from "esbuild";
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.mjs";
import { makeSchema } from "./schema.mjs";

/** The name by which the engine finds the plugin. */
export const executable = "pulumi-resource-orange-cmdb";

/** The plugin in two files, beside it the thread that writes a sync, its schema, and the licences of what is in it. */
export const folder = join(root, "dist", "plugin");

/** Bundles the plugin: it starts as one file, and brings what the package's other users do not need. */
export function bundlePlugin() {
  mkdirSync(folder, { recursive: true });
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: {
      [executable]: join(root, "provider", "plugin", "start.ts"),
      main: join(root, "provider", "plugin", "main.ts"),
      "load-thread": join(root, "provider", "inventory", "load-thread.ts"),
    },
    outdir: folder,
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    banner: { js: "#!/usr/bin/env node" },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  renameSync(join(folder, `${executable}.js`), join(folder, executable));
  chmodSync(join(folder, executable), 0o755);
  writeFileSync(join(folder, "schema.json"), JSON.stringify(makeSchema()));
  writeFileSync(join(folder, "LICENSES.txt"), licences(Object.keys(metafile.inputs)));
}

/** The licence of each package of which something is in the bundle. */
function licences(inputs) {
  const folders = inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean);
  const texts = [...new Set(folders)].sort().map((path) => {
    const { name, version, license, repository } = JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));
    if (!license) throw new Error(`${name} does not say what its licence is`);
    // Some name their licence and come without its text.
    const text = licenceIn(join(root, path)) ?? `As its package.json says; its source: ${repository?.url}`;
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return texts.join(`\n${"-".repeat(78)}\n\n`);
}

/** In a file of its own, or at the end of what a package says of itself. */
function licenceIn(where) {
  const names = readdirSync(where);
  const file = names.find((name) => /^(licen[cs]e|copying)/i.test(name));
  if (file) return readFileSync(join(where, file), "utf8");
  const readme = names.find((name) => /^readme/i.test(name));
  const text = readme ? readFileSync(join(where, readme), "utf8") : "";
  return /^(?:#+ *licen[cs]e|licen[cs]e\n-+)\s*([^]+)/im.exec(text)?.[1];
}
