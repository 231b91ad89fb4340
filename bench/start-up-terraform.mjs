import { build } from "esbuild";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "selfsigned";
import { bundle, bundling } from "../tools/terraform/bundle.mjs";
import { interleave, median, ms, row, startUp } from "./lib/measure.mjs";

const nothing = fileURLToPath(new URL("terraform/nothing.mjs", import.meta.url));

/** Starts a provider as OpenTofu does. Returns the time until it prints its address (milliseconds). */
async function start(script, env) {
  const { serving } = await startUp(process.execPath, [script], env, (line) => {
    if (!line.startsWith("1|6|unix|")) throw new Error(`${script} said ${line}`);
  });
  return serving;
}

/** The start of the Terraform provider, which every plan waits for several times. */
export async function run({ rounds = 20 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-"));
  try {
    await bundle(join(folder, "ours"));
    mkdirSync(join(folder, "nothing"));
    await build(bundling({ provider: nothing }, join(folder, "nothing")));
    writeFileSync(join(folder, "nothing", "package.json"), '{ "type": "module" }');
    const { cert } = await generate([{ name: "commonName", value: "localhost" }], { keyType: "ec" });
    const env = {
      ...process.env,
      TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
      PLUGIN_PROTOCOL_VERSIONS: "6",
      PLUGIN_CLIENT_CERT: cert,
    };
    const figures = await interleave(rounds, {
      ours: () => start(join(folder, "ours", "lib", "start.mjs"), env),
      nothing: () => start(join(folder, "nothing", "provider.js"), env),
    });
    const [ours, bare] = [median(figures.ours), median(figures.nothing)];
    return [
      row("start of the Terraform provider, against one that does nothing", ours / bare, 2, {
        detail: `${ms(ours)} against ${ms(bare)}`,
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
