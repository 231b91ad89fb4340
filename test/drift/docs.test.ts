import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ignoreFileSchema } from "../../drift/ignore-file";
import { formats } from "../../drift/formats";

const page = readFileSync(join(__dirname, "../../docs/drift.md"), "utf8");
const blocks = [...page.matchAll(/^```yml\n([^]*?)^```/gm)].map(
  ([, text = ""]) => parse(text, { schema: "core" }) as object,
);

test("the example of an ignore file is one", () => {
  const [example] = blocks.filter((block) => "ignore" in block);
  expect(ignoreFileSchema.safeParse(example).success).toBe(true);
});

test("the example of a workflow gives the action inputs that it has", () => {
  const [example] = blocks.filter((block) => "jobs" in block);
  const { jobs } = example as { jobs: Record<string, { steps: { with?: object }[] }> };
  const inputs = Object.values(jobs).flatMap(({ steps }) => steps.flatMap((step) => Object.keys(step.with ?? {})));
  const action = parse(readFileSync(join(__dirname, "../../action.yml"), "utf8")) as { inputs: object };
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(inputs));
  expect(inputs).toContain("arguments");
});

test("every format has its line", () => {
  for (const name of Object.keys(formats)) expect(page).toMatch(new RegExp(`^\\| \`${name}\``, "m"));
});
