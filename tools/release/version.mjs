import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.mjs";

/** Runs Git in the checkout. Returns undefined if it fails. */
function git(...args) {
  try {
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}

/**
 * Returns the version and the time of a release, in seconds since 1970: those of the tagged commit. SOURCE_DATE_EPOCH sets another time.
 * @throws Error if the tag and package.json disagree
 */
export function releaseOf() {
  const { version, repository } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const tag = git("describe", "--tags", "--exact-match", "--match", "v*");
  if (tag !== undefined && tag !== `v${version}`)
    throw new Error(`the tag is ${tag}, and package.json has the version ${version}; set the version before the tag`);
  const time = Number(process.env["SOURCE_DATE_EPOCH"] ?? git("log", "-1", "--format=%ct"));
  if (!Number.isInteger(time)) throw new Error("the time of the release is unknown: set SOURCE_DATE_EPOCH");
  const repositoryUrl = repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
  return { version, time, repositoryUrl, downloads: `${repositoryUrl}/releases/download/v${version}` };
}
