import { parse, type DocumentOptions, type ParseOptions, type SchemaOptions } from "yaml";
import { shorten } from "../provider/inventory/printable.js";

/** How YAML is read, for those who change a document in place. */
export const yamlOptions: ParseOptions & DocumentOptions & SchemaOptions = { schema: "core", intAsBigInt: true };

/**
 * Parses YAML (and JSON, which is YAML too) by the core schema: a date stays the text that it is written as. An integer beyond
 * ±2^53, which a JavaScript number would round, becomes a text with its digits.
 * @throws Error of one line, with `linePos`, if it is not YAML, is nested too deeply or has too many aliases
 */
export function parseYaml(text: string): unknown {
  try {
    return parse(text, numberOf, yamlOptions) as unknown;
  } catch (error) {
    throw mistake(error);
  }
}

function mistake(error: unknown): Error {
  const { message, linePos } = error as Error & { linePos?: unknown };
  if (!("linePos" in (error as Error)) && !(error instanceof RangeError) && !(error instanceof ReferenceError))
    return error as Error;
  // The lines after the first repeat what the file holds there.
  const [first = ""] = message.split("\n");
  const why = /call stack/.test(first) ? "it is nested too deeply" : first.replace(/:$/, "");
  return Object.assign(new Error(shorten(why)), { linePos });
}

/** A reviver: integers as numbers where these can hold them. Nothing is named like the prototype, which checks would miss. */
function numberOf(key: unknown, value: unknown): unknown {
  if (key === "__proto__") throw Object.assign(new Error('there is no name "__proto__"'), { linePos: undefined });
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
