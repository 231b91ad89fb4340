import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { gzipSync } from "node:zlib";
import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
import { Ajv2020 } from "ajv/dist/2020";
import Ajv4 from "ajv-draft-04";
import addFormats from "ajv-formats";
import { parse as parseCsv } from "csv-parse/sync";
import { HtmlValidate } from "html-validate";
import { parse as parseJunit } from "junit2json";
import { marked } from "marked";

import { csvTable } from "../../drift/formats/text/csv-table";
import { markdownLimit } from "../../drift/formats/markdown";
import type { Report } from "../../drift/report/schema";
import reportSchema from "../../schemas/drift-report.schema.json";
import lineSchema from "../../schemas/drift-report-line.schema.json";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { expectSame } from "../helpers/expect-same";
import { formatTexts as all } from "./helpers/format-texts";
import { hostileReport, hostileTexts } from "./helpers/hostile";
import { manyFindings } from "./helpers/many";

const fixtures = resolve(__dirname, "../fixtures/drift");
const report = JSON.parse(readFileSync(join(fixtures, "report.json"), "utf8")) as Report;
const hostile = hostileReport(report);
const plain = { colours: false, verbose: true } as const;
// The page takes in what the build bundled: the command writes it.
const { html: _html, ...formats } = all;

const files = {
  console: "txt",
  json: "json",
  ndjson: "ndjson",
  markdown: "md",
  junit: "xml",
  sarif: "sarif",
  "sarif-github": "github.sarif",
  csv: "csv",
  html: "html",
  github: "github.txt",
  gitlab: "gitlab.json",
} as const;

let scene: TestEnvironment;
let folder: string;

beforeAll(async () => {
  scene = await createTestEnvironment();
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-formats-"));
});

afterAll(async () => {
  await scene.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a report in all formats at once, by the command; answers each file's text. */
async function write(source: Report): Promise<Record<keyof typeof files, string>> {
  const json = join(folder, "source.json");
  writeFileSync(json, JSON.stringify(source));
  const names = Object.keys(files) as (keyof typeof files)[];
  const outputs = names.flatMap((name) => ["-o", `${name}=${join(folder, `report.${files[name]}`)}`]);
  const { code, out, err } = await scene.cli(["drift", "merge", json, ...outputs]);
  expect({ code, out, err }).toEqual({ code: 2, out: "", err: "" });
  const texts = names.map((name) => [name, readFileSync(join(folder, `report.${files[name]}`), "utf8")]);
  return Object.fromEntries(texts) as Record<keyof typeof files, string>;
}

/** The page without what the build bundles: its script and style are tested in a browser. */
function withoutBundles(text: string): string {
  return text
    .replace(/(<style>)[^]*?(<\/style>)/, "$1…$2")
    .replace(/(<script>)[^]*?(<\/script>)/, "$1…$2")
    .replace(/sha256-[\w+/=]+/g, "sha256-…");
}

test("every format agrees with its snapshot, and all are written at once", async () => {
  const texts = await write(report);
  for (const [name, ending] of Object.entries(files)) {
    const path = join(fixtures, "golden", `report.${ending}`);
    const text = name === "html" ? withoutBundles(texts.html) : texts[name as keyof typeof files];
    if (process.env["ORANGE_CMDB_UPDATE"]) writeFileSync(path, text);
    expect([name, text]).toEqual([name, readFileSync(path, "utf8")]);
  }
});

const gateway = "urn:pulumi:prod::net::aws:ec2/customerGateway:CustomerGateway::gw";

/** The sample, of which Pulumi's own drift was asked too. */
const refreshed: Report = {
  ...report,
  refresh: {
    stacks: report.stacks.map(({ name }) => name),
    resources: [
      {
        stack: "net/prod",
        urn: gateway,
        type: "aws:ec2/customerGateway:CustomerGateway",
        change: "changed",
        properties: ["tags"],
      },
    ],
  },
};

interface SarifLog {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly level: string;
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
    readonly tool: { readonly driver: { readonly rules: readonly object[] } };
    readonly invocations?: readonly {
      readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
    }[];
    readonly properties?: { readonly leftOut: object };
  }[];
}

/** Classes and names of the cases of a report. */
async function casesOf(source: Report): Promise<string[]> {
  const parsed = await parseJunit(formats.junit(source));
  if (!parsed || !("testsuite" in parsed)) throw new Error("no test suites");
  const cases = (parsed.testsuite ?? []).flatMap(({ testcase }) => testcase ?? []);
  return cases.map(({ classname, name }) => `${classname} ${name}`);
}

test("the JSON of a large report, which is formatted in parts, is the report in one line", () => {
  const large = manyFindings(hostile, 20_001);
  const text = formats.json({ ...large, missingRecords: [], trend: undefined });
  expect(text.indexOf("\n")).toBe(text.length - 1);
  expectSame(JSON.parse(text), { ...large, missingRecords: [] });
});

/** What formats of a flat list show. */
const shownOf = ({ findings, refresh }: Report): number => findings.length + (refresh?.resources.length ?? 0);

describe.each([
  ["sample", report],
  ["refreshed", refreshed],
  ["hostile", hostile],
] as const)("the %s report", (_name, source) => {
  const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }));

  test("json fits its schema, and can be parsed into the report again", () => {
    const value = JSON.parse(formats.json(source)) as object;
    expect(ajv.validate(reportSchema, value) || ajv.errors).toBe(true);
    expect(value).toEqual(source);
  });

  test("each line of ndjson fits the schema of lines", () => {
    const lines = formats.ndjson(source).trimEnd().split("\n");
    const validate = ajv.compile(lineSchema);
    for (const line of lines) expect(validate(JSON.parse(line)) || [line, validate.errors]).toBe(true);
    const kinds = lines.map((line) => (JSON.parse(line) as { line: string }).line);
    expect(kinds.filter((kind) => kind === "finding")).toHaveLength(source.findings.length);
    expect(kinds.filter((kind) => kind === "record")).toHaveLength(source.coverage.length);
  });

  test.each(["sarif", "sarif-github"] as const)("%s is valid SARIF 2.1.0, with help and fingerprints", (name) => {
    const log = JSON.parse(formats[name](source)) as SarifLog;
    const sarif = addFormats(new Ajv4({ strict: false, unicodeRegExp: false }));
    expect(sarif.validate(sarifSchema, log) || sarif.errors).toBe(true);
    const [run] = log.runs;
    expect(run?.results).toHaveLength(shownOf(source));
    for (const { partialFingerprints } of run?.results ?? []) {
      const { "orange-cmdb/v1": own, primaryLocationLineHash: hash } = partialFingerprints;
      expect([own, hash]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), own]);
    }
    for (const rule of run?.tool.driver.rules ?? []) expect(rule).toMatchObject({ help: { text: expect.any(String) } });
  });

  test("junit is valid for a JUnit parser: a suite for each stack, and a failure for each finding that fails", async () => {
    const parsed = await parseJunit(formats.junit(source));
    if (!parsed || !("testsuite" in parsed)) throw new Error("no test suites");
    const suites = parsed.testsuite ?? [];
    const failures = suites.flatMap(({ testcase }) => testcase ?? []).flatMap(({ failure }) => failure ?? []);
    expect(failures).toHaveLength(source.findings.filter(({ severity }) => severity === "error").length);
    expect(suites.length).toBeGreaterThanOrEqual(source.stacks.length);
  });

  test("junit has no two cases with the same class and name, in any suite", async () => {
    const cases = await casesOf({ ...source, findings: [...source.findings, ...source.findings] });
    expect(cases.length).toBeGreaterThan(2 * source.findings.length);
    expect(new Set(cases).size).toBe(cases.length);
  });

  test("csv is valid for a CSV parser: a row for each finding, and no formulas", () => {
    const rows = parseCsv(formats.csv(source), { columns: true, bom: true }) as Record<string, string>[];
    expect(rows).toHaveLength(shownOf(source));
    expect(rows.slice(0, source.findings.length).map((row) => row["fingerprint"])).toEqual(
      source.findings.map(({ fingerprint }) => fingerprint),
    );
    for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  });

  test("gitlab has all fields that Code Quality requires", () => {
    const schema = {
      type: "array",
      items: {
        type: "object",
        required: ["description", "check_name", "fingerprint", "severity", "location"],
        properties: {
          description: { type: "string", minLength: 1 },
          check_name: { type: "string" },
          fingerprint: { type: "string", minLength: 1 },
          severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
          location: {
            type: "object",
            required: ["path", "lines"],
            properties: {
              path: { type: "string", minLength: 1 },
              lines: { type: "object", required: ["begin"], properties: { begin: { type: "integer", minimum: 1 } } },
            },
          },
        },
      },
    };
    const issues = JSON.parse(formats.gitlab(source)) as { fingerprint: string }[];
    expect(ajv.validate(schema, issues) || ajv.errors).toBe(true);
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(shownOf(source));
  });

  test("github has one annotation on each line but the last, as the runner parses them", () => {
    const lines = formats.github(source).trimEnd().split("\n");
    for (const line of lines.slice(0, -1))
      expect(line).toMatch(/^::(error|warning|notice) ((file=[^:,\r\n]+,line=\d+,)?title=[^:,]+)::[^\r\n]+$/);
    for (const name of ["error", "warning", "notice"])
      expect(lines.filter((line) => line.startsWith(`::${name} `)).length).toBeLessThanOrEqual(10);
    expect(lines.at(-1)).not.toMatch(/^::/);
  });

  test("html is valid HTML", async () => {
    const text = (await write(source)).html;
    const validator = new HtmlValidate({ extends: ["html-validate:standard"], rules: { "long-title": "off" } });
    const { results } = await validator.validateString(text);
    expect(results.flatMap(({ messages }) => messages)).toEqual([]);
  });

  test("markdown renders to headings and tables, and escapes text of records and resources", async () => {
    const rendered = await marked.parse(formats.markdown(source), { gfm: true });
    // What a renderer lets through of HTML is ours: line breaks and small print in tables.
    const tags = new Set([...rendered.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag));
    const ours = ["h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "sub", "code"];
    expect([...tags].filter((tag) => !ours.includes(tag ?? ""))).toEqual([]);
    expect(rendered.match(/<tr>/g)?.length ?? 0).toBeGreaterThan(source.findings.length);
  });

  test("console has only text, colour if enabled, and lines within the terminal width", () => {
    const narrow = formats.console(source, { colours: true, verbose: true, width: 60 });
    const text = stripVTControlCharacters(narrow);
    expect(narrow).not.toBe(text);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(90);
    for (const line of text.split("\n").filter((entry) => entry.startsWith("  ")))
      expect(line.length).toBeLessThanOrEqual(60);
    expect(formats.console(source, plain)).toBe(stripVTControlCharacters(formats.console(source, plain)));
  });

  test("console counts wide characters as two columns, and does not split them", () => {
    const [finding] = report.findings;
    if (!finding) throw new Error("the sample has no finding");
    const text = formats.console(
      { ...report, findings: [{ ...finding, message: "東京😀".repeat(20) }] },
      { colours: false, verbose: true, width: 42 },
    );
    const lines = text.split("\n").filter((line) => line.includes("東京"));
    expect(lines.map((line) => [...line.trim()].length)).toEqual([20, 20, 20]);
    expect(lines.join("").replaceAll(" ", "")).toBe("東京😀".repeat(20));
  });
});

test("junit names the property and the record of a finding, the same in every run", async () => {
  const [first] = report.findings;
  if (!first) throw new Error("the sample has no finding");
  const finding = (fingerprint: string, property: string): Report["findings"][number] => ({
    ...first,
    fingerprint,
    rule: "attributes-match",
    urn: gateway,
    kind: "configurationItem",
    recordId: "CI-1",
    about: [property, "name", "equals"],
  });
  const findings = [finding("1".repeat(32), "deviceName"), finding("2".repeat(32), "tags.name")];
  const names = (await casesOf({ ...report, findings })).filter((name) => name.includes(gateway));
  expect(names).toMatchInlineSnapshot(`
   [
     "attributes-match urn:pulumi:prod::net::aws:ec2/customerGateway:CustomerGateway::gw (deviceName, name, equals, configurationItem/CI-1)",
     "attributes-match urn:pulumi:prod::net::aws:ec2/customerGateway:CustomerGateway::gw (tags.name, name, equals, configurationItem/CI-1)",
   ]
  `);
  const same = [finding("3".repeat(32), "deviceName"), finding("4".repeat(32), "deviceName")];
  expect((await casesOf({ ...report, findings: same })).filter((name) => name.includes(gateway))[1]).toBe(
    `${names[0]} #${"4".repeat(32)}`,
  );
});

test("sarif-github omits ignored and known findings, which sarif has", () => {
  const [ignored, known, ...findings] = report.findings;
  if (!ignored || !known) throw new Error("the sample has too few findings");
  const source: Report = {
    ...report,
    findings,
    knownFindings: [known],
    ignored: [{ entry: 0, finding: ignored }],
    ignoreEntries: [{ rule: "*", resource: "*", record: "*", reason: "lab", used: 1, expired: false }],
    baseline: { generatedAt: report.generatedAt },
  };
  const runOf = (text: string): SarifLog["runs"][number] | undefined => (JSON.parse(text) as SarifLog).runs[0];
  const hashes = (text: string): unknown[] =>
    (runOf(text)?.results ?? []).map(({ partialFingerprints: { primaryLocationLineHash: hash } }) => hash);
  expect(hashes(formats["sarif-github"](source))).toEqual(findings.map(({ fingerprint }) => fingerprint));
  expect(formats["sarif-github"](source)).not.toMatch(/"(suppressions|baselineState)"/);
  expect(runOf(formats["sarif-github"](source))?.properties).toEqual({ leftOut: { ignored: 1, known: 1, limits: 0 } });
  expect(new Set(hashes(formats.sarif(source)))).toEqual(
    new Set(report.findings.map(({ fingerprint }) => fingerprint)),
  );
});

describe("sarif-github keeps the limits of GitHub with the most severe findings first, and reports the omissions", () => {
  const longMessages = (source: Report): Report => ({
    ...source,
    findings: source.findings.map((finding) => ({ ...finding, message: randomBytes(3_600).toString("base64") })),
  });

  test.each([
    ["25,000 results", 26_000, (source: Report) => source],
    ["10 MB packed", 4_200, longMessages],
  ])("%s", async (_name, count, made) => {
    const many = made(manyFindings(report, count));
    const source = { ...many, findings: [...many.findings].reverse() };
    const [json, path] = [join(folder, "many.json"), join(folder, "many.sarif")];
    writeFileSync(json, JSON.stringify(source));
    rmSync(path, { force: true });
    const { code, err } = await scene.cli(["drift", "merge", json, "-o", `sarif-github=${path}`]);
    expect([code, err]).toEqual([2, expect.stringMatching(/^orange-cmdb: warning: [^\n]*\n$/)]);
    const text = readFileSync(path, "utf8");
    const [run] = (JSON.parse(text) as SarifLog).runs;
    const results = run?.results ?? [];
    expect(results.length).toBeLessThanOrEqual(25_000);
    expect(gzipSync(text).length).toBeLessThanOrEqual(10_000_000);
    const left = count - results.length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(count / 2);
    expect(run?.properties).toEqual({ leftOut: { ignored: 0, known: 0, limits: left } });
    const said = new RegExp(`sarif-github omits ${left} of ${count} findings \\(0 errors, ${left} warnings, 0 info\\)`);
    expect(run?.invocations?.[0]?.toolExecutionNotifications[0]?.message.text).toMatch(said);
    expect(err).toMatch(said);
    const levels = results.map(({ level }) => level);
    expect(levels.lastIndexOf("error")).toBeLessThan(levels.indexOf("warning"));
    expect(JSON.parse(formats.sarif(source))).toMatchObject({ runs: [{ results: { length: count } }] });
  });
});

test("csv begins with a byte order mark, and has no formula even if it is split at ; or tabs", () => {
  const [first] = report.findings;
  if (!first) throw new Error("the sample has no finding");
  const signs = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"];
  const texts = signs.flatMap((sign) => [
    `${sign}1+1`,
    ` ${sign}1`,
    `a;${sign}1+1`,
    `a, b;  ${sign}1`,
    `a;"${sign}1`,
    `"${sign}1`,
    `";${sign}1;'${sign}2`,
    `a\t${sign}1`,
    `a\r\n${sign}1;\n;${sign}2`,
  ]);
  const findings = texts.map((message) => ({ ...first, message, recordId: message, site: message }));
  const table = csvTable(
    ["name", "also"],
    texts.map((text) => [text, text]),
  );
  for (const text of [formats.csv({ ...report, findings }), table]) {
    expect(text.startsWith("\ufeff")).toBe(true);
    expect(text.indexOf("\ufeff", 1)).toBe(-1);
    for (const delimiter of [",", ";", "\t"]) {
      const how = { delimiter, bom: true, relax_quotes: true, relax_column_count: true, skip_records_with_error: true };
      const cells = (parseCsv(text, how) as string[][]).flat();
      expect(cells.length).toBeGreaterThan(texts.length);
      for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
    }
    // Whatever a spreadsheet takes quotes for, no piece begins a formula.
    for (const cell of text.slice(1).split(/[;\t\r\n]/)) expect(cell).not.toMatch(/^[\s"]*[=+\-@]/);
  }
});

test("csv leaves other texts unchanged", () => {
  const texts = ["2026-11-24", "a - b", "x=1", "me@example.org", "48.85, -2.35", "Rue de l'Est; no 4", ""];
  expect(
    parseCsv(
      csvTable(
        ["a"],
        texts.map((text) => [text]),
      ),
      { bom: true, columns: true },
    ),
  ).toEqual(texts.map((a) => ({ a })));
});

test("drift that Pulumi found is in every format, separate from findings of the inventory", () => {
  const bare = { ...refreshed, findings: [] };
  for (const name of ["csv", "sarif", "sarif-github", "junit", "gitlab", "github"] as const) {
    expect([name, formats[name](bare)]).toEqual([name, expect.stringContaining("gw was changed outside Pulumi: tags")]);
    expect([name, formats[name](bare)]).toEqual([name, expect.stringContaining("pulumi-drift")]);
    expect([name, formats[name](report)]).toEqual([name, expect.not.stringContaining("outside Pulumi: ")]);
  }
  for (const name of ["console", "ndjson", "json"] as const)
    expect([name, formats[name](bare, plain)]).toEqual([name, expect.stringContaining(gateway)]);
  expect(formats.markdown(bare)).toContain("### Changed outside Pulumi (1)");
  // A warning: what fails is what --fail-on says.
  const failures = (source: Report): number => formats.junit(source).match(/<failure /g)?.length ?? 0;
  expect(failures(refreshed)).toBe(failures(report));
  expect(failures({ ...refreshed, failOn: "warning" })).toBe(failures({ ...report, failOn: "warning" }) + 1);
  // Without --refresh, no test case reports that nothing was refreshed.
  expect(formats.junit(report)).not.toContain("pulumi-drift");
  const none = { ...refreshed, refresh: { stacks: ["net/prod"], resources: [] } };
  expect(formats.junit(none).match(/pulumi-drift has no findings/g)).toHaveLength(1);
  const { runs } = JSON.parse(formats.sarif(refreshed)) as {
    runs: { results: { ruleId: string; ruleIndex: number }[]; tool: { driver: { rules: { id: string }[] } } }[];
  };
  const [run] = runs;
  const drifted = run?.results.filter(({ ruleId }) => ruleId === "pulumi-drift") ?? [];
  expect(drifted.map(({ ruleIndex }) => run?.tool.driver.rules[ruleIndex]?.id)).toEqual(["pulumi-drift"]);
});

test.each(Object.keys(formats) as (keyof typeof formats)[])(
  "hostile data in %s has no effect where it is displayed",
  (name) => {
    const text = formats[name](hostile, plain);
    // Escape sequences, direction marks, lines that the report did not write.
    expect(text).not.toMatch(/(?![\t\n\r])\p{Cc}/u);
    expect(text).not.toMatch(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
    expect(text).not.toMatch(/^::error::injected/m);
    expect(text).not.toMatch(/^# heading/m);
  },
);

test("hostile data is readable unchanged in markdown and XML", async () => {
  const rendered = await marked.parse(formats.markdown(hostile), { gfm: true });
  expect(rendered).not.toMatch(/<(a|img|script|b|em)\b/);
  expect(formats.markdown(hostile)).not.toContain("@everyone");
  const parsed = await parseJunit(formats.junit(hostile));
  expect(JSON.stringify(parsed)).toContain(JSON.stringify(hostileTexts.markup).slice(1, -1));
});

test("markdown keeps its limit, and reports how much it omits", () => {
  for (const source of [manyFindings(report, 20_000), hostile]) {
    const text = formats.markdown(source);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(markdownLimit);
  }
  const text = formats.markdown(manyFindings(report, 20_000));
  expect(Buffer.byteLength(text)).toBeGreaterThan(markdownLimit / 2);
  const shown = (text.match(/^\| (🔴|🟠)/gm) ?? []).length;
  const left = [...text.matchAll(/… and (\d+) more/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  expect(shown + left).toBe(20_000);
});

test("the console is short by default", () => {
  const source = manyFindings(report, 1_000);
  const short = formats.console(source, { colours: false, verbose: false });
  expect(short.split("\n").length).toBeLessThan(70);
  expect(short).toContain("(--verbose shows all)");
  expect(formats.console(source, plain).split("\n").length).toBeGreaterThan(2_000);
});
