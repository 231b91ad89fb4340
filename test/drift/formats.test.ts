import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
import { Ajv2020 } from "ajv/dist/2020";
import Ajv4 from "ajv-draft-04";
import addFormats from "ajv-formats";
import { parse as parseCsv } from "csv-parse/sync";
import { HtmlValidate } from "html-validate";
import { parse as parseJunit } from "junit2json";
import { marked } from "marked";
import { formats as all } from "../../drift/formats";
import { markdownLimit } from "../../drift/formats/markdown";
import type { Report } from "../../drift/report/schema";
import reportSchema from "../../schemas/drift-report.schema.json";
import lineSchema from "../../schemas/drift-report-line.schema.json";
import { makeScene, type Scene } from "../helpers/mirror";
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
  csv: "csv",
  html: "html",
  github: "github.txt",
  gitlab: "gitlab.json",
} as const;

let scene: Scene;
let folder: string;

beforeAll(async () => {
  scene = await makeScene();
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

test("every format is as it was agreed, all of them written at once", async () => {
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

/** What formats of a flat list show. */
const shownOf = ({ findings, refresh }: Report): number => findings.length + (refresh?.resources.length ?? 0);

describe.each([
  ["sample", report],
  ["refreshed", refreshed],
  ["hostile", hostile],
] as const)("the %s report", (_name, source) => {
  const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }));

  test("json fits its schema, and gives the report back", () => {
    const value = JSON.parse(formats.json(source)) as object;
    expect(ajv.validate(reportSchema, value) || ajv.errors).toBe(true);
    expect(value).toEqual(source);
  });

  test("ndjson: each line fits the schema of lines", () => {
    const lines = formats.ndjson(source).trimEnd().split("\n");
    const validate = ajv.compile(lineSchema);
    for (const line of lines) expect(validate(JSON.parse(line)) || [line, validate.errors]).toBe(true);
    const kinds = lines.map((line) => (JSON.parse(line) as { line: string }).line);
    expect(kinds.filter((kind) => kind === "finding")).toHaveLength(source.findings.length);
    expect(kinds.filter((kind) => kind === "record")).toHaveLength(source.coverage.length);
  });

  test("sarif is valid SARIF 2.1.0, with help for each rule and a fingerprint for each result", () => {
    const log = JSON.parse(formats.sarif(source)) as {
      runs: { results: object[]; tool: { driver: { rules: object[] } } }[];
    };
    const sarif = addFormats(new Ajv4({ strict: false, unicodeRegExp: false }));
    expect(sarif.validate(sarifSchema, log) || sarif.errors).toBe(true);
    const [run] = log.runs;
    expect(run?.results).toHaveLength(shownOf(source));
    for (const result of run?.results ?? [])
      expect(result).toMatchObject({
        partialFingerprints: { "orange-cmdb/v1": expect.stringMatching(/^[0-9a-f]{32}$/) },
      });
    for (const rule of run?.tool.driver.rules ?? []) expect(rule).toMatchObject({ help: { text: expect.any(String) } });
  });

  test("junit is read by a JUnit parser: a suite a stack, a failure for each finding that fails", async () => {
    const parsed = await parseJunit(formats.junit(source));
    if (!parsed || !("testsuite" in parsed)) throw new Error("no test suites");
    const suites = parsed.testsuite ?? [];
    const failures = suites.flatMap(({ testcase }) => testcase ?? []).flatMap(({ failure }) => failure ?? []);
    expect(failures).toHaveLength(source.findings.filter(({ severity }) => severity === "error").length);
    expect(suites.length).toBeGreaterThanOrEqual(source.stacks.length);
  });

  test("csv is read by a CSV parser: a row a finding, and no cell is a formula", () => {
    const rows = parseCsv(formats.csv(source), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(shownOf(source));
    expect(rows.slice(0, source.findings.length).map((row) => row["fingerprint"])).toEqual(
      source.findings.map(({ fingerprint }) => fingerprint),
    );
    for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  });

  test("gitlab: what code quality asks for is there", () => {
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

  test("github: every line but the last is one annotation, as the runner reads them", () => {
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

  test("markdown renders to headings and tables, and to nothing that a record or resource says", async () => {
    const rendered = await marked.parse(formats.markdown(source), { gfm: true });
    // What a renderer lets through of HTML is ours: line breaks and small print in tables.
    const tags = new Set([...rendered.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag));
    const ours = ["h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "sub", "code"];
    expect([...tags].filter((tag) => !ours.includes(tag ?? ""))).toEqual([]);
    expect(rendered.match(/<tr>/g)?.length ?? 0).toBeGreaterThan(source.findings.length);
  });

  test("console: nothing but text, colours where wanted, within the terminal's width", () => {
    const narrow = formats.console(source, { colours: true, verbose: true, width: 60 });
    const text = stripVTControlCharacters(narrow);
    expect(narrow).not.toBe(text);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(90);
    for (const line of text.split("\n").filter((entry) => entry.startsWith("  ")))
      expect(line.length).toBeLessThanOrEqual(60);
    expect(formats.console(source, plain)).toBe(stripVTControlCharacters(formats.console(source, plain)));
  });
});

test("Pulumi's own drift is in every format, apart from what the inventory says", () => {
  const bare = { ...refreshed, findings: [] };
  for (const name of ["csv", "sarif", "junit", "gitlab", "github"] as const) {
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
  // Where nobody asked for it, no test says that there is none.
  expect(formats.junit(report)).not.toContain("pulumi-drift");
  const none = { ...refreshed, refresh: { stacks: ["net/prod"], resources: [] } };
  expect(formats.junit(none).match(/pulumi-drift finds nothing/g)).toHaveLength(1);
  const { runs } = JSON.parse(formats.sarif(refreshed)) as {
    runs: { results: { ruleId: string; ruleIndex: number }[]; tool: { driver: { rules: { id: string }[] } } }[];
  };
  const [run] = runs;
  const drifted = run?.results.filter(({ ruleId }) => ruleId === "pulumi-drift") ?? [];
  expect(drifted.map(({ ruleIndex }) => run?.tool.driver.rules[ruleIndex]?.id)).toEqual(["pulumi-drift"]);
});

test.each(Object.keys(formats) as (keyof typeof formats)[])(
  "hostile data: nothing in %s acts on what shows it",
  (name) => {
    const text = formats[name](hostile, plain);
    // Escape sequences, direction marks, lines that are none of ours.
    expect(text).not.toMatch(/(?![\t\n\r])\p{Cc}/u);
    expect(text).not.toMatch(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
    expect(text).not.toMatch(/^::error::injected/m);
    expect(text).not.toMatch(/^# heading/m);
  },
);

test("hostile data in markdown and XML reads as it was written", async () => {
  const rendered = await marked.parse(formats.markdown(hostile), { gfm: true });
  expect(rendered).not.toMatch(/<(a|img|script|b|em)\b/);
  expect(formats.markdown(hostile)).not.toContain("@everyone");
  const parsed = await parseJunit(formats.junit(hostile));
  expect(JSON.stringify(parsed)).toContain(JSON.stringify(hostileTexts.markup).slice(1, -1));
});

test("markdown keeps its limit, whatever there is to say, and says how much is left out", () => {
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
