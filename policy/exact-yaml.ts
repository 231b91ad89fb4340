import { parse } from "yaml";

/**
 * Parses YAML (and JSON, which is YAML too) by the core schema: a date stays the text that it is written as. An integer beyond
 * ±2^53, which a JavaScript number would round, becomes a text with its digits.
 * @throws Error with `linePos` where it is not YAML
 */
export function parseYaml(text: string): unknown {
  return parse(text, numberOf, { schema: "core", intAsBigInt: true }) as unknown;
}

/** A reviver: integers as numbers where these can hold them. */
function numberOf(_key: unknown, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
