import { canonical } from "../../platform/unicode.js";

/** Returns the text to compare. Unicode forms of the same characters are equal. */
export const textOf = (value: unknown): string => canonical(String(value));

/** Returns the text to compare without outer spaces. */
export const trimmedText = (value: unknown): string => textOf(value).trim();

/** Returns the text to compare without case and outer spaces. */
export const foldedText = (value: unknown): string => trimmedText(value).toLowerCase();
