import { readdir, type Dirent } from "node:fs";
import { join } from "node:path";
import { glob } from "tinyglobby";
import { DriftError, reasonOf } from "../../common/errors.js";

type ListFolder = (
  path: string,
  options: { readonly withFileTypes: true },
  done: (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void,
) => void;

/** Codes of a folder that does not exist, or of a path that is not a folder. */
const notFolder = new Set(["ENOENT", "ENOTDIR"]);

/**
 * Returns the files below a folder that match a glob, without those in `node_modules`.
 * @returns in the order of their paths, which begin with the folder
 * @throws DriftError if a folder cannot be read, because its files would be missing
 */
export async function globFiles(folder: string, pattern: string): Promise<string[]> {
  const failures: NodeJS.ErrnoException[] = [];
  // tinyglobby ignores folders that it cannot read.
  const observed: ListFolder = (path, options, done) =>
    readdir(path, options, (error, entries) => {
      if (error && !notFolder.has(error.code ?? "")) failures.push(error);
      done(error, entries);
    });
  const files = await glob(pattern, {
    cwd: folder || ".",
    ignore: "**/node_modules/**",
    expandDirectories: false,
    fs: { readdir: observed as typeof readdir },
  });
  const [failure] = failures;
  if (failure)
    throw new DriftError(
      `cannot list the folder ${failure.path}: ${reasonOf(failure)}; give this user access, or narrow the glob`,
    );
  return files.map((file) => join(folder, file)).sort();
}
