import { spawn } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.mjs";
import { version } from "./version.mjs";

/** Timeouts of the first response of the download host and of a download, in milliseconds. */
const patience = { answer: 5_000, download: 180_000 };

/** Returns within seconds whether the host is reachable. */
async function reachable(url) {
  try {
    await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(patience.answer) });
    return true;
  } catch {
    return false;
  }
}

/** Downloads the official CLI with the installer of the Automation API. Returns whether it is installed. */
export async function downloadEngine(folder) {
  if (!(await reachable("https://get.pulumi.com/"))) return false;
  console.error(`Downloading the Pulumi CLI ${version}, once …`);
  const partial = `${folder}.${process.pid}`;
  const script = `
    const { PulumiCommand } = require("@pulumi/pulumi/automation");
    const { SemVer } = require("semver");
    PulumiCommand.install({ version: new SemVer("${version}"), root: process.argv[1] }).then(
      () => process.exit(0), (error) => { console.error(error.message); process.exit(1); });`;
  const child = spawn(process.execPath, ["-e", script, partial], {
    cwd: root,
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
