import { canonical } from "../../../provider/inventory/unicode.js";

/** The text of a value as it is compared: Unicode forms of the same characters are equal. */
export const textOf = (value: unknown): string => canonical(String(value));

const folded = (value: unknown): string => textOf(value).trim().toLowerCase();

/** Same text. */
export const sameText = (property: unknown, record: unknown): boolean => textOf(property) === textOf(record);

/** Same text except for case and outer spaces. */
export const sameLetters = (property: unknown, record: unknown): boolean => folded(property) === folded(record);

/** Same text except for outer spaces. */
export const sameTrimmed = (property: unknown, record: unknown): boolean =>
  textOf(property).trim() === textOf(record).trim();

/** The property is one of the texts that the record separates by commas or semicolons. */
export function isOneOf(property: unknown, record: unknown): boolean {
  return (
    sameTrimmed(property, record) ||
    textOf(record)
      .split(/[,;]/)
      .some((entry) => sameTrimmed(property, entry))
  );
}
