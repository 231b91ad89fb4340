import { existsSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * Returns the path of a compiled file. It lies beside the module that uses it, or in `dist` if the sources run as they are, as in a test.
 * @param folder the module's folder
 * @returns undefined if the file does not exist, as in a bundled program
 */
export function compiledFile(folder: string, name: string): string | undefined {
  const root = join(__dirname, "..", "..");
  return [join(folder, name), join(root, "dist", relative(root, folder), name)].find((file) => existsSync(file));
}
