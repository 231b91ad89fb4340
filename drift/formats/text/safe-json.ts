/** Characters that JSON and YAML allow unescaped, but that act on a terminal or editor. */
export const active = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

function escaped(text: string): string {
  return [...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}

/** Returns JSON with all control and format characters escaped. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(active, escaped);
}
