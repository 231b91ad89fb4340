/** Returns the texts of a value: the value itself, or the elements of a list. */
export function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value === "number") return [String(value)];
  return typeof value === "string" && value.trim() !== "" ? [value] : [];
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object") return value === null || Object.keys(value).length === 0;
  return value === undefined || typeof value === "symbol" || typeof value === "string";
}

/** Returns values that cannot name a record. They are findings and do not count as a missing reference. */
export function invalidIdsIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(invalidIdsIn);
  return typeof value === "number" || isEmpty(value) ? [] : [value];
}
