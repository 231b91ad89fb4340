import { Secret } from "@pulumi/policy";
import { unknownValue } from "../../provider/functions/pulumi-sentinels.js";
import { UNKNOWN } from "../rules/resource/resource.js";

/** Texts by which the engine marks unknown values. `@pulumi/policy` passes them as proxies that throw when they are read. */
const sentinels: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  unknownValue,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

interface Proxied {
  readonly __isSpecialProxy?: boolean;
  readonly __getSpecialProxyTarget?: object;
}

/** Returns the properties without the proxies that throw or unwrap. */
export function unwrapProxy(properties: object): Record<string, unknown> {
  let value = properties as Proxied;
  while (value.__isSpecialProxy === true && value.__getSpecialProxyTarget) value = value.__getSpecialProxyTarget;
  return value as Record<string, unknown>;
}

/** Returns whether a value is unknown in a preview. */
export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && value.length === 36 && sentinels.has(value);
}

/** Returns the properties as plain data, with the symbol `UNKNOWN` for each unknown value. */
export function toPlainData(properties: object): Record<string, unknown> {
  return copy(unwrapProxy(properties)) as Record<string, unknown>;
}

/** Copies only objects with an unknown value, because most resources have none. */
function copy(value: unknown): unknown {
  if (typeof value === "string") return isUnknown(value) ? UNKNOWN : value;
  if (typeof value !== "object" || value === null) return value;
  // A remediation receives secrets as wrapped values.
  if (value instanceof Secret) return copy(value.value);
  if (Array.isArray(value)) {
    const entries = (value as unknown[]).map(copy);
    return entries.some((entry, index) => entry !== value[index]) ? entries : value;
  }
  let changed: Record<string, unknown> | undefined;
  for (const [key, entry] of Object.entries(value)) {
    const copied = copy(entry);
    if (copied !== entry) (changed ??= { ...value })[key] = copied;
  }
  return changed ?? value;
}
