// Runs first, on any version of Node.js, so it must not use newer syntax or functions.

/** The oldest supported version of Node.js: major and minor. */
export const oldestNode = [22, 16] as const;

/** Returns an error message if Node.js is too old, else undefined. */
export function nodeProblem(version = process.versions.node): string | undefined {
  const parts = version.split(".").map(Number);
  const major = parts[0] || 0;
  if (major > oldestNode[0] || (major === oldestNode[0] && (parts[1] || 0) >= oldestNode[1])) return undefined;
  const wanted = oldestNode.join(".");
  return "Node.js " + wanted + " or later is needed, and this is " + version + "; install a newer one";
}
