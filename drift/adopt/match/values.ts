import type ipaddr from "ipaddr.js";
import { parseAddress as parseRange } from "../../../provider/model/keys/address.js";
import { keyForm } from "../../../provider/model/keys/index.js";

/** Maximum length of a value that can identify a record, in UTF-16 units. */
export const MAX_VALUE_LENGTH = 256;

/** Minimum length of a text that can identify a record. */
const MIN_TEXT_LENGTH = 4;

/** Minimum length of a value of digits alone: shorter ones are ports, sizes and numbers of networks. */
const MIN_DIGITS = 8;

/** Maximum length of a MAC address of 64 bits with separators. */
const MAX_MAC_LENGTH = 24;

/** Values that many unrelated objects have, as {@link nameKey} returns them. */
const common = new Set(
  (
    "default unknown none null undefined true false enabled disabled active inactive available running stopped other " +
    "production prod staging test main primary secondary router switch firewall gateway server network internet " +
    "admin root localhost example auto automatic standard basic premium global public private"
  ).split(" "),
);

/** Returns a text as it is compared with ids, serial numbers and references: without outer spaces and case. */
export function textKey(text: string): string | undefined {
  const key = keyForm("ignore-case", text);
  return key === undefined || key.length < MIN_TEXT_LENGTH || isCommon(key) ? undefined : key;
}

/** Returns a name as it is compared: without case, accents, spaces and separators. */
export function nameKey(text: string): string | undefined {
  const key = foldName(text);
  return key.length < MIN_TEXT_LENGTH || isCommonName(key) || /^\d+$/.test(key) ? undefined : key;
}

function foldName(text: string): string {
  // Most names are ASCII, which needs no normalization.
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, "");
  return foldedText(text).replaceAll(" ", "");
}

/** Returns whether a value is a placeholder: a common word, or one character repeated. */
function isCommon(key: string): boolean {
  // No common word has a digit.
  return /\d/.test(key) ? isRepeated(key) : isCommonName(foldName(key));
}

const isCommonName = (name: string): boolean => name === "" || common.has(name) || isRepeated(name);

function isRepeated(text: string): boolean {
  const first = text.charCodeAt(0);
  for (let at = 1; at < text.length; at += 1) if (text.charCodeAt(at) !== first) return false;
  return true;
}

/**
 * Returns whether a text is specific enough to identify a record: it has a digit, and is more than a short number. A word such
 * as `paris` can be the same by chance.
 */
export function isDistinctive(text: string): boolean {
  const key = text.trim();
  return /^\d+$/.test(key) ? key.length >= MIN_DIGITS : /\d/.test(key);
}

/** An IP address, and the length of its network. */
export interface Address {
  readonly address: ipaddr.IPv4 | ipaddr.IPv6;
  /** Length of the prefix in bits. Default: the whole address. */
  readonly length: number;
  readonly bits: 32 | 128;
}

/** Parses `192.0.2.1`, `2001:db8::1`, or either with a prefix length. An octet with a leading zero is not an address. */
export function parseAddress(text: string): Address | undefined {
  // Most values are not addresses; this test is faster than the parser.
  const range = /^\s*[0-9a-f:.]{3,45}(?:\/\d{1,3})?\s*$/i.test(text) ? parseRange(text) : undefined;
  return range && { address: range[0], length: range[1], bits: range[0].kind() === "ipv6" ? 128 : 32 };
}

/** Ranges whose addresses identify nothing: `0.0.0.0`, loopback, link-local, multicast and broadcast. */
const meaningless = new Set(["unspecified", "loopback", "linkLocal", "multicast", "broadcast"]);

/** Ranges that several sites use at the same time. */
const reused = new Set(["private", "carrierGradeNat", "uniqueLocal"]);

/** Returns the key of an address; undefined for one that identifies nothing. */
export function addressKey({ address }: Address): string | undefined {
  return meaningless.has(address.range()) ? undefined : address.toNormalizedString();
}

/** Returns whether an address is private: another site can use it, too. */
export function isPrivate({ address }: Address): boolean {
  return reused.has(address.range());
}

/** Returns the key of the network of this length that contains the address. */
export function networkKey({ address, bits }: Address, length: number): string {
  const bytes = address
    .toByteArray()
    .map((byte, index) => byte & (0xff << Math.min(8, Math.max(0, 8 * (index + 1) - length))));
  return `${bits}:${length}:${bytes.join(".")}`;
}

/** Returns whether a value is a network: it has a shorter prefix, and no bits after it. */
export function isNetwork(address: Address): boolean {
  return address.length < address.bits && networkKey(address, address.length) === hostKey(address);
}

function hostKey({ address, bits, length }: Address): string {
  return `${bits}:${length}:${address.toByteArray().join(".")}`;
}

/** Returns the key of a MAC address in any spelling; undefined for other texts, and for addresses of zeros or ones. */
export function macKey(text: string): string | undefined {
  if (text.length > MAX_MAC_LENGTH) return undefined;
  const key = keyForm("mac", text);
  return key === undefined || /^(?:0+|f+)$/.test(key) ? undefined : key;
}

/** Returns a text without case and accents, with one space between its words. */
export function foldedText(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}+/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
