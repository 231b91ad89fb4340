/** Minimum length of a secret in characters. Shorter ones would match in any text. */
const MIN_SECRET_LENGTH = 6;

/** Named character references of HTML and XML. Both can also write any character by its number. */
const entities: Readonly<Record<string, string>> = { "&": "|amp", "<": "|lt", ">": "|gt", '"': "|quot", "'": "|apos" };

/**
 * Returns a pattern for all forms of a secret in a response: raw, URL- or form-encoded once or twice, in JSON or JSON within JSON, in
 * HTML and in base64. Undefined for a short secret.
 */
export function secretPattern(secret: string): RegExp | undefined {
  if (secret.length < MIN_SECRET_LENGTH) return undefined;
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString("base64").replace(/=+$/, "");
  const padding = `${letterPattern("=")}{0,2}`;
  const forms = [textPattern(secret), textPattern(base64) + padding, textPattern(bytes.toString("base64url"))];
  return new RegExp(forms.join("|"), "g");
}

const textPattern = (text: string): string => Array.from(text, letterPattern).join("");

/** Letters and digits are literal. Other characters match in any of their forms. */
function letterPattern(letter: string): string {
  if (/[A-Za-z0-9]/.test(letter)) return letter;
  const code = letter.codePointAt(0) ?? 0;
  const units = letter.split("").map((unit) => `u${hex(unit.charCodeAt(0), 4)}`);
  const texts = [
    literal(letter),
    literal(JSON.stringify(letter).slice(1, -1).replace("\\", "")),
    units.join("\\\\{1,2}"),
    `&(?:#0*${code}|#[xX]0*${hex(code)}${entities[letter] ?? ""});`,
    ...(letter === " " ? ["\\+", "%2[bB]"] : []),
  ];
  const bytes = Array.from(Buffer.from(letter), (byte) => `%(?:25)?${hex(byte, 2)}`);
  // JSON adds one backslash before it, JSON within JSON two or three.
  return `(?:\\\\{0,3}(?:${texts.join("|")})|${bytes.join("")})`;
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Matches upper and lower case. */
const hex = (code: number, length = 1): string =>
  code
    .toString(16)
    .padStart(length, "0")
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
