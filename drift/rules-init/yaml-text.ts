import { printable, shorten } from "../../provider/platform/printable.js";
import { safeJson } from "../formats/text/safe-json.js";

/** Matches words without a character that begins or ends something in YAML. */
const plain = /^(?:\.\/)?[A-Za-z_](?:[\w."'/*()-]| (?! )|:(?=[\w"/(]))*(?<! )$/;

/** Returns a text as a YAML scalar on one line: without quotes if it needs none. */
export function scalar(text: string): string {
  return plain.test(text) && !/^(?:true|false|null)$/i.test(text) ? text : safeJson(text);
}

/** Returns an object of texts as a flow map, without keys that are undefined. */
export function flowMap(entries: object): string {
  const pairs = Object.entries(entries).filter(([, value]) => value !== undefined);
  return `{ ${pairs.map(([key, value]) => `${scalar(key)}: ${flowValue(value)}`).join(", ")} }`;
}

function flowValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowValue).join(", ")}]`;
  if (typeof value === "object" && value !== null) return flowMap(value);
  return typeof value === "string" ? inFlow(value) : JSON.stringify(value);
}

/** A comma or bracket would end a plain scalar in a flow collection. */
const inFlow = (text: string): string => (/[[\]{},]/.test(text) ? safeJson(text) : scalar(text));

/** Returns a list of texts as a flow list. */
export const flowList = (texts: readonly string[]): string => flowValue(texts);

/** Returns a comment of one line. Foreign text cannot end it. */
export const comment = (text: string, indent = ""): string => `${indent}# ${shorten(printable(text), 400)}`;
