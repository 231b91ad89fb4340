import type { Resource } from "../policy/rules/types.js";
import { StateDocument } from "./sources/document.js";

/**
 * The resources of a state that is at hand as text, without those that wait to be deleted.
 * @throws DriftError where the text is anything else: half a state must not look like a small one
 */
export function parseState(text: string, source: string): Resource[] {
  const document = new StateDocument(source, source);
  return [...document.push(Buffer.from(text)), ...document.end()].map(({ resource }) => resource);
}
