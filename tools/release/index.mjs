// npm run release: the archives of all platforms, their signed sums, and the manifests of package managers.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../paths.mjs";
import { homebrewFormula, scoopManifest } from "./manifests.mjs";
import { makeProduct } from "./product.mjs";
import { chosenProducts, products } from "./products.mjs";
import { takeSigningKey } from "./sums.mjs";
import { chosenTargets } from "./targets.mjs";
import { writeTerraformDocs } from "./terraform-docs.mjs";
import { registryManifest, writeRegistry } from "./terraform-registry.mjs";
import { releaseOf } from "./version.mjs";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(root, "build", "release") },
    product: { type: "string", multiple: true, default: [] },
    target: { type: "string", multiple: true, default: [] },
    compression: { type: "string", default: "6" },
  },
});
const key = await takeSigningKey();
const targets = chosenTargets(values.target);
const release = releaseOf();
const cache = join(root, ".cache", "release");
mkdirSync(cache, { recursive: true });
const work = mkdtempSync(join(cache, "work-"));

const json = (value) => `${JSON.stringify(value, undefined, 2)}\n`;

/** Writes what a product has beside its archives. */
const others = {
  command(folder, archives) {
    const [formula, manifest] = [homebrewFormula(release, archives), scoopManifest(release, archives)];
    if (formula) writeFileSync(join(folder, "orange-cmdb.rb"), formula);
    if (manifest) writeFileSync(join(folder, "orange-cmdb.json"), json(manifest));
    cpSync(join(root, "tools", "release", "Dockerfile"), join(folder, "Dockerfile"));
    if (key) writeFileSync(join(folder, "orange-cmdb.asc"), key.toPublic().armor());
  },
  plugin() {},
  async terraform(folder, archives) {
    await writeTerraformDocs(folder);
    if (key) writeRegistry(folder, release, archives, key);
  },
};

try {
  for (const name of chosenProducts(values.product)) {
    const product = products[name];
    const out = join(values.out, name);
    const extra = name === "terraform" ? { "manifest.json": json(registryManifest) } : {};
    const options = { work, out, release, key, compression: Number(values.compression), extra };
    const archives = await makeProduct(product, targets, options);
    await others[name](out, archives);
    for (const archive of archives) console.log(join(relative(process.cwd(), out) || ".", archive.name));
  }
  if (!key)
    console.error(
      "The sums are not signed: ORANGE_CMDB_SIGNING_KEY is not set. A Terraform registry needs them signed.",
    );
} finally {
  rmSync(work, { recursive: true, force: true });
}
