import ipaddr from "ipaddr.js";

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

/** Returns whether an octet has a leading zero. */
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

/** Returns why a text is ambiguous as an address; undefined if it is not. */
export function ambiguityOf(text: string): string | undefined {
  return isAmbiguous(text)
    ? `${JSON.stringify(text)} is ambiguous: an octet with a leading zero may be decimal or octal`
    : undefined;
}

/** Returns why a text is not an address or network; undefined if it is one. */
export function addressProblem(text: string): string | undefined {
  return ambiguityOf(text) ?? (parse(text) ? undefined : `${JSON.stringify(text)} is not an IP address or network`);
}
