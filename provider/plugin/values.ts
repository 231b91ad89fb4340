import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { isSecret, unknownValue } from "../functions/pulumi-sentinels.js";
import type { Properties } from "../resources/tracked-record.js";

/** Returns the properties as Pulumi sent them. A secret is an object with a signature. */
export function asSent(struct: Struct | undefined): Properties {
  return struct ? struct.toJavaScript() : {};
}

/** Returns the properties with unwrapped secrets. Unknown values are {@link unknownValue}. */
export function fromStruct(struct: Struct | undefined): Properties {
  return revealed(asSent(struct)) as Properties;
}

function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return revealed(value["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}

/** Converts properties for Pulumi. Omits undefined ones. */
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}

/** Returns whether any part of a value is unknown in a preview. */
export function holdsUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
