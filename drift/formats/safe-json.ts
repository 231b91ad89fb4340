/** Characters that JSON and YAML may hold as they are, and that a terminal or an editor would act on. */
export const active = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

function escaped(text: string): string {
  return [...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}

/** JSON in which everything that could act on what shows it is escaped. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(active, escaped);
}
