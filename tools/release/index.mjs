// npm run release: the archives of all platforms, their signed sums, and the manifests of package managers.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../paths.mjs";
import { makeProduct } from "./product.mjs";
import { chosenProducts, products } from "./products.mjs";
import { takeSigningKey } from "./sums.mjs";
import { chosenTargets } from "./targets.mjs";
import { releaseOf } from "./version.mjs";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(root, "build", "release") },
    product: { type: "string", multiple: true, default: [] },
    target: { type: "string", multiple: true, default: [] },
    compression: { type: "string", default: "6" },
    // A folder that keeps the extracted Node.js of the targets, which are in a temporary one otherwise.
    extracted: { type: "string" },
  },
});
const key = await takeSigningKey();
const targets = chosenTargets(values.target);
const release = releaseOf();
const cache = join(root, ".cache", "release");
mkdirSync(cache, { recursive: true });
const work = mkdtempSync(join(cache, "work-"));

try {
  for (const name of chosenProducts(values.product)) {
    const out = join(values.out, name);
    const nodes = values.extracted ?? join(work, "node");
    const options = { work, nodes, out, release, key, compression: Number(values.compression) };
    const archives = await makeProduct(products[name], targets, options);
    for (const archive of archives) console.log(join(relative(process.cwd(), out) || ".", archive.name));
  }
  if (!key)
    console.error(
      "The sums are not signed: ORANGE_CMDB_SIGNING_KEY is not set. A Terraform registry needs them signed.",
    );
} finally {
  rmSync(work, { recursive: true, force: true });
}
