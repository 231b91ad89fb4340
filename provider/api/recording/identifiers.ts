/** Maximum length of a word or a name of the API. */
const MAX_IDENTIFIER_LENGTH = 40;

/** Matches `In service`, `inService`, `IN_SERVICE`. A text whose words all begin with a capital may be a name. */
const word = /^(\p{L}+([ _/-]+\p{Ll}+){0,4}|\p{Lu}+(_\p{Lu}+){0,4})$/u;
/** Top-level fields of a record may begin with a capital. Deeper, a capital may begin the name of a person or a site. */
const ownField = /^(x-[a-z-]+|[$@_]*[A-Za-z][A-Za-z_]*(\d[A-Za-z_]*)?)$/;
const innerField = /^(x-[a-z-]+|[$@_]*[a-z][A-Za-z_]*(\d[A-Za-z_]*)?)$/;
const identifier = /^[$@_]*[A-Za-z][A-Za-z_]*(\d[A-Za-z_]*)?(-[A-Za-z_]+)*$/;

function fits(text: string, pattern: RegExp): boolean {
  return text.length <= MAX_IDENTIFIER_LENGTH && pattern.test(text);
}

/** Returns whether a text is a few words of letters only. Names of several words, addresses, numbers and serials are not. */
export function isEnumLikeValue(text: string): boolean {
  return fits(text, word);
}

/** Returns whether a key is the name of a field and not data. @param depth of the object in its record */
export function isFieldName(name: string, depth: number): boolean {
  return fits(name, depth === 0 ? ownField : innerField);
}

/** Returns whether a key can be the name of a schema, parameter or header. */
export function isIdentifier(name: string): boolean {
  return fits(name, identifier);
}
