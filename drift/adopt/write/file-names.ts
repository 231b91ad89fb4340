/**
 * Returns a name for the files of each stack, without path separators: `net.prod` for `net/prod`. Equal names get a number, in
 * the order of the stacks.
 */
export function fileNamesOf(stacks: Iterable<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const used = new Set<string>();
  for (const stack of [...stacks].sort()) {
    const base =
      stack
        .replace(/[/\\]+/g, ".")
        .replace(/[^A-Za-z0-9._-]+/g, "_")
        .replace(/^\.+|\.+$/g, "")
        .slice(0, MAX_NAME_LENGTH) || "stack";
    let name = base;
    // File systems can ignore case.
    for (let number = 2; used.has(name.toLowerCase()); number += 1) name = `${base}-${number}`;
    used.add(name.toLowerCase());
    names.set(stack, name);
  }
  return names;
}

/** Maximum length of the part of a file name that comes from the stack. */
const MAX_NAME_LENGTH = 120;
