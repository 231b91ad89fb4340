const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Does this address never leave the machine? */
export function isLoopback(url: URL): boolean {
  return loopback.test(url.hostname);
}

/**
 * An address that credentials may be sent to: https, or loopback.
 * @throws Error that names the setting
 */
export function trustedUrl(setting: string, text: string): URL {
  const url = new URL(text);
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))) return url;
  throw new Error(
    `${setting} must be https (plain http only on loopback): ${url.protocol}//${url.host}${url.pathname}`,
  );
}
