import { whereAlpha2, whereAlpha3, whereCountry } from "iso-3166-1";

/** Names in use that ISO 3166-1 spells otherwise. */
const usual: Readonly<Record<string, string>> = {
  "great britain": "GB",
  england: "GB",
  uk: "GB",
  usa: "US",
  "united states": "US",
  "hong kong sar": "HK",
  "south korea": "KR",
  "ivory coast": "CI",
  "the netherlands": "NL",
  holland: "NL",
  uae: "AE",
};

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

let common: Map<string, string> | undefined;

/** The English names in common use, from the Unicode data that Node.js brings: Czechia, Russia, Vietnam. */
function commonNames(): Map<string, string> {
  if (common) return common;
  common = new Map();
  const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  for (const first of letters)
    for (const second of letters) {
      const name = whereAlpha2(first + second) && names.of(first + second);
      if (name) common.set(plain(name), first + second);
    }
  return common;
}

const found = new Map<string, string | undefined>();

/** A country as a record spells it (a code of two or three letters, or an English name), as ISO 3166-1 alpha-2. */
export function countryCode(text: string): string | undefined {
  if (!found.has(text)) {
    const name = plain(text);
    const code =
      name.length === 2 ? whereAlpha2(name) : name.length === 3 ? whereAlpha3(name) : whereCountry(text.trim());
    found.set(text, usual[name] ?? code?.alpha2 ?? commonNames().get(name));
  }
  return found.get(text);
}
