const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Returns whether the URL is on this machine. */
export function isLoopback(url: URL): boolean {
  return loopback.test(url.hostname);
}

/** Returns whether credentials may be sent to the URL: https, or loopback. */
export function isSecureUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url));
}

/** Returns whether a server may lead to a URL: it is secure, and a server of the network does not lead to this machine. */
export function mayLeadTo(target: URL, from: URL): boolean {
  return isSecureUrl(target.href) && (isLoopback(from) || !isLoopback(target));
}

/** Returns whether the URL has a user or a password. */
export function hasCredentials(text: string): boolean {
  const url = URL.parse(text);
  return Boolean(url?.username || url?.password);
}

/** Returns whether the URL has no query and no fragment. */
export function hasNoQuery(text: string): boolean {
  return !/[?#]/.test(text);
}

/** Returns the URL without the parts that may be secret: user, password, query and fragment. */
export function redactUrl(url: string | URL): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** Returns the text of a URL setting without its secret parts, which become `…`. All of an invalid URL becomes `…`. */
export function redactAddress(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return "… (not a URL)";
  const shown = hasCredentials(text) ? redactUrl(url).replace("//", "//…@") : redactUrl(url);
  return hasNoQuery(text) ? shown : `${shown}?…`;
}

/**
 * Parses a URL that credentials may be sent to.
 * @throws Error that names the setting
 */
export function requireSecureUrl(setting: string, text: string): URL {
  const url = new URL(text);
  if (isSecureUrl(text)) return url;
  throw new Error(`${setting} must be https (plain http only on loopback): ${redactUrl(url)}`);
}
