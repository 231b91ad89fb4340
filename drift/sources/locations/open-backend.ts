import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { FolderStore } from "../../../provider/objects/folder.js";
import type { ObjectStore } from "../../../provider/objects/object-store.js";
import { isObjectUrl, parseObjectUrl } from "../../../provider/objects/object-url.js";
import { DriftError } from "../../common/errors.js";
import type { PulumiBackend } from "./pulumi-backend.js";

/**
 * Returns the folder of a `file://` URL; undefined for other URLs, and for a path that only the CLI resolves.
 * @param paths rules for paths of the platform
 */
export function folderOfUrl(url: string, paths: path.PlatformPath = path): string | undefined {
  const [, folder] = /^file:\/\/([^?#%]*)(?:\?[^#]*)?$/.exec(url) ?? [];
  if (folder === undefined) return undefined;
  if (folder === "~" || folder.startsWith("~/")) return paths.join(homedir(), folder.slice(1));
  // `file:///C:/states` is the usual form of `C:\states`.
  const isDrive = paths.sep === "\\" && /^\/[a-z]:/i.test(folder);
  if (isDrive) return folder.slice(1);
  return paths.isAbsolute(folder) ? folder : undefined;
}

/**
 * Opens the backend of a URL as `PULUMI_BACKEND_URL` has it.
 * @returns undefined if only the CLI reads it: Pulumi Cloud, and paths that only the CLI resolves
 * @throws DriftError, ObjectStoreError
 */
export async function openBackend(url: string): Promise<PulumiBackend | undefined> {
  if (isObjectUrl(url)) {
    const place = parseObjectUrl(url);
    const { openObjectStore } = await import("../../../provider/objects/open-store.js");
    const store = await openObjectStore(place);
    const path = place.path.replace(/\/*$/, "");
    return path === "" ? rootOf(store) : { store, name: `${store.name}/${path}`, prefix: `${path}/` };
  }
  const folder = folderOfUrl(url);
  return folder === undefined ? undefined : openFolder(folder);
}

/** Opens the backend in a folder. @throws DriftError if the folder does not exist */
export function openFolder(folder: string): PulumiBackend {
  if (!existsSync(folder)) throw new DriftError(`cannot list the stacks: the folder ${folder} does not exist`);
  if (!statSync(folder).isDirectory()) throw new DriftError(`cannot list the stacks: ${folder} is not a folder`);
  return rootOf(new FolderStore(folder));
}

/** Returns the backend at the root of a bucket or folder. */
function rootOf(store: ObjectStore): PulumiBackend {
  return { store, name: store.name, prefix: "" };
}
