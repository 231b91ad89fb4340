import { printable, shorten } from "../../../provider/platform/printable.js";
import { active, safeJson } from "./safe-json.js";

/** Matches words without a character that begins or ends something in YAML, also in a flow collection. */
const plain = /^(?:\.\/)?[A-Za-z_](?:[\w."'/*()-]| (?! )|:(?=[\w"/(]))*(?<! )$/;

/** Words that YAML 1.1 or 1.2 reads as another value than a text. */
const reserved = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** Quotes around a scalar. */
export type Quote = "" | "'" | '"';

/**
 * Returns a text as a YAML scalar on one line, in a flow collection or not.
 * @param quote the quotes to use if they can hold the text. Default: none
 */
export function scalar(text: string, quote: Quote = ""): string {
  if (quote === "'" && !needsEscapes(text)) return `'${text.replaceAll("'", "''")}'`;
  return quote === "" && plain.test(text) && !reserved.test(text) ? text : safeJson(text);
}

/** Only double quotes have escapes. */
const needsEscapes = (text: string): boolean => /[\p{Cc}\p{Cs}]/u.test(text) || text.search(active) >= 0;

/** Returns an object of texts as a flow map, without keys that are undefined. */
export function flowMap(entries: object): string {
  const pairs = Object.entries(entries).filter(([, value]) => value !== undefined);
  return `{ ${pairs.map(([key, value]) => `${scalar(key)}: ${flowValue(value)}`).join(", ")} }`;
}

function flowValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowValue).join(", ")}]`;
  if (typeof value === "object" && value !== null) return flowMap(value);
  return typeof value === "string" ? scalar(value) : JSON.stringify(value);
}

/** Returns a list of texts as a flow list. */
export const flowList = (texts: readonly string[]): string => flowValue(texts);

/** Returns a comment of one line. Foreign text cannot end it. */
export const comment = (text: string, indent = ""): string => `${indent}# ${shorten(printable(text), 400)}`;
