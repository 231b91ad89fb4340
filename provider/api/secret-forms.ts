/** The fewest characters that are looked for: shorter ones are found in any text. */
const shortest = 6;

/** What writers of HTML and XML put for quotes and more; `&`, `<` and `>` are the same for all. */
const entities: readonly Readonly<Record<string, string>>[] = [
  {},
  { '"': "&quot;" },
  { '"': "&quot;", "'": "&#39;" },
  { '"': "&quot;", "'": "&#039;" },
  { '"': "&quot;", "'": "&#x27;" },
  { '"': "&quot;", "'": "&apos;" },
  { '"': "&#34;", "'": "&#39;" },
  { '"': "&quot;", "'": "&#39;", "/": "&#x2F;", "`": "&#x60;", "=": "&#x3D;" },
];

/** How a secret may be written in what comes back: as it is, in an address, a form, JSON, HTML, base64 or hex. None of a short one. */
export function secretForms(secret: string): readonly string[] {
  if (secret.length < shortest) return [];
  const json = inJson(secret);
  const texts = [secret, ...json];
  const forms = [
    ...inAddress(secret),
    ...texts.flatMap(inHtml),
    // JSON as a text in JSON.
    ...json.flatMap(inJson),
    ...inNumbers(secret),
    ...inBase64(secret),
    ...inHex(secret),
  ];
  return [...new Set(forms)];
}

/** Percent-encoded, also as forms and HTTP Basic of OAuth are; in large and small letters; once and twice. */
function inAddress(secret: string): string[] {
  // Half of a character has no encoding.
  const usual = encodeURIComponent(secret.toWellFormed());
  const strict = usual.replace(/[-_.!~*'()]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([["", secret]]).toString().slice(1);
  const all = [usual, strict, form, ...[usual, strict].map((text) => text.replaceAll("%20", "+"))];
  const once = [...all, ...all.map((text) => text.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()))];
  return [...once, ...once.map(encodeURIComponent)];
}

/** With a slash escaped, too, and with what may not stand in HTML or in ASCII. */
function inJson(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const escape = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return [
    json,
    json.replaceAll("/", "\\/"),
    json.replace(/[<>&]/g, escape),
    json.replace(/[<>&=']/g, escape),
    json.replace(/[\u007f-\uffff]/g, escape),
  ];
}

function inHtml(text: string): string[] {
  const plain: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
  return [text, ...entities.map((more) => text.replace(/[&<>"'/`=]/g, (mark) => plain[mark] ?? more[mark] ?? mark))];
}

/** As HTML and XML refer to letters by their numbers: each of them, or what is neither a letter nor a digit of ASCII. */
function inNumbers(secret: string): string[] {
  const styles: ((code: number) => string)[] = [
    (code) => String(code),
    (code) => `x${code.toString(16)}`,
    (code) => `x${code.toString(16).toUpperCase()}`,
  ];
  return styles.flatMap((style) =>
    [/./gsu, /[^A-Za-z0-9]/gu].map((which) =>
      secret.replace(which, (letter) => `&#${style(letter.codePointAt(0) ?? 0)};`),
    ),
  );
}

function inHex(secret: string): string[] {
  const hex = Buffer.from(secret).toString("hex");
  return [hex, hex.toUpperCase()];
}

function inBase64(secret: string): string[] {
  const padded = Buffer.from(secret).toString("base64");
  return [padded, padded.replace(/=+$/, ""), Buffer.from(secret).toString("base64url")];
}
