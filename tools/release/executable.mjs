import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { signAdHoc } from "./mach-o.mjs";
import { builderOf, nodeOf } from "./node.mjs";

const run = promisify(execFile);

/**
 * Makes the signature of an executable for macOS: with the program that ORANGE_CMDB_DARWIN_SIGNER names, which gets the path of the
 * executable, or else without a certificate.
 */
async function signForDarwin(file, identifier) {
  const signer = process.env["ORANGE_CMDB_DARWIN_SIGNER"];
  if (signer) await run(signer, [file]);
  else signAdHoc(file, identifier);
}

/**
 * Makes a single executable of a bundle: the target's Node.js with the code in it.
 * @param assets the names of the files in the folder, which are also the names of the assets
 */
export async function makeExecutable(folder, { title, assets }, target, nodes, output) {
  const config = {
    // Relative paths, because the executable holds them.
    main: "start.js",
    output,
    executable: nodeOf(target, nodes),
    disableExperimentalSEAWarning: true,
    assets,
  };
  const file = join(folder, `sea-${target.os}-${target.arch}.json`);
  writeFileSync(file, JSON.stringify(config));
  const env = { ...process.env, NODE_OPTIONS: "" };
  await run(builderOf(target, nodes), ["--build-sea", file], { cwd: folder, env });
  if (target.os === "darwin") await signForDarwin(output, title);
}
