import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { isSecret, unknownValue } from "../functions/pulumi-marks.js";
import type { Properties } from "../resources/tracked-record.js";

/** What Pulumi sent, as it came: a secret is an object with a mark. */
export function asSent(struct: Struct | undefined): Properties {
  return struct ? struct.toJavaScript() : {};
}

/** What Pulumi sent: secrets as what they hold, unknown values as {@link unknownValue}. */
export function fromStruct(struct: Struct | undefined): Properties {
  return revealed(asSent(struct)) as Properties;
}

function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return revealed(value["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}

/** Properties for Pulumi; what is undefined is left out. */
export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}

/** Is any of it unknown in a preview? */
export function holdsUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
