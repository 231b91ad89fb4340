import { spawn } from "node:child_process";
import { lookup } from "node:dns/promises";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { version } from "./version.mjs";

/** Milliseconds within which the download host must have a name, and after which a download is given up. */
const patience = { name: 3_000, download: 120_000 };

/** Does the host have a name here? Where there is no way out this says so within seconds. */
async function reachable(host) {
  const timeout = new Promise((resolve) => setTimeout(() => resolve(false), patience.name).unref());
  const found = lookup(host).then(
    () => true,
    () => false,
  );
  return await Promise.race([found, timeout]);
}

/** The official download, by the Automation API's installer; answers whether it is there. */
export async function downloadEngine(folder) {
  if (!(await reachable("get.pulumi.com"))) return false;
  console.error(`Downloading the Pulumi CLI ${version}, once …`);
  const partial = `${folder}.${process.pid}`;
  const script = `
    const { PulumiCommand } = require("@pulumi/pulumi/automation");
    const { SemVer } = require("semver");
    PulumiCommand.install({ version: new SemVer("${version}"), root: process.argv[1] }).then(
      () => process.exit(0), (error) => { console.error(error.message); process.exit(1); });`;
  const child = spawn(process.execPath, ["-e", script, partial], {
    stdio: ["ignore", 2, 2],
    timeout: patience.download,
  });
  const code = await new Promise((resolve) => {
    child.once("error", () => resolve(1));
    child.once("close", resolve);
  });
  if (code === 0 && existsSync(join(partial, "bin", "pulumi"))) {
    renameSync(partial, folder);
    return true;
  }
  rmSync(partial, { recursive: true, force: true });
  console.error("The download did not succeed; building from source instead.");
  return false;
}
