import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc, { seed } from "../helpers/fast-check";
import type { FormatName } from "../../drift/formats/names";
import type { Report } from "../../drift/report/schema";
import { safeYaml } from "../../drift/formats/text/safe-yaml";
import { parse } from "yaml";
import { formatTexts as formats } from "../drift/helpers/format-texts";
import { corpusOf, keep, runs } from "./helpers";

// Whatever the texts of a report are, every format shows it without a character that a terminal would act on.
const report = JSON.parse(readFileSync(join(__dirname, "../fixtures/drift/report.json"), "utf8")) as Report;
const raw = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Texts of a report that come from states, rules, records, ignore files and plans. */
const foreign = new Set([
  "message",
  "urn",
  "type",
  "recordId",
  "site",
  "stack",
  "name",
  "reason",
  "file",
  "resource",
  "record",
  "endpoint",
]);

const withText = (text: string): Report =>
  JSON.parse(JSON.stringify(report), (key, value: unknown) =>
    foreign.has(key) && typeof value === "string" ? `${value}${text}` : value,
  ) as Report;

function attempt(bytes: Buffer): void {
  const text = JSON.parse(bytes.toString()) as string;
  const hostile = withText(text);
  for (const name of Object.keys(formats) as FormatName[]) {
    if (name === "html") continue; // The build makes its script.
    for (const view of [
      { colours: false, verbose: true },
      { colours: false, verbose: false, width: 40 },
    ]) {
      const shown = formats[name](hostile, view).replace(/^\ufeff/, "");
      expect([name, raw.exec(shown)?.[0]]).toEqual([name, undefined]);
      if (name === "github")
        for (const line of shown.split("\n")) expect(line).toMatch(/^(::(error|warning|notice) |Coverage|$)/);
    }
  }
  expect(safeYaml({ [text]: text })).not.toMatch(raw);
  expect(parse(safeYaml([text]))).toEqual([text]);
}

test.each(corpusOf("texts"))("shows %s without a raw character", (_name, bytes) => attempt(bytes));

test(`shows any text without a raw character (seed ${seed})`, () => {
  const sign = fc.constantFrom(
    ..."\u001b\u0007\r\n\t\b\0\u007f\u0085\u009b\u009d\u200e\u202e\u2028\u2066\ufeff\u061c\ud800\udc00",
    "\u{e0001}",
    "::error::x",
    "%0A",
    "]]>",
    "<b>",
    "|",
    "`",
    "=1+1",
    ": ",
    "- ",
    "#",
    "'",
    '"',
    "{{",
  );
  const text = fc
    .array(fc.oneof(sign, fc.string({ unit: "binary", maxLength: 4 })), { maxLength: 30 })
    .map((parts) => parts.join(""));
  const result = fc.check(
    fc.property(text, (given) => attempt(Buffer.from(JSON.stringify(given)))),
    { seed, numRuns: Math.ceil(runs / 10), endOnFailure: true },
  );
  if (!result.failed) return;
  const [given = ""] = result.counterexample ?? [];
  throw new Error(`${keep("texts", Buffer.from(JSON.stringify(given)))} breaks it; it is tried ever after`, {
    cause: result.errorInstance,
  });
}, 600_000);
