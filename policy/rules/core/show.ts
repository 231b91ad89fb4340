import type { Kind } from "../../../provider/model/records.js";
import { shorten } from "../../../provider/platform/printable.js";
import { alternativesOf, partsRead } from "../resource/path.js";
import type { Resource } from "../resource/resource.js";

/** Maximum length of a value in a message. */
const MAX_VALUE_LENGTH = 80;

/** Minimum length of a secret to search for; shorter ones occur in many words. */
const MIN_SECRET_LENGTH = 3;

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const isWordy = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);

/** Returns whether the text is a part of the secret between separators. Parts of words do not count, because short ids would match. */
function isCutOf(secret: string, part: string): boolean {
  for (let at = secret.indexOf(part); at >= 0; at = secret.indexOf(part, at + 1))
    if (!isWordy(secret[at - 1]) && !isWordy(secret[at + part.length])) return true;
  return false;
}

/** Returns whether a text contains this secret, raw or JSON-escaped. */
export function holdsSecret(text: string, secret: string): boolean {
  return secret.length >= MIN_SECRET_LENGTH && (text.includes(secret) || text.includes(escaped(secret)));
}

/** Replaces the secrets in a text by `[secret]`. */
export function redactSecrets(text: string, secrets: Iterable<string>): string {
  // Longest first: a shorter secret can be part of a longer one.
  const held = [...secrets].filter((secret) => holdsSecret(text, secret)).sort((a, b) => b.length - a.length);
  return held.reduce(
    (shown, secret) => shown.replaceAll(secret, "[secret]").replaceAll(escaped(secret), "[secret]"),
    text,
  );
}

function containsSecret(text: string, secrets: ReadonlySet<string>): boolean {
  if (text === "") return false;
  if (secrets.has(text)) return true;
  for (const secret of secrets)
    if (holdsSecret(text, secret) || isCutOf(secret, text) || isCutOf(secret, escaped(text))) return true;
  return false;
}

/** Returns whether a value contains a secret of the resource or is part of one. */
export function isSecret(value: unknown, resource: Resource): boolean {
  const { secrets } = resource;
  if (secrets === undefined || secrets.size === 0 || value === undefined || value === null) return false;
  if (typeof value === "object") return Object.values(value).some((entry) => isSecret(entry, resource));
  return containsSecret(String(value), secrets);
}

/** Returns whether the value of a JMESPath is secret. A computed value is secret if any property that it reads is. */
export function isSecretAt(path: string, value: unknown, resource: Resource): boolean {
  if (resource.secrets === undefined || resource.secrets.size === 0 || value === undefined) return false;
  if (isSecret(value, resource)) return true;
  if (alternativesOf(path) !== undefined) return false;
  const { properties } = resource;
  return [...partsRead(path, properties)].some((key) => isSecret(properties[key], resource));
}

/** Returns the name of a record for a message; only the kind if it is secret. */
export function recordLabel(kind: Kind, id: string, secret: boolean | undefined): string {
  return secret ? `a ${kind} (a secret)` : `${kind} "${shorten(id)}"`;
}

/** Returns a value as text for a message. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return shorten(text, MAX_VALUE_LENGTH);
}

/** Returns the first texts and the number of the others. */
export function summarizeList(texts: readonly string[], shown = 5): string {
  if (texts.length <= shown) return texts.join(", ");
  return `${texts.slice(0, shown).join(", ")} and ${texts.length - shown} more`;
}

/** Returns the predicate for an unknown value. */
export function describeUnknown({ unknownReason: why }: Resource): string {
  return why ?? "is unknown at preview";
}
