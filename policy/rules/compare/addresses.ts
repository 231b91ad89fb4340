import ipaddr from "ipaddr.js";
import type { Agreement } from "./agreement.js";

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Matches an octet with a leading zero, which some programs read as octal: `10.0.0.010` as 10.0.0.8. */
const leadingZero = /(?:^|[.:])0\d+\.|\.0\d+$/;

/** Parses an address or a network in CIDR notation. An IPv4 address mapped into IPv6 is the IPv4 address. */
function parse(text: string): Range | undefined {
  const [address = "", length, ...rest] = text.trim().split("/");
  // ipaddr.js also parses `10.1` and `0x0a.1`, which are typos in an inventory.
  if (
    rest.length > 0 ||
    !(address.includes(":") ? ipaddr.IPv6.isValid(address) : ipaddr.IPv4.isValidFourPartDecimal(address))
  )
    return undefined;
  const written = ipaddr.parse(address);
  const mapped = written instanceof ipaddr.IPv6 && written.isIPv4MappedAddress();
  const value = mapped ? written.toIPv4Address() : written;
  const bits = value.kind() === "ipv6" ? 128 : 32;
  if (length === undefined) return [value, bits];
  const given = /^\d{1,3}$/.test(length) ? Number(length) - (mapped ? 96 : 0) : -1;
  return given >= 0 && given <= bits ? [value, given] : undefined;
}

/** Returns the address without its prefix length. */
const addressOf = (text: string): string => text.trim().split("/")[0] ?? "";

function isAmbiguous(text: string): boolean {
  const address = addressOf(text);
  return /^[\d.:a-f]+$/i.test(address) && leadingZero.test(address);
}

/** Parses an address or network into its address and prefix length; undefined if the text is neither, or is ambiguous. */
export function parseAddress(text: string): Range | undefined {
  return isAmbiguous(text) ? undefined : parse(text);
}

/** Returns the same text for all spellings of an address or network; undefined if the value is neither, or is ambiguous. */
export function addressForm(value: unknown): string | undefined {
  const range = parseAddress(String(value));
  return range && `${range[0].toNormalizedString()}/${range[1]}`;
}

/** Returns why two texts cannot be compared as addresses; undefined if they can. */
function problem(property: string, record: string): string | undefined {
  const ambiguous = [property, record].find(isAmbiguous);
  if (ambiguous !== undefined)
    return `${JSON.stringify(ambiguous)} is ambiguous: an octet with a leading zero may be decimal or octal`;
  return parse(record) ? undefined : `${JSON.stringify(record)} is not an IP address or network`;
}

/** Compares addresses or networks, in any spelling. */
export function sameAddress(property: unknown, record: unknown): Agreement {
  const [one, other] = [String(property), String(record)];
  const reason = problem(one, other);
  if (reason !== undefined) return reason;
  return addressForm(one) === addressForm(other);
}

/** Returns whether the property's address or network is within the record's network. */
export function withinNetwork(property: unknown, record: unknown): Agreement {
  const [one, other] = [String(property), String(record)];
  const reason = problem(one, other);
  if (reason !== undefined) return reason;
  const [found, range] = [parse(one), parse(other)];
  if (!found || !range || found[0].kind() !== range[0].kind() || found[1] < range[1]) return false;
  return found[0].match(range[0], range[1]);
}
