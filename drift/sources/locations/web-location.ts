import { isValidHeaderValue, INVALID_HEADER_VALUE } from "../../../provider/platform/header-value.js";
import { isLoopback, redactUrl } from "../../../provider/platform/urls.js";
import { DriftError } from "../../common/errors.js";

/**
 * Returns the address of a location: `SCHEME://…` is https, `SCHEME+http://…` is plain http, for loopback only.
 * @param form how a location is written, for the errors, which never repeat it: it can have a password
 * @throws DriftError
 */
export function webAddress(address: string, form: string): URL {
  const url = /^https?:\/\/[^/]/i.test(address) ? URL.parse(address) : null;
  if (url === null) throw new DriftError(`the location is not a URL: write it as ${form}`);
  if (url.username || url.password)
    throw new DriftError(
      `the location on ${url.host} has a user or a password: remove them, and pass credentials in the environment`,
    );
  if (url.protocol === "http:" && !isLoopback(url))
    throw new DriftError(`the location ${redactUrl(url)} is plain http, which is for loopback only: use https`);
  url.hash = "";
  return url;
}

/** Returns the value of an environment variable; undefined if it is not set or empty. @throws DriftError if no header can have it */
export function tokenOf(variable: string): string | undefined {
  const value = process.env[variable];
  if (!value) return undefined;
  if (!isValidHeaderValue(value)) throw new DriftError(`${variable} ${INVALID_HEADER_VALUE}: set it again`);
  return value;
}

/** Returns the header of HTTP Basic. */
export function basic(user: string, password: string): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}
