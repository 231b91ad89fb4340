import { createReadStream, lstatSync, readdirSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join, sep } from "node:path";
import { ObjectStoreError, type ObjectContent, type ObjectInfo, type ObjectStore } from "./object-store.js";

/** Returns the code of a failed system call, else its message. */
const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
};

/** The files of a folder as objects. Their keys are the paths in the folder, with `/` on every operating system. */
export class FolderStore implements ObjectStore {
  readonly name: string;
  readonly #folder: string;

  /** @param folder an existing folder */
  constructor(folder: string) {
    this.#folder = folder;
    this.name = folder;
  }

  /** Returns the path of an object. */
  pathOf(key: string): string {
    return join(this.#folder, ...key.split("/"));
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    const at = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    for (const name of this.#files(at)) {
      const key = at + name.split(sep).join("/");
      if (!key.startsWith(prefix)) continue;
      try {
        const stat = statSync(this.pathOf(key));
        if (stat.isFile()) yield { key, size: stat.size, modifiedAt: stat.mtimeMs };
      } catch (error) {
        throw new ObjectStoreError(`cannot read the file ${this.pathOf(key)}: ${reasonOf(error)}`);
      }
    }
  }

  /** Returns the paths of all files below a folder; none if it does not exist. */
  #files(at: string): string[] {
    const folder = this.pathOf(at);
    try {
      if (!lstatSync(folder, { throwIfNoEntry: false })) return [];
      return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    } catch (error) {
      throw new ObjectStoreError(`cannot list the folder ${folder}: ${reasonOf(error)}`);
    }
  }

  async open(key: string): Promise<ObjectContent> {
    const path = this.pathOf(key);
    try {
      const file = await open(path);
      return { etag: undefined, bytes: createReadStream("", { fd: file }) };
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      throw new ObjectStoreError(`cannot read the file ${path}: ${reasonOf(error)}`, isMissing);
    }
  }
}
