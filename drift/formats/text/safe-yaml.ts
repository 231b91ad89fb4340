import { Document, visit } from "yaml";
import { active } from "./safe-json.js";

/** Returns `\u009b`, or `\U000e0001` beyond 16 bits: YAML has no surrogate escapes. */
function escaped(text: string): string {
  const code = text.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Returns YAML with all control and format characters escaped. */
export function safeYaml(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar(_key, node) {
      // YAML has escapes only in double quotes.
      if (typeof node.value === "string" && (node.value.includes("\t") || node.value.search(active) >= 0))
        node.type = "QUOTE_DOUBLE";
    },
  });
  return document.toString().replace(active, escaped);
}
