const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Does this address never leave the machine? */
export function isLoopback(url: URL): boolean {
  return loopback.test(url.hostname);
}

/** May credentials be sent to this address? To https, or loopback. */
export function isTrusted(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url));
}

/** Is there no user and no password in this address? */
export function holdsNoCredentials(text: string): boolean {
  const url = URL.parse(text);
  return !url?.username && !url?.password;
}

/** Does it end before a query and a fragment? */
export function hasNoQuery(text: string): boolean {
  return !/[?#]/.test(text);
}

/** An address without what may be secret in it: user, password, query and fragment. */
export function publicUrl(url: string | URL): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** The same of what is set: … stands where something was left out, and for all of what is no address: nobody knows what in it is secret. */
export function shownAddress(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return "… (no address)";
  const shown = holdsNoCredentials(text) ? publicUrl(url) : publicUrl(url).replace("//", "//…@");
  return hasNoQuery(text) ? shown : `${shown}?…`;
}

/**
 * An address that credentials may be sent to.
 * @throws Error that names the setting
 */
export function trustedUrl(setting: string, text: string): URL {
  const url = new URL(text);
  if (isTrusted(text)) return url;
  throw new Error(`${setting} must be https (plain http only on loopback): ${publicUrl(url)}`);
}
