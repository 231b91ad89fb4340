import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import picomatch from "picomatch";
import { isObjectUrl, parseObjectUrl } from "../../../provider/objects/object-url.js";
import { shorten } from "../../../provider/platform/printable.js";
import { DriftError } from "../../common/errors.js";
import { fileSource, type StateSource } from "../source.js";
import { openBackend, openFolder } from "./open-backend.js";
import { backendStacks, type PulumiBackend } from "./pulumi-backend.js";
import { isState, lockNote, terraformStates } from "./terraform-states.js";

const usage =
  "use a path, a glob, file:///FOLDER, s3://BUCKET, gs://BUCKET, azblob://CONTAINER, tfstate+s3://BUCKET/GLOB (also gs, azblob), tfstate+https://HOST/PATH, gitlab://HOST/PROJECT or tfcloud://ORGANIZATION";

/**
 * Returns all states of a location.
 * @param location as of `--from`
 * @throws DriftError, ObjectStoreError if it is not a location, cannot be listed, or has no state
 */
export async function locateStates(location: string): Promise<StateSource[]> {
  // A drive such as `C:` is not a scheme.
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(location) ?? [];
  if (scheme === undefined) return localStates(location);
  const inner = location.replace(/^tfstate\+/, "");
  if (inner !== location && isObjectUrl(inner)) return bucketStates(inner);
  switch (scheme) {
    case "tfstate+https":
    case "tfstate+http":
      return (await import("./http-state.js")).httpState(location);
    case "gitlab":
    case "gitlab+http":
      return (await import("./gitlab.js")).gitlabStates(location);
    case "tfcloud":
      return (await import("./hcp-terraform.js")).hcpStates(location);
  }
  const backend = isObjectUrl(location) || scheme === "file" ? await openBackend(location) : undefined;
  if (backend) return pulumiStates(backend);
  if (scheme === "file") throw new DriftError(`${shorten(location)} is not an absolute path: use file:///FOLDER`);
  throw new DriftError(`${scheme}:// is not a location of states: ${usage}`);
}

/** Returns the stacks of a Pulumi backend. @throws DriftError if it has none */
async function pulumiStates(backend: PulumiBackend): Promise<StateSource[]> {
  const stacks = await backendStacks(backend);
  if (stacks.length > 0) return stacks;
  throw new DriftError(
    `${backend.name} has no stacks of Pulumi: check the location; for states of Terraform give a glob, such as tfstate+s3://BUCKET/**/*.tfstate`,
  );
}

/** Returns the states of a bucket whose keys match the glob in the path of the URL. */
async function bucketStates(url: string): Promise<StateSource[]> {
  const place = parseObjectUrl(url);
  if (place.path === "")
    throw new DriftError(
      `tfstate+${place.scheme}://${place.bucket} has no glob: add one, such as tfstate+${place.scheme}://${place.bucket}/**/*.tfstate`,
    );
  const { openObjectStore } = await import("../../../provider/objects/open-store.js");
  return terraformStates(await openObjectStore(place), place.path);
}

/** Returns the states of a path: a file, a folder with a Pulumi backend, or a glob of files. */
async function localStates(path: string): Promise<StateSource[]> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    if (existsSync(join(path, ".pulumi"))) return pulumiStates(openFolder(path));
    throw new DriftError(
      `the folder ${path} has no .pulumi: for states of Terraform give a glob, such as ${join(path, "**/*.tfstate")}`,
    );
  }
  if (stat) return [stateFile(path)];
  const { isGlob, base, glob } = picomatch.scan(path.replaceAll("\\", "/"));
  if (!isGlob) throw new DriftError(`${shorten(path)} does not exist: ${usage}`);
  const { globFiles } = await import("./glob-files.js");
  const states = (await globFiles(base, glob)).filter(isState);
  if (states.length === 0) throw new DriftError(`${shorten(path)} matches no file: check the folder and the glob`);
  return states.map(stateFile);
}

/** Returns the source of a file, with a note if Terraform has locked it. */
function stateFile(path: string): StateSource {
  const isLocked = existsSync(join(dirname(path), `.${basename(path)}.lock.info`));
  return { ...fileSource(path), ...(isLocked ? { note: lockNote(path) } : {}) };
}
