/** Control characters, invisible format characters with bidirectional controls, line and paragraph separators. */
const active = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A lone surrogate, which UTF-8 and XML cannot represent. */
const loneSurrogate = /\p{Cs}/gu;

/**
 * Returns the text on one line, without a character that a terminal, a log or a CI server acts on: control characters, format
 * characters and separators become spaces, lone surrogates U+FFFD. It has as many UTF-16 units as before.
 */
export function printable(text: string): string {
  return text.replace(active, (found) => " ".repeat(found.length)).replace(loneSurrogate, "\ufffd");
}

/** Returns the text as {@link printable} does, but keeps its lines and tabs. */
export function printableLines(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(/[^\n\t]+/g, printable);
}

/**
 * Returns a message as {@link printable} does, but keeps the line breaks before list items (`  - …`). Nothing else begins a line,
 * so that foreign text cannot imitate a line of output.
 */
export function printableMessage(message: string): string {
  return message
    .split(/\n(?= {2}- )/)
    .map(printable)
    .join("\n");
}

/**
 * Returns a text as one message shows it: whole up to `most` characters, else its beginning and its length.
 * @param most in UTF-16 units. Default: 200
 */
export function shorten(text: string, most = 200): string {
  if (text.length <= most) return text;
  // Do not end with a lone surrogate.
  const head = text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
  return `${head}… (${text.length} characters)`;
}
