import type { z } from "zod";
import { DriftError } from "../errors.js";

/**
 * One entry of a document, checked.
 * @param wanted what the document should be, for messages
 * @param isSo tells at a glance that the schema has nothing against it, as of nearly all
 * @throws DriftError
 */
export function parseEntry<T extends z.ZodType>(
  schema: T,
  text: string,
  source: string,
  wanted: string,
  isSo: (value: unknown) => value is z.output<T> = (_value): _value is z.output<T> => false,
): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DriftError(`${source} is not whole JSON: a resource in it is not; export it again`);
  }
  if (isSo(value)) return value;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new DriftError(
    `${source} is ${wanted} (a resource's ${issue?.path.join(".")}: ${issue?.message ?? "not valid"})`,
  );
}
