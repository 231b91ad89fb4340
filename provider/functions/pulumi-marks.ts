import type { Kind } from "../inventory/records.js";

/** The key by which Pulumi marks an object that stands for something else: a secret, an asset, a resource. */
export const signature = "4dabf18193072939515e22adb298388d";

/** The mark of a secret. */
export const secretMark = "1b47061264138c4ac30d75fd1eb44270";

/** What Pulumi sends for a value that a preview cannot know. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What the API said cannot be handed to Pulumi. */
export class ReservedValueError extends Error {
  override readonly name = "ReservedValueError";
}

/**
 * Refuses what Pulumi would take for something else: an object with its mark can make it read a file of this machine.
 * @param of names what holds the value
 * @throws ReservedValueError
 */
export function refuseMarks(value: unknown, of: string): void {
  if (value === unknownValue) throw new ReservedValueError(`${of} holds what Pulumi takes for an unknown value`);
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, signature)) {
    throw new ReservedValueError(`${of} holds an object with a mark that is Pulumi's own, ${signature}`);
  }
  for (const inner of Object.values(value)) refuseMarks(inner, of);
}

/** A record that is handed to Pulumi. @throws ReservedValueError */
export function forPulumi<T extends { readonly id: string }>(kind: Kind, record: T): T {
  refuseMarks(record, `${kind} ${record.id}`);
  return record;
}

/** Is it marked as a secret? */
export function isSecret(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && (value as Record<string, unknown>)[signature] === secretMark;
}

/** A value that the engine keeps encrypted; one that is so already stays as it is. */
export function toSecret(value: unknown): unknown {
  return isSecret(value) ? value : { [signature]: secretMark, value };
}

/** Each of these properties as a secret. */
export function withSecrets<T extends Record<string, unknown>>(properties: T): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, toSecret(value)]));
}
