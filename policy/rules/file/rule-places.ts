import { basename } from "node:path";
import type { MistakeFile } from "./mistakes.js";

/** Rules by section. */
type Rules = Readonly<Record<string, unknown>>;

/** The files of the sections of rules. A copy with other settings shares the sections that come from the file. */
const files = new WeakMap<object, MistakeFile>();

/** Remembers the file that rules come from, for messages about them. */
export function rememberFile(rules: Rules, file: MistakeFile): void {
  for (const section of Object.values(rules))
    if (typeof section === "object" && section !== null) files.set(section, file);
}

/**
 * Returns a message about a part of the rules with its position in their file, such as `cmdb.rules.yaml:12:7: …`, if they have
 * one.
 */
export function withPlace(rules: Rules, path: readonly PropertyKey[], message: string): string {
  const section = rules[String(path[0])];
  const file = typeof section === "object" && section !== null ? files.get(section) : undefined;
  return file === undefined ? message : `${basename(file.path)}:${file.placeOf(path)}: ${message}`;
}
