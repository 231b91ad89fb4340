import ipaddr from "ipaddr.js";
import type { Agreement } from "./agreement.js";

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Some programs read an octet with a leading zero as octal: `10.0.0.010` is 10.0.0.8 to them. */
const leadingZero = /(?:^|[.:])0\d+\.|\.0\d+$/;

/** Parses an address or a network in CIDR notation. An IPv4 address mapped into IPv6 is the IPv4 address. */
function parse(text: string): Range | undefined {
  const [address = "", length, ...rest] = text.trim().split("/");
  // ipaddr.js also reads `10.1` and `0x0a.1`, which nobody means in an inventory.
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

/** The address before a prefix length. */
const addressOf = (text: string): string => text.trim().split("/")[0] ?? "";

/** The reason why one of two texts cannot be compared as an address; undefined if both can. */
function problem(property: string, record: string): string | undefined {
  const ambiguous = [property, record].find(
    (text) => /^[\d.:a-f]+$/i.test(addressOf(text)) && leadingZero.test(addressOf(text)),
  );
  if (ambiguous !== undefined)
    return `${JSON.stringify(ambiguous)} is ambiguous: an octet with a leading zero may be decimal or octal`;
  return parse(record) ? undefined : `${JSON.stringify(record)} is not an IP address or network`;
}

/** Same address or network, in any spelling. */
export function sameAddress(property: unknown, record: unknown): Agreement {
  const [one, other] = [String(property), String(record)];
  const reason = problem(one, other);
  if (reason !== undefined) return reason;
  const [found, wanted] = [parse(one), parse(other)];
  if (!found || !wanted) return false;
  return found[1] === wanted[1] && found[0].toNormalizedString() === wanted[0].toNormalizedString();
}

/** The property's address or network lies within the record's. */
export function withinNetwork(property: unknown, record: unknown): Agreement {
  const [one, other] = [String(property), String(record)];
  const reason = problem(one, other);
  if (reason !== undefined) return reason;
  const [found, range] = [parse(one), parse(other)];
  if (!found || !range || found[0].kind() !== range[0].kind() || found[1] < range[1]) return false;
  return found[0].match(range[0], range[1]);
}
