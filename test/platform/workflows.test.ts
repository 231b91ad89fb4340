import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { scripts } from "../../package.json";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly env?: object;
  readonly jobs: Readonly<Record<string, { readonly env?: object; readonly steps: readonly Step[] }>>;
}

const root = resolve(__dirname, "../..");
const folder = join(root, ".github/workflows");
const workflows = readdirSync(folder).map((name): [string, Workflow, string] => {
  const text = readFileSync(join(folder, name), "utf8");
  return [name, parse(text), text];
});
const stepsOf = ({ jobs }: Workflow): readonly Step[] => Object.values(jobs).flatMap(({ steps }) => steps);
const secretsIn = (value: unknown): string[] => (JSON.stringify(value) ?? "").match(/secrets\.\w+(?! != '')\b/g) ?? [];

describe.each(workflows)("the workflow %s", (_name, workflow, text) => {
  test("runs npm scripts that exist", () => {
    const runs = stepsOf(workflow).flatMap(({ run = "" }) => [...run.matchAll(/\bnpm run (?:-\S+ )*([\w:]+)/g)]);
    expect(runs.filter(([, script = ""]) => !(script in scripts)).map(([run]) => run)).toEqual([]);
  });

  test("names files that exist", () => {
    const made = ["build", "dist", "node_modules", ".cache", ".git"];
    const folders = readdirSync(root).filter((entry) => !made.includes(entry) && !entry.endsWith(".yaml"));
    const named = new RegExp(
      `(?<![\\w./-])(?:${folders.join("|").replaceAll(".", "\\.")})(?:/[\\w./-]*\\w)?(?![\\w.-]|/\\w)`,
      "g",
    );
    const values = stepsOf(workflow).flatMap((step) => Object.values({ ...step.with, ...step.env, run: step.run }));
    const paths = values.flatMap((value) => String(value ?? "").match(named) ?? []);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("keeps no credentials of the checkout", () => {
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBe(Object.keys(workflow.jobs).length);
    for (const { with: options } of checkouts) expect(options).toMatchObject({ "persist-credentials": false });
  });

  test("gives secrets only to the steps that use them", () => {
    expect(secretsIn(workflow.env)).toEqual([]);
    for (const job of Object.values(workflow.jobs)) expect(secretsIn(job.env)).toEqual([]);
    const having = stepsOf(workflow).filter((step) => secretsIn(step).length > 0);
    expect(having.flatMap(({ env }) => secretsIn(env)).length).toBe(secretsIn(text).length);
    for (const { run = "" } of having) expect(run).not.toMatch(/install|\bnpm (ci|test|run build)\b/);
  });
});

test("the caches of pull requests are folders that the tools fill", () => {
  const [, pullRequest] = workflows.find(([name]) => name === "pull-request.yml") ?? [];
  const cached = pullRequest?.jobs["linux"]?.steps.filter(({ uses }) => uses?.startsWith("actions/cache@")) ?? [];
  const paths = cached.map((step) => String(step.with?.["path"]));
  const tools = globSync("tools/**/*.mjs", { cwd: root }).map((file) => readFileSync(join(root, file), "utf8"));
  const isFilled = (path: string): boolean => {
    const parts = path.split("/").map((part) => JSON.stringify(part));
    return tools.some((text) => text.includes(`join(root, ${parts.join(", ")}`));
  };
  expect(paths).toContain(".cache/engine");
  expect(paths.filter((path) => !isFilled(path))).toEqual([]);
});

test("the release removes the certificate, also after a failure", () => {
  const [, release] = workflows.find(([name]) => name === "release.yml") ?? [];
  const steps = release?.jobs["archives"]?.steps ?? [];
  const files = (step: Step | undefined): string[] => step?.run?.match(/"\$RUNNER_TEMP\/\w+[\w.]*"/g)?.sort() ?? [];
  const writer = steps.findIndex((step) => step.run?.includes('> "$RUNNER_TEMP/'));
  const made = steps.findIndex((step) => step.run === "npm run --silent release");
  expect([writer, made]).toEqual([expect.any(Number), writer + 1]);
  expect(files(steps[writer])).toHaveLength(2);
  expect(steps[made + 1]).toMatchObject({ if: "always()", run: expect.stringMatching(/^rm -f /) });
  expect(files(steps[made + 1])).toEqual(files(steps[writer]));
});
