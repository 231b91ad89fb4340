// Runs on whatever Node.js there is, before all else: no newer syntax, and nothing that an old one lacks.

/** The oldest Node.js that this package works with: major and minor. */
export const oldestNode = [22, 16] as const;

/** What to do where Node.js is too old; undefined where it is not. */
export function nodeProblem(version = process.versions.node): string | undefined {
  const parts = version.split(".").map(Number);
  const major = parts[0] || 0;
  if (major > oldestNode[0] || (major === oldestNode[0] && (parts[1] || 0) >= oldestNode[1])) return undefined;
  const wanted = oldestNode.join(".");
  return "Node.js " + wanted + " or later is needed, and this is " + version + "; install a newer one";
}
