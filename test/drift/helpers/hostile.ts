import { agreeing } from "./agreeing";
import type { Report, ReportFinding } from "../../../drift/report/schema";

/** What a record or a resource may be called by somebody who means harm, or by accident. */
export const hostileTexts = {
  markup: `<img src=x onerror="globalThis.pwned=1"></script><script>globalThis.pwned=2</script><b>bold</b>`,
  escapes: "\u001b[2J\u001b]0;title\u0007\u009b31mred\u0000",
  formula: `=HYPERLINK("http://evil.example","click")`,
  plus: "+1+cmd|' /C calc'!A0",
  lines: "first\r\nsecond\n::error::injected\n| a | b |\n# heading",
  rtl: "\u202egnp.exe\u2066\u200f",
  markdown: "[link](http://evil.example) `code` *bold* @everyone #1 ![x](http://evil.example/x.png) www.evil.example",
  xml: "]]>&lt;!-- <![CDATA[ \ufffe \ud800",
  long: "x".repeat(20_000),
  workflow: "100%0A::set-output name=a::b %25",
} as const;

/** The report with such texts wherever foreign text can stand. */
export function hostileReport(report: Report): Report {
  const texts = Object.values(hostileTexts);
  const [first] = report.findings;
  if (!first) throw new Error("the sample has no finding");
  const findings = texts.map((text, index): ReportFinding => ({
    ...first,
    fingerprint: String(index).padStart(32, "0"),
    rule: "attributes-match",
    severity: "error",
    stack: text,
    site: text,
    urn: `urn:pulumi:prod::net::a:b:C::${text}`,
    type: text,
    kind: "configurationItem",
    recordId: text,
    message: text,
    expected: text,
    actual: { [text]: text },
    position: { file: text, line: 3 },
  }));
  const inventory = {
    ...report.inventory,
    endpoint: `http://127.0.0.1/${hostileTexts.markup}${hostileTexts.escapes}`,
    sites: Object.fromEntries(texts.map((text) => [text, text])),
  };
  return agreeing({
    ...report,
    inventory,
    ruleSources: [...texts],
    rules: { ...report.rules, cover: [], unique: {}, severity: { "attributes-match": "error" } },
    stacks: texts.map((name) => ({ name, resources: 1, referencing: 1 })),
    findings,
    knownFindings: [],
    coverage: texts.map((text) => ({
      kind: "configurationItem",
      recordId: text,
      name: text,
      site: text,
      resources: [`urn:pulumi:prod::net::a:b:C::${text}`],
    })),
    missingRecords: [],
    notInCoverage: [],
    undecidedResources: [],
    changes: {
      from: { number: 1, syncedAt: report.generatedAt },
      to: { number: 2, syncedAt: report.generatedAt },
      notComparable: ["location"],
      records: texts.map((text) => ({
        kind: "configurationItem",
        recordId: text,
        name: text,
        effect: "moved",
        fields: [text],
        from: text,
        to: text,
        resources: [],
      })),
    },
    refresh: {
      stacks: [...texts],
      resources: texts.map((text) => ({ stack: text, urn: text, type: text, change: "changed", properties: [text] })),
    },
    ignoreEntries: texts.map((text) => ({
      rule: "record-exists",
      resource: text,
      record: text,
      reason: text,
      used: 0,
      expired: false,
    })),
    ignored: [],
    notes: texts.map((message) => ({ about: "plan", message })),
  });
}
