import { isObjectUrl } from "../objects/object-url.js";
import { hasCredentials, isSecureUrl, redactUrl } from "../platform/urls.js";

/** An inventory file that is downloaded. */
export interface InventoryUrl {
  /** The URL without its fragment. Its query may be secret, as in a presigned URL. */
  readonly address: string;
  /** The URL without query and fragment, for messages. */
  readonly name: string;
  /** The expected SHA-256 of the file in hexadecimal, from the fragment `#sha256=…`. */
  readonly sha256: string | undefined;
}

/** Returns whether the value of a setting is a URL. A drive such as `C:` is not a scheme. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text);
}

/** Returns the URL of an inventory file; undefined for a path. The URL must be valid: see {@link inventoryUrlProblem}. */
export function parseInventoryUrl(text: string): InventoryUrl | undefined {
  if (!isUrl(text)) return undefined;
  const [, address = text, fragment] = /^([^#]*)(?:#(.*))?$/s.exec(text) ?? [];
  return { address, name: nameOf(address), sha256: PIN.exec(fragment ?? "")?.[1]?.toLowerCase() };
}

/** Returns why a URL cannot be used, worded to follow the name of the setting and without the URL. */
export function inventoryUrlProblem(text: string): string | undefined {
  const { address, sha256 } = parseInventoryUrl(text) ?? { address: text };
  if (!isObjectUrl(address)) {
    if (!/^https?:/i.test(address)) return "must be an absolute path, or a URL with https, s3, gs or azblob";
    if (!URL.canParse(address)) return "is not a URL";
    if (!isSecureUrl(address)) return "must be https (plain http only on loopback)";
    if (hasCredentials(address)) return "must not have a user or a password: set inventoryToken";
  } else if (!/^\w+:\/\/[^/?@]+\/[^?]*[^/?](\?|$)/.test(address))
    return "must name a bucket or container, and an object in it";
  if (text !== address && sha256 === undefined)
    return "has an unknown fragment: pin the file with #sha256= and 64 hexadecimal digits";
  return undefined;
}

/** Returns the value of the setting for messages: a path unchanged, a URL without its query, which becomes `?…`. */
export function redactInventoryFile(text: string): string {
  const url = parseInventoryUrl(text);
  if (url === undefined) return text;
  const query = url.address.includes("?") ? "?…" : "";
  return `${url.name}${query}${url.sha256 === undefined ? "" : `#sha256=${url.sha256}`}`;
}

/** Returns whether the value may have a secret: the query of a URL. */
export function mayHaveSecret(text: unknown): boolean {
  return typeof text === "string" && (parseInventoryUrl(text)?.address.includes("?") ?? false);
}

/** The fragment that pins the content. */
const PIN = /^sha256=([0-9a-f]{64})$/i;

function nameOf(address: string): string {
  if (/^https?:/i.test(address) && URL.canParse(address)) return redactUrl(address);
  return address.replace(/\?.*$/s, "").replace(/\/\/[^/]*@/, "//");
}
