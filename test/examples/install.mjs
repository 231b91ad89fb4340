// Installs the packages that the examples use, and tells how to test the examples with them instead of stand-ins: types are
// checked, and the real classes make the resources. They are large (some 250 MB), and no part of `npm ci`:
//   node test/examples/install.mjs FOLDER
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = resolve(process.argv[2] ?? "");
if (process.argv[2] === undefined) throw new Error("name the folder to install them into");

/** What the examples ask for, besides this package and Pulumi itself. */
function wanted() {
  const found = new Set();
  for (const name of readdirSync(join(root, "examples"))) {
    let text;
    try {
      text = readFileSync(join(root, "examples", name, "package.json"), "utf8");
    } catch {
      continue;
    }
    for (const [dependency, version] of Object.entries(JSON.parse(text).dependencies ?? {}))
      if (/^@pulumi\/(?!pulumi$|policy$)/.test(dependency)) found.add(`${dependency}@${version}`);
  }
  return [...found].sort();
}

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "package.json"), '{"private":true}');
const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...wanted()];
execFileSync("npm", args, { cwd: folder, stdio: "inherit" });
// There must be one Pulumi SDK only: that of the checkout.
const sdk = join(folder, "node_modules/@pulumi/pulumi");
rmSync(sdk, { recursive: true });
symlinkSync(join(root, "node_modules/@pulumi/pulumi"), sdk);
console.log(`ORANGE_CMDB_EXAMPLE_SDKS=${folder} npm test -- test/examples`);
