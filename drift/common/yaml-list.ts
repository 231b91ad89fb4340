import { Document, isMap, isSeq, parseDocument, YAMLSeq } from "yaml";
import { yamlOptions } from "../../policy/config/exact-yaml.js";

/** A YAML document that a list is edited in, and the list. */
export interface ListDocument {
  readonly document: Document;
  readonly list: YAMLSeq;
}

/**
 * Parses a document to edit the list under a key in place: comments and order are kept. Adds the list if the document has none.
 * @param text a valid file. Default: a new document
 * @param header comment of a new document
 */
export function parseListDocument(text: string | undefined, key: string, header: string): ListDocument {
  const document: Document = text === undefined ? new Document({}) : parseDocument(text, yamlOptions);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  const found = document.get(key);
  const list = isSeq(found) ? found : new YAMLSeq(document.schema);
  if (list !== found) document.set(key, list);
  if (list.items.length === 0) list.flow = false;
  if (text === undefined) document.commentBefore = header;
  return { document, list };
}
