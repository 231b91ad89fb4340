import { BlockList, isIP, isIPv6 } from "node:net";
import { isDeepStrictEqual } from "node:util";
import type { Match } from "./rules-file.js";

/** Longest pattern and text that are tried: a pattern of somebody's rules file must not stop a deployment. */
const longest = { pattern: 200, text: 1_000 };

function addressIn(range: string, address: string): boolean {
  const [network = "", length] = range.split("/");
  const family = isIP(network);
  if (family === 0 || isIP(address) === 0) return false;
  const list = new BlockList();
  const name = family === 6 ? "ipv6" : "ipv4";
  list.addSubnet(network, length === undefined ? (family === 6 ? 128 : 32) : Number(length), name);
  return list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

function cidr(property: string, record: string): boolean {
  try {
    const [network = "", length] = property.split("/");
    const [, recordLength] = record.split("/");
    if (length !== undefined && recordLength !== undefined && Number(length) < Number(recordLength)) return false;
    return addressIn(record, network);
  } catch {
    return false;
  }
}

function regex(property: string, record: string): boolean {
  if (record.length > longest.pattern || property.length > longest.text) return false;
  try {
    return new RegExp(`^(?:${record})$`, "u").test(property);
  } catch {
    return false;
  }
}

/** Do the property and the record's value agree? */
export function agrees(as: Match["as"], property: unknown, record: unknown): boolean {
  if (property === undefined || property === null) return false;
  // An object agrees whatever the order of its keys; a list must have the same order.
  if (typeof property === "object" || typeof record === "object") return isDeepStrictEqual(property, record);
  const left = String(property);
  const right = String(record);
  switch (as) {
    case "equals":
      return left === right;
    case "ignore-case":
      return left.trim().toLowerCase() === right.trim().toLowerCase();
    case "number":
      return left.trim() !== "" && right.trim() !== "" && Number(left) === Number(right);
    case "cidr":
      return cidr(left.trim(), right.trim());
    case "regex":
      return regex(left, right);
  }
}
