import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { engineFolder, onPath } from "../paths.mjs";
import { buildEngine, writeLaunchers } from "./build.mjs";
import { downloadEngine } from "./download.mjs";
import { version } from "./version.mjs";

/** The oldest CLI that is good enough. */
const oldest = [3, 204];

function recentEnough(pulumi) {
  const { stdout, status } = spawnSync(pulumi, ["version"], {
    encoding: "utf8",
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  const found = /v?(\d+)\.(\d+)\./.exec(stdout ?? "");
  if (status !== 0 || !found) return false;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function installed() {
  const pulumi = onPath("pulumi");
  if (!pulumi) return undefined;
  const host = existsSync(join(dirname(pulumi), "pulumi-language-nodejs")) || onPath("pulumi-language-nodejs");
  return host && recentEnough(pulumi) ? pulumi : undefined;
}

/**
 * A Pulumi CLI with a Node.js language host: on PATH → the cache folder → the official download → built from Go modules.
 * @returns {Promise<{ pulumi: string }>} the path of the CLI
 */
export async function findEngine() {
  const own = installed();
  if (own) return { pulumi: own };
  const downloaded = engineFolder(`download-${version}`);
  const built = engineFolder(`build-${version}`);
  for (const folder of [downloaded, built]) {
    const pulumi = join(folder, "bin", "pulumi");
    if (existsSync(pulumi)) {
      if (folder === built) writeLaunchers(join(built, "bin"));
      return { pulumi };
    }
  }
  if (await downloadEngine(downloaded)) return { pulumi: join(downloaded, "bin", "pulumi") };
  return { pulumi: await buildEngine(built) };
}
