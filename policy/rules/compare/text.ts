import { foldedText, textOf, trimmedText } from "../../../provider/model/keys/text.js";

/** Returns whether the texts are equal. */
export const sameText = (property: unknown, record: unknown): boolean => textOf(property) === textOf(record);

/** Returns whether the texts are equal except for case and outer spaces. */
export const sameLetters = (property: unknown, record: unknown): boolean => foldedText(property) === foldedText(record);

/** Returns whether the texts are equal except for outer spaces. */
export const sameTrimmed = (property: unknown, record: unknown): boolean =>
  trimmedText(property) === trimmedText(record);

/** Returns whether the property is one of the record's texts, which commas or semicolons separate. */
export function isOneOf(property: unknown, record: unknown): boolean {
  return (
    sameTrimmed(property, record) ||
    textOf(record)
      .split(/[,;]/)
      .some((entry) => sameTrimmed(property, entry))
  );
}
