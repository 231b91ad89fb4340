import type { z } from "zod";
import { DriftError } from "../errors.js";

/**
 * One entry of a document, checked.
 * @param wanted what the document should be, for messages
 * @throws DriftError
 */
export function checkEntry<T extends z.ZodType>(
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
