import { UserError } from "../platform/user-error.js";
import type { Kind } from "../model/records.js";

/** The key with which Pulumi marks special objects: secrets, assets, resources. */
export const signature = "4dabf18193072939515e22adb298388d";

/** The mark of a secret. */
export const secretMark = "1b47061264138c4ac30d75fd1eb44270";

/** Pulumi's sentinel for a value that is unknown in a preview. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A record cannot be passed to Pulumi. */
export class ReservedValueError extends UserError {
  override readonly name = "ReservedValueError";
  override get title(): string {
    return "A record holds a value that Pulumi reserves";
  }
}

/**
 * Rejects values that Pulumi would interpret: an object with its signature can make it read a local file.
 * @param of name of the record or field, for messages
 * @throws ReservedValueError
 */
export function rejectSentinels(value: unknown, of: string): void {
  if (value === unknownValue) throw new ReservedValueError(`${of} has the value that Pulumi uses for an unknown value`);
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, signature)) {
    throw new ReservedValueError(`${of} has an object with Pulumi's reserved key ${signature}`);
  }
  for (const inner of Object.values(value)) rejectSentinels(inner, of);
}

/** Returns a record after a check that Pulumi does not interpret its values. @throws ReservedValueError */
export function assertSafeForPulumi<T extends { readonly id: string }>(kind: Kind, record: T): T {
  rejectSentinels(record, `${kind} ${record.id}`);
  return record;
}

/** Returns whether a value is marked as a secret. */
export function isSecret(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && (value as Record<string, unknown>)[signature] === secretMark;
}

/** Marks a value as a secret. Secrets are returned unchanged. */
export function toSecret(value: unknown): unknown {
  return isSecret(value) ? value : { [signature]: secretMark, value };
}

/** Marks each property as a secret, except undefined ones. */
export function withSecrets<T extends Record<string, unknown>>(properties: T): Record<string, unknown> {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, toSecret(value)]));
}
