import { createLanguageEnvironment, type LanguageEnvironment, type StepResult } from "./environment";
import { expectedResults, listsOf, lookUps, plain, type Value } from "./look-ups";

/** The programs and the steps that each driver in `programs` has. */
export type Program = "example" | "look-ups";
export type Step = "preview" | "unchanged" | "up" | "refresh" | "destroy";

/** How a language runs its programs. */
export interface Language {
  /** Returns the command that runs a step of a program. */
  command(program: Program, step: Step): readonly string[];
  /** `Pulumi.yaml` in the work folder, which names the plugin. Without it, the plugin is on PATH. */
  readonly projectFile?: string;
  /** Converts the name of an output of the example from camelCase. Default: unchanged. */
  named?(name: string): string;
  /** Converts the result of a look-up to the names of TypeScript. Default: unchanged. */
  converted?(result: Value): Value;
}

/** Runs a step of a program. */
type Run = (program: Program, step: Step) => Promise<StepResult>;

/** Defines the tests that every language has. */
export function testPrograms(language: () => Language): void {
  const withEnvironment =
    (check: (environment: LanguageEnvironment, run: Run, language: Language) => Promise<void>) =>
    async (): Promise<void> => {
      const environment = await createLanguageEnvironment(language().projectFile);
      const variables = { LOOK_UPS: JSON.stringify(lookUps) };
      try {
        await check(environment, (...step) => environment.run(language().command(...step), variables), language());
      } finally {
        await environment.end();
      }
    };
  test(
    "the example of the documentation deploys, shows a change of the CMDB in a refresh, and is destroyed",
    withEnvironment(checkExample),
  );
  test("twenty look-ups have the results of TypeScript in both forms, with one sync", withEnvironment(checkLookUps));
}

async function checkExample({ sandbox }: LanguageEnvironment, run: Run, language: Language): Promise<void> {
  const named = (outputs: object): object =>
    Object.fromEntries(Object.entries(outputs).map(([name, value]) => [language.named?.(name) ?? name, value]));
  const outputs = {
    siteAddress: expect.stringContaining("Paris, France") as string,
    routerIds: ["CI-RTR-PAR-001", "CI-RTR-PAR-001-3", "CI-RTR-PAR-001-4"],
    routerStatus: "OPERATIONAL",
    routerAddress: "10.0.0.1",
    routerSerialNumber: "SN00000001",
  };
  await run("example", "preview");
  const created = await run("example", "up");
  expect(created.text).toContain("2 created");
  expect(created.outputs).toEqual(named(outputs));
  await run("example", "unchanged");
  expect(listsOf(sandbox).sort()).toEqual(["configurationItems", "locations", "servicePoints"]);

  sandbox.update("configurationItem", "CI-RTR-PAR-001", { state: ["TERMINATED"] });
  const refreshed = await run("example", "refresh");
  expect(refreshed.text).toMatch(/core-router.*\[diff: ~status\]/);
  const updated = await run("example", "up");
  expect(updated.outputs).toEqual(named({ ...outputs, routerStatus: "TERMINATED" }));

  const requests = sandbox.requests.length;
  const destroyed = await run("example", "destroy");
  expect(destroyed.text).toContain("2 deleted");
  expect(destroyed.outputs).toEqual({});
  expect(sandbox.requests).toHaveLength(requests);
}

async function checkLookUps(
  { sandbox, cacheDir }: LanguageEnvironment,
  run: Run,
  { converted = (result) => result }: Language,
): Promise<void> {
  expect(lookUps).toHaveLength(20);
  const { outputs } = await run("look-ups", "up");
  const expected = await expectedResults(sandbox, cacheDir);
  for (const form of ["plain", "outputs"]) {
    const results = outputs[form] as Value[];
    for (const [index, look] of lookUps.entries()) {
      const result = plain(converted(results[index] ?? {}));
      expect({ look, form, result }).toEqual({ look, form, result: expected[index] });
    }
  }
  expect(listsOf(sandbox).sort()).toEqual(["accounts", "configurationItems", "locations", "servicePoints"]);
}
