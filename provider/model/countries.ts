import { alpha2ToAlpha3, alpha3ToAlpha2 } from "i18n-iso-countries/index.js";
import { countryOfName } from "./country-names.js";
import { memoize } from "../platform/memoize.js";

/** Codes in use that ISO 3166-1 reserves: the European Union writes `UK` and `EL`. */
const reserved: Readonly<Record<string, string>> = { UK: "GB", EL: "GR" };

function ofCode(code: string): string | undefined {
  if (code.length === 2) return reserved[code] ?? (alpha2ToAlpha3(code) === undefined ? undefined : code);
  return code.length === 3 ? alpha3ToAlpha2(code) : undefined;
}

/**
 * Returns the ISO 3166-1 alpha-2 code of a country.
 * @param text an alpha-2 or alpha-3 code, or a name in English or in another official language of the European Union;
 *   case, accents, punctuation, "the" and the order of the words make no difference
 * @returns undefined if no country has this name, or if several have it
 */
export const countryCode = memoize(
  (text: string): string | undefined => ofCode(text.trim().toUpperCase()) ?? countryOfName(text),
);
