import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { searchUpwards } from "../../policy/config/pulumi-project.js";

/** The published schemas of the files that users edit. */
const files = {
  rules: "rules.schema.json",
  tests: "rules-test.schema.json",
  ignore: "cmdbignore.schema.json",
} as const;

/** A file that users edit, and that a command can write. */
export type EditedFile = keyof typeof files;

/**
 * Returns the text of the comment by which an editor finds the schema of a file, without its `#`. The path leads to the installed
 * package if there is one, because editors resolve it from the folder of the file.
 * @param folder where the file is used
 */
export function schemaComment(of: EditedFile, folder = "."): string {
  const from = resolve(folder);
  const name = join("node_modules", "pulumi-orange-cmdb", "schemas", files[of]);
  const root = searchUpwards(from, (place) => (existsSync(join(place, name)) ? place : undefined)) ?? from;
  return modeline(relative(from, join(root, name)));
}

/** Returns the text of the comment for a schema at a path relative to the file. */
export function modeline(path: string): string {
  return ` yaml-language-server: $schema=${path.replaceAll(sep, "/")}`;
}
