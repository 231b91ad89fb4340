import english from "i18n-iso-countries/langs/en.json";

interface Language {
  readonly locale: string;
  readonly countries: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * Reads the names in the other official languages of the European Union. They take some milliseconds, and few texts need them.
 * A bundler finds each file by its literal name.
 */
/* eslint-disable @typescript-eslint/no-require-imports */
const otherLanguages = (): readonly Language[] => [
  require("i18n-iso-countries/langs/bg.json"),
  require("i18n-iso-countries/langs/cs.json"),
  require("i18n-iso-countries/langs/da.json"),
  require("i18n-iso-countries/langs/de.json"),
  require("i18n-iso-countries/langs/el.json"),
  require("i18n-iso-countries/langs/es.json"),
  require("i18n-iso-countries/langs/et.json"),
  require("i18n-iso-countries/langs/fi.json"),
  require("i18n-iso-countries/langs/fr.json"),
  require("i18n-iso-countries/langs/ga.json"),
  require("i18n-iso-countries/langs/hr.json"),
  require("i18n-iso-countries/langs/hu.json"),
  require("i18n-iso-countries/langs/it.json"),
  require("i18n-iso-countries/langs/lt.json"),
  require("i18n-iso-countries/langs/lv.json"),
  require("i18n-iso-countries/langs/mt.json"),
  require("i18n-iso-countries/langs/nl.json"),
  require("i18n-iso-countries/langs/pl.json"),
  require("i18n-iso-countries/langs/pt.json"),
  require("i18n-iso-countries/langs/ro.json"),
  require("i18n-iso-countries/langs/sk.json"),
  require("i18n-iso-countries/langs/sl.json"),
  require("i18n-iso-countries/langs/sv.json"),
];
/* eslint-enable @typescript-eslint/no-require-imports */

/** Names that are in neither the package nor Unicode: names of ISO 3166-1, former names, parts of the United Kingdom. */
const more: Readonly<Record<string, readonly string[]>> = {
  BY: ["Weißrussland"],
  CC: ["Cocos Islands"],
  CD: ["DRC"],
  CG: ["Congo"],
  CV: ["Cabo Verde"],
  CZ: ["Czech Republic"],
  FK: ["Falkland Islands", "Malvinas"],
  GB: [
    ...["United Kingdom of Great Britain and Northern Ireland", "Britain"],
    ...["England", "Scotland", "Wales", "Northern Ireland"],
    ...["Grande-Bretagne", "Großbritannien", "Gran Bretaña", "Gran Bretagna", "Groot-Brittannië"],
  ],
  GM: ["Gambia"],
  GR: ["Ελλάς"],
  HK: ["Hong Kong SAR"],
  KP: ["Democratic People's Republic of Korea", "DPRK"],
  KR: ["République de Corée"],
  LA: ["Lao PDR"],
  MK: ["Macedonia", "The former Yugoslav Republic of Macedonia", "FYROM"],
  MM: ["Burma"],
  MO: ["Macau", "Macao SAR"],
  NL: ["Holland"],
  SA: ["KSA"],
  SH: ["Saint Helena, Ascension and Tristan da Cunha"],
  SZ: ["Swaziland"],
  TL: ["East Timor"],
  TW: ["Republic of China"],
  VA: ["Holy See", "Vatican"],
  VI: ["Virgin Islands of the United States"],
  VN: ["Viet Nam"],
};

/** Full names whose short name cannot be derived. */
const full: Readonly<Record<string, string>> = {
  AR: "Argentine Republic",
  CH: "Swiss Confederation",
  FR: "French Republic",
  GA: "Gabonese Republic",
  GR: "Hellenic Republic",
  IT: "Italian Republic",
  KG: "Kyrgyz Republic",
  LB: "Lebanese Republic",
  PT: "Portuguese Republic",
  SK: "Slovak Republic",
  TG: "Togolese Republic",
};

/** Words that a full name adds to the short one: the Kingdom of Spain. */
const forms = new Set(
  (
    "ARAB BOLIVARIAN COMMONWEALTH COOPERATIVE DEMOCRATIC DUCHY FEDERAL FEDERATED FEDERATION FEDERATIVE GRAND " +
    "HASHEMITE INDEPENDENT ISLAMIC KINGDOM ORIENTAL PEOPLES PLURINATIONAL PRINCIPALITY REPUBLIC SOCIALIST STATE STATES " +
    "SULTANATE UNION UNITED"
  ).split(" "),
);

/** Words that do not identify a country if they are all that is left of a full name. */
const divided = new Set(["CHINA", "CONGO", "KOREA"]);

const articles = new Set(["AND", "OF", "THE"]);

/** Latin letters that Unicode normalization does not decompose. */
const letters: Readonly<Record<string, string>> = { Æ: "AE", Đ: "D", Ð: "D", Ł: "L", Ø: "O", Œ: "OE", Þ: "TH" };

/** Returns the sorted words of a name in capitals without accents: "Korea, Republic of" equals "Republic of Korea". */
function wordsOf(name: string): string[] {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .replace(/[ÆĐÐŁØŒÞ]/g, (letter) => letters[letter] ?? letter)
    .replace(/['’‘ʼ`´.]/g, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "" && !articles.has(word))
    .map((word) => (word === "ST" ? "SAINT" : word))
    .sort();
}

const keyOf = (name: string): string => wordsOf(name).join(" ");

/** Spellings of German, Danish and Swedish letters in ASCII: Oesterreich. */
function withoutUmlauts(name: string): string {
  const spelled: Readonly<Record<string, string>> = { ä: "ae", å: "aa", ö: "oe", ø: "oe", ü: "ue" };
  return name.toLowerCase().replace(/[äåöøü]/g, (letter) => spelled[letter] ?? letter);
}

/** Country by the key of its name. The value is null for a name of several countries. */
type Names = Map<string, string | null>;

function add(names: Names, name: string, country: string): void {
  for (const key of new Set([name, withoutUmlauts(name)].map(keyOf))) {
    const other = names.get(key);
    names.set(key, other === undefined || other === country ? country : null);
  }
}

/** Reads the names of the package, and of Unicode for common names that the package lacks: États-Unis, Iso-Britannia. */
function addLanguage(names: Names, { locale, countries }: Language): void {
  for (const [country, own] of Object.entries(countries)) for (const name of [own].flat()) add(names, name, country);
  for (const style of ["long", "short"] as const) {
    const common = new Intl.DisplayNames([locale], { type: "region", fallback: "none", style });
    if (common.resolvedOptions().locale !== locale) return;
    for (const country of Object.keys(countries)) {
      const name = common.of(country);
      if (name !== undefined) add(names, name, country);
    }
  }
}

let englishNames: Names | undefined;

function inEnglish(): Names {
  if (englishNames) return englishNames;
  englishNames = new Map();
  addLanguage(englishNames, english);
  for (const [country, names] of Object.entries(more)) for (const name of names) englishNames.set(keyOf(name), country);
  for (const [country, name] of Object.entries(full)) englishNames.set(keyOf(name), country);
  return englishNames;
}

let otherNames: Names | undefined;

function inOthers(): Names {
  if (otherNames) return otherNames;
  otherNames = new Map();
  for (const language of otherLanguages()) addLanguage(otherNames, language);
  return otherNames;
}

/** Returns the country of an English full name by its short name: "Kingdom of Spain", "Venezuela (Bolivarian Republic of)". */
function ofFullName(words: readonly string[]): string | undefined {
  const short = words.filter((word) => !forms.has(word)).join(" ");
  return divided.has(short) ? undefined : (inEnglish().get(short) ?? undefined);
}

/**
 * Returns the country of a name, as ISO 3166-1 alpha-2. An English name goes before one in another language.
 * @returns undefined if no country has this name, or if several have it
 */
export function countryOfName(name: string): string | undefined {
  const words = wordsOf(name);
  const key = words.join(" ");
  if (key === "") return undefined;
  for (const names of [inEnglish, inOthers]) {
    const country = names().get(key);
    if (country !== undefined) return country ?? undefined;
  }
  return ofFullName(words);
}
