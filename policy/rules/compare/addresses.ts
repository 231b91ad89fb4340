import ipaddr from "ipaddr.js";
import type { Agreement } from "./agreement.js";

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** An address or a network in CIDR notation; an IPv4 address mapped into IPv6 is the IPv4 address. */
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

const noAddress = (record: string): string => `${JSON.stringify(record)} is no IP address or network`;

/** The same address (or network), however it is written. */
export function sameAddress(property: string, record: string): Agreement {
  const wanted = parse(record);
  if (!wanted) return noAddress(record);
  const found = parse(property);
  return (
    found !== undefined && found[1] === wanted[1] && found[0].toNormalizedString() === wanted[0].toNormalizedString()
  );
}

/** The property's address or network lies within the record's. */
export function withinNetwork(property: string, record: string): Agreement {
  const range = parse(record);
  if (!range) return noAddress(record);
  const found = parse(property);
  if (!found || found[0].kind() !== range[0].kind() || found[1] < range[1]) return false;
  return found[0].match(range[0], range[1]);
}
