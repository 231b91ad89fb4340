import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { getAlpha2Codes, getAlpha3Code } from "i18n-iso-countries/index.js";
import { countryCode } from "../../provider/model/countries.js";
import fc from "../helpers/fast-check";

const root = resolve(__dirname, "../..");
const codes = Object.keys(getAlpha2Codes());

/** Official languages of the European Union. */
const languages = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split(" ");

/** The names of the package, and those of Unicode, by language: country and name. */
const names = languages.flatMap((language) => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const file = require(`i18n-iso-countries/langs/${language}.json`) as { countries: Record<string, string | string[]> };
  const common = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
  const own = Object.entries(file.countries).flatMap(([code, name]) =>
    [name].flat().map((one) => [code, one] as const),
  );
  return [...own, ...codes.map((code) => [code, common.of(code) ?? code] as const)];
});

/** A name of two countries in these lists: it says neither. */
const ambiguous = new Set(["Kongo", "An Congó", "São Martinho", "Congo"]);
const clear = names.filter(([, name]) => !ambiguous.has(name));

test("an alpha-2 or alpha-3 code is its country, in any case", () => {
  expect(codes.length).toBeGreaterThan(245);
  for (const code of codes) {
    const three = getAlpha3Code(code, "en") ?? code;
    expect([code, code.toLowerCase(), ` ${three} `].map(countryCode)).toEqual([code, code, code]);
  }
});

test("every name in an official language of the European Union is its country", () => {
  expect(clear.length).toBeGreaterThan(12_000);
  expect(clear.filter(([code, name]) => countryCode(name) !== code)).toEqual([]);
});

test("case, accents, punctuation, an article and the order around a comma make no difference", () => {
  const spellings: ((name: string) => string)[] = [
    (name) => name.toUpperCase(),
    (name) => name.toLowerCase(),
    (name) => name.normalize("NFD"),
    (name) => name.normalize("NFD").replace(/\p{M}/gu, ""),
    (name) => name.replace(/[’']/g, ""),
    (name) => name.replace(/[’']/g, "’"),
    (name) => name.replaceAll("-", " "),
    (name) => `  ${name.replaceAll(" ", "   ")} `,
    (name) => `the ${name}`,
    (name) => `${name}, The`,
    (name) => `(${name})`,
    (name) => name.split(" ").reverse().join(" "),
    (name) => name.replace(/^(\S+) (.+)$/, "$2, $1"),
    (name) => name.replace(/^(\S+) (.+)$/, "$2 ($1)"),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...clear), fc.constantFrom(...spellings), ([code, name], spell) => {
      expect([name, spell(name), countryCode(spell(name))]).toEqual([name, spell(name), code]);
    }),
    { numRuns: 3_000 },
  );
});

test.each<[string, string]>([
  ["GB", "UK|U.K.|United Kingdom|England|Scotland|Wales|Northern Ireland|Great Britain|Royaume-Uni"],
  ["GB", "United Kingdom of Great Britain and Northern Ireland (the)|Grande-Bretagne|Vereinigtes Königreich"],
  ["GR", "EL|Greece|Hellenic Republic|ΕΛΛΑΔΑ|Ελλάς"],
  ["US", "USA|U.S.A.|United States|États-Unis|Etats Unis|Stati Uniti|Vereinigte Staaten"],
  ["US", "United States of America (the)"],
  ["CI", "Cote d'Ivoire|Côte d’Ivoire|COTE DIVOIRE|Ivory Coast|Elfenbeinkueste"],
  ["KR", "Korea, Republic of|Republic of Korea|Korea (the Republic of)|South Korea|Corée du Sud|Corée, République de"],
  ["KP", "Korea, Democratic People's Republic of|Korea (the Democratic People's Republic of)|North Korea"],
  ["IR", "Iran (Islamic Republic of)|Iran, Islamic Republic of|Iran"],
  ["CD", "Congo, The Democratic Republic of the|Congo (the Democratic Republic of the)|DRC"],
  ["CG", "Congo, Republic of the|Congo"],
  ["BO", "Bolivia (Plurinational State of)|Bolivia, Plurinational State of"],
  ["VE", "Venezuela (Bolivarian Republic of)|Venezuela"],
  ["TZ", "Tanzania, the United Republic of|United Republic of Tanzania"],
  ["MD", "Moldova (the Republic of)|Moldova"],
  ["FM", "Micronesia (Federated States of)"],
  ["TW", "Taiwan (Province of China)|Republic of China"],
  ["CN", "China|People's Republic of China|Peoples Republic of China"],
  ["VG", "Virgin Islands (British)"],
  ["VI", "Virgin Islands (U.S.)|US Virgin Islands"],
  ["PS", "Palestine, State of"],
  ["MF", "Saint Martin (French part)"],
  ["SX", "Sint Maarten (Dutch part)"],
  ["FK", "Falkland Islands (the) [Malvinas]|Falkland Islands"],
  ["NL", "Netherlands (Kingdom of the)|The Netherlands|Holland|Pays-Bas"],
  ["LA", "Lao People's Democratic Republic (the)|Laos"],
  ["BS", "Bahamas, The|Commonwealth of the Bahamas"],
  ["LC", "St. Lucia|Saint Lucia"],
  ["TT", "Trinidad & Tobago"],
  ["AT", "Österreich|Osterreich|Oesterreich|OESTERREICH"],
  ["BY", "Weißrussland|WEISSRUSSLAND|Belarus"],
  ["DE", "Federal Republic of Germany|Deutschland|Allemagne"],
  ["FR", "French Republic|France|Frankreich|Francia"],
  ["ES", "Kingdom of Spain|España|Espagne"],
  ["LU", "Grand Duchy of Luxembourg"],
  ["BG", "България"],
  ["TR", "Türkiye|Turkiye|Turkey"],
  ["CZ", "Czech Republic|Czechia|Tchéquie"],
  ["HK", "Hong Kong SAR|Hongkong"],
  ["AE", "UAE|United Arab Emirates"],
  ["XK", "Kosovo"],
])("%s is a name of %s", (code, text) => {
  const spelled = text.split("|");
  expect(spelled.map((name) => [name, countryCode(name)])).toEqual(spelled.map((name) => [name, code]));
});

test("a text that names no country, or several, is not a country", () => {
  const texts = [
    "",
    " ",
    "F",
    "XXX",
    "ZZ",
    "Atlantis",
    "Republic",
    "the",
    "Korea",
    "São Martinho",
    "__proto__",
    "Europe",
  ];
  expect(texts.filter((text) => countryCode(text) !== undefined)).toEqual([]);
});

test("a code or an English name is looked up without the names in other languages", () => {
  const script = `
    const { countryCode } = require("./dist/provider/model/countries.js");
    const lists = () => Object.keys(require.cache).filter((file) => /langs/.test(file)).length;
    console.log(JSON.stringify([countryCode("FRA"), countryCode("France"), lists(), countryCode("Frankreich"), lists()]));`;
  const { stdout } = spawnSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" });
  expect(JSON.parse(stdout)).toEqual(["FR", "FR", 1, "FR", languages.length]);
});
