import { buildSync } from "esbuild";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundlePlugin } from "./plugin/bundle.mjs";
import { root } from "./paths.mjs";

const sources = [
  "provider",
  "policy",
  "drift",
  "cli",
  "sandbox",
  "tools/plugin",
  "tsconfig.json",
  "tsconfig.build.json",
  "package.json",
];
const stamp = join(root, "dist", ".built");

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Bundles the report's page into one script and one style, which the report inlines. */
function bundlePage() {
  const source = join(root, "drift", "formats", "html", "page");
  buildSync({
    entryPoints: { page: join(source, "main.ts"), "page-style": join(source, "page.css") },
    outdir: join(root, "dist", "drift", "formats", "html"),
    entryNames: "[name]",
    bundle: true,
    minify: true,
    charset: "ascii",
    format: "iife",
    target: "es2022",
    tsconfigRaw: {},
    logLevel: "warning",
  });
}

/** Bundles what runs in a thread or a process of its own: it starts with one file of ours in place of fifty. */
function bundleThreads() {
  const names = [
    "provider/inventory/mirror/load-thread",
    "provider/inventory/mirror/try-lock",
    "drift/sources/split-thread",
  ];
  buildSync({
    entryPoints: names.map((name) => join(root, `${name}.ts`)),
    outdir: join(root, "dist"),
    outbase: root,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node22",
    tsconfigRaw: {},
    logLevel: "warning",
  });
}

/** Compiles to dist/ if a source is newer. Returns whether that succeeded. */
export function build({ force = false } = {}) {
  const latest = Math.max(...sources.map((name) => newest(join(root, name))));
  if (!force && existsSync(stamp) && statSync(stamp).mtimeMs >= latest) return true;
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) return false;
  bundlePage();
  bundleThreads();
  bundlePlugin();
  chmodSync(join(root, "dist", "cli", "bin.js"), 0o755);
  writeFileSync(stamp, "");
  return true;
}
