import type { z } from "zod";
import { DriftError } from "./errors.js";

/**
 * Validates an entry of a document.
 * @param wanted for the message, such as "not a stack's state"
 * @throws DriftError
 */
export function parseEntry<T extends z.ZodType>(
  schema: T,
  value: unknown,
  source: string,
  wanted: string,
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new DriftError(
    `${source} is ${wanted} (a resource's ${issue?.path.join(".")}: ${issue?.message ?? "not valid"})`,
  );
}
