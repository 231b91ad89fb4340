import type { Kind } from "../../provider/inventory/records.js";
import { shorten } from "../../provider/inventory/printable.js";
import { alternativesOf, partsRead } from "./path.js";
import type { Resource } from "./types.js";

/** The longest value that a message shows. */
const longest = 80;

/** The shortest secret that is looked for in a text: a shorter one is in every word. */
const shortestSecret = 3;

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const isWordy = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);

/** Is it a part of the secret, between signs or its ends? Any secret has letters that are an id as well. */
function isCutOf(secret: string, part: string): boolean {
  for (let at = secret.indexOf(part); at >= 0; at = secret.indexOf(part, at + 1))
    if (!isWordy(secret[at - 1]) && !isWordy(secret[at + part.length])) return true;
  return false;
}

/** Does a text hold this secret, plainly or as JSON writes it? */
export function holdsSecret(text: string, secret: string): boolean {
  return secret.length >= shortestSecret && (text.includes(secret) || text.includes(escaped(secret)));
}

function tells(text: string, secrets: ReadonlySet<string>): boolean {
  if (text === "") return false;
  if (secrets.has(text)) return true;
  for (const secret of secrets)
    if (holdsSecret(text, secret) || isCutOf(secret, text) || isCutOf(secret, escaped(text))) return true;
  return false;
}

/** Is there a secret of the resource in this value, or is it cut out of one? */
export function isSecret(value: unknown, resource: Resource): boolean {
  const { secrets } = resource;
  if (secrets === undefined || secrets.size === 0 || value === undefined || value === null) return false;
  if (typeof value === "object") return Object.values(value).some((entry) => isSecret(entry, resource));
  return tells(String(value), secrets);
}

/** The same of what a JMESPath gives: where it computes, all that it looks at counts, as nothing need be left of it. */
export function isSecretAt(path: string, value: unknown, resource: Resource): boolean {
  if (resource.secrets === undefined || resource.secrets.size === 0 || value === undefined) return false;
  if (isSecret(value, resource)) return true;
  if (alternativesOf(path) !== undefined) return false;
  const { properties } = resource;
  return [...partsRead(path, properties)].some((key) => isSecret(properties[key], resource));
}

/** How a message names a record: a secret one only by its kind. */
export function named(kind: Kind, id: string, secret: boolean | undefined): string {
  return secret ? `a ${kind} (a secret)` : `${kind} "${shorten(id)}"`;
}

/** A value of a resource or a record, as a message shows it. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return shorten(text, longest);
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
