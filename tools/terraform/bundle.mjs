import { build } from "esbuild";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { optionalClients } from "../optional-clients.mjs";
import { root } from "../paths.mjs";
import { readInterfaces } from "./interfaces.mjs";
import { licences } from "../licences.mjs";

/** The program's name: the host looks for a file of this name, or with `_` and more behind it. */
export const program = "terraform-provider-orangecmdb";

/** Namespace and type of the source address. The host name before them is its registry. */
export const source = "orange/orangecmdb";

/** A host name without a public registry, so that no other provider can replace this one. */
export const defaultHost = "orange-cmdb.internal";

export const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The modules of CommonJS packages in the bundle ask for these. */
const banner = `import { createRequire as __createRequire } from "node:module";
const require = __createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;`;

let interfaces;

/** Returns the constants that the code of the provider names, as esbuild takes them. */
export const constants = (host = defaultHost) => ({
  INTERFACES: (interfaces ??= JSON.stringify(readInterfaces())),
  PROVIDER_ADDRESS: JSON.stringify(`${host}/${source}`),
  PROVIDER_VERSION: JSON.stringify(version),
});

/** How esbuild makes a provider of these entry points. */
export function bundling(entryPoints, outdir, host = defaultHost) {
  return {
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    external: optionalClients,
    banner: { js: banner },
    define: constants(host),
    tsconfigRaw: {},
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    absWorkingDir: root,
  };
}

/** Bundles the provider with everything it needs into a folder: the program itself, and beside it `lib/`. */
export async function bundle(folder, host = defaultHost) {
  const lib = join(folder, "lib");
  const launcher = join(root, "provider", "terraform", "launcher");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(lib, { recursive: true });
  const entryPoints = {
    provider: join(root, "provider", "terraform", "main.ts"),
    "load-thread": join(root, "provider", "inventory", "mirror", "load-thread.ts"),
  };
  const { metafile } = await build(bundling(entryPoints, lib, host));
  // Chunks end in .js, so this file prevents that they inherit the type of an enclosing package.
  writeFileSync(join(lib, "package.json"), '{ "type": "module" }\n');
  cpSync(join(launcher, "start.mjs"), join(lib, "start.mjs"));
  cpSync(join(launcher, "launch.sh"), join(folder, program));
  chmodSync(join(folder, program), 0o755);
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES"), licences(metafile));
}
