import type { Resource } from "./types.js";

/** The longest value that a message shows. */
const longest = 80;

/** Is there a secret of the resource in this value? */
export function isSecret(value: unknown, resource: Resource): boolean {
  if (resource.secrets === undefined || resource.secrets.size === 0) return false;
  if (typeof value === "object" && value !== null)
    return Object.values(value).some((entry) => isSecret(entry, resource));
  return resource.secrets.has(String(value));
}

/** A value of a resource or a record, as a message shows it. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** The first of many, and how many more there are. */
export function some(texts: readonly string[], shown = 5): string {
  if (texts.length <= shown) return texts.join(", ");
  return `${texts.slice(0, shown).join(", ")} and ${texts.length - shown} more`;
}

/** What is said of a value that cannot be known here. */
export function notKnown({ notKnown: why }: Resource): string {
  return why ?? "is decided at update";
}
