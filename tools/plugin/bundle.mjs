import { buildSync } from "esbuild";
import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { licences } from "../licences.mjs";
import { optionalClients } from "../optional-clients.mjs";
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
      "load-thread": join(root, "provider", "inventory", "mirror", "load-thread.ts"),
    },
    outdir: folder,
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: optionalClients,
    banner: { js: "#!/usr/bin/env node" },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  renameSync(join(folder, `${executable}.js`), join(folder, executable));
  chmodSync(join(folder, executable), 0o755);
  writeFileSync(join(folder, "schema.json"), JSON.stringify(makeSchema()));
  writeFileSync(join(folder, "LICENSES.txt"), licences(metafile));
}
