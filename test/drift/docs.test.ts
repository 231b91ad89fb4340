import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { formats } from "../../drift/formats";
import { ignoreFileSchema } from "../../drift/ignore/ignore-file";
import { reportLineSchema, reportSchema } from "../../drift/report/schema";

const read = (path: string): string => readFileSync(join(__dirname, "../..", path), "utf8");

const blocksOf = (page: string): object[] =>
  [...read(page).matchAll(/^```yml\n([^]*?)^```/gm)].map(([, text = ""]) => parse(text, { schema: "core" }) as object);

const inCI = "docs/guides/report-in-ci.md";
const accepting = "docs/guides/accept-findings.md";
const reference = "docs/reference/report.md";

/** Returns the names in the first column of the tables of a page, also those that share a row. */
function rowsOf(page: string): string[] {
  const cells = [...read(page).matchAll(/^\| (`.*?`) +\|/gm)].map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

test("each example of an ignore file is valid", () => {
  const examples = blocksOf(accepting).filter((block) => "ignore" in block);
  expect(examples.length).toBeGreaterThan(1);
  for (const example of examples) expect(ignoreFileSchema.safeParse(example)).toMatchObject({ success: true });
});

test("the guide describes each field of an ignore entry", () => {
  expect(rowsOf(accepting)).toEqual(
    expect.arrayContaining(Object.keys(ignoreFileSchema.shape.ignore.unwrap().element.shape)),
  );
});

test("the example of a workflow passes inputs that the action has", () => {
  const [example] = blocksOf(inCI).filter((block) => "jobs" in block);
  const { jobs } = example as { jobs: Record<string, { steps: { uses?: string; with?: object }[] }> };
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const action = steps.find(({ uses }) => uses?.endsWith("pulumi-orange-cmdb"));
  const inputs = Object.keys(action?.with ?? {});
  expect(Object.keys((parse(read("action.yml")) as { inputs: object }).inputs)).toEqual(expect.arrayContaining(inputs));
  expect(inputs).toContain("arguments");
});

test("the guide describes each input and output of the action, with its default", () => {
  const { inputs, outputs } = parse(read("action.yml")) as {
    inputs: Record<string, { default?: string }>;
    outputs: object;
  };
  expect(rowsOf(inCI)).toEqual(expect.arrayContaining([...Object.keys(inputs), ...Object.keys(outputs)]));
  for (const [name, { default: value }] of Object.entries(inputs))
    if (value) expect(read(inCI)).toMatch(new RegExp(`^\\| \`${name}\` +\\| \`${value}\` `, "m"));
});

test("the guide describes each variable of the GitLab template, with its default", () => {
  const { variables } = parse(read("ci/gitlab.yml")) as { variables: Record<string, string> };
  for (const [name, value] of Object.entries(variables))
    expect(read(inCI)).toMatch(new RegExp(`^\\| \`${name}\` +\\| \`${value}\` `, "m"));
});

test("the reference describes each format", () => {
  expect(rowsOf(reference)).toEqual(expect.arrayContaining(Object.keys(formats)));
});

test("the reference describes each field of the report, of a finding and of a record", () => {
  const { findings, coverage, inventory, summary } = reportSchema.shape;
  const shapes = [reportSchema, findings.element, coverage.element, inventory, summary];
  expect(rowsOf(reference)).toEqual(expect.arrayContaining(shapes.flatMap(({ shape }) => Object.keys(shape))));
});

test("the reference describes each line of NDJSON", () => {
  const lines = reportLineSchema.options.flatMap(({ shape }) => [...shape.line.values]);
  expect(rowsOf(reference)).toEqual(expect.arrayContaining(lines));
});
