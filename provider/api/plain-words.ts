/** Longer than any word or name that an API has. */
const longest = 40;

/** `In service`, `inService`, `IN_SERVICE`; where each word begins with a capital it is as likely a name. */
const word = /^(\p{L}+([ _/-]+\p{Ll}+){0,4}|\p{Lu}+(_\p{Lu}+){0,4})$/u;
/** A record's own fields may begin with a capital; within, a capital begins the name of a person or a site as often. */
const ownField = /^(x-[a-z-]+|[$@_]*[A-Za-z][A-Za-z_]*(\d[A-Za-z_]*)?)$/;
const innerField = /^(x-[a-z-]+|[$@_]*[a-z][A-Za-z_]*(\d[A-Za-z_]*)?)$/;
const identifier = /^[$@_]*[A-Za-z][A-Za-z_]*(\d[A-Za-z_]*)?(-[A-Za-z_]+)*$/;

function fits(text: string, pattern: RegExp): boolean {
  return text.length <= longest && pattern.test(text);
}

/** A few words of letters alone: nothing that is a name of several words, an address, a number or a serial. */
export function isWord(text: string): boolean {
  return fits(text, word);
}

/** The name of a field, and no data in the place of one. @param depth of the object in its record */
export function isFieldName(name: string, depth: number): boolean {
  return fits(name, depth === 0 ? ownField : innerField);
}

/** What a description calls its schemas, parameters and headers. */
export function isIdentifier(name: string): boolean {
  return fits(name, identifier);
}
