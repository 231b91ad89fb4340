import { createLanguageEnvironment, type LanguageEnvironment } from "./environment";
import { expectedResults, listsOf, lookUps, plain, type Value } from "./look-ups";

/** The programs and the steps that each driver in `programs` has. */
export type Program = "example" | "look-ups";
export type Step = "preview" | "unchanged" | "up" | "refresh" | "destroy";

/** How a language runs its programs. */
export interface Language {
  /** Returns the command that runs steps of a program. */
  command(program: Program, steps: readonly Step[]): readonly string[];
  /** `Pulumi.yaml` in the work folder, which names the plugin. Without it, the plugin is on PATH. */
  readonly projectFile?: string;
  /** Converts the name of an output of the example from camelCase. Default: unchanged. */
  named?(name: string): string;
  /** Converts the result of a look-up to the names of TypeScript. Default: unchanged. */
  converted?(result: Value): Value;
}

/** Runs steps of a program. Returns the engine's output. */
type Run = (program: Program, ...steps: Step[]) => Promise<string>;

/** Defines the tests that every language has. */
export function testPrograms(language: () => Language): void {
  const withEnvironment =
    (check: (environment: LanguageEnvironment, run: Run, language: Language) => Promise<void>) =>
    async (): Promise<void> => {
      const environment = await createLanguageEnvironment(language().projectFile);
      const variables = { LOOK_UPS: JSON.stringify(lookUps) };
      try {
        await check(
          environment,
          (program, ...steps) => environment.run(language().command(program, steps), variables),
          language(),
        );
      } finally {
        await environment.end();
      }
    };
  test(
    "the example of the documentation deploys, shows a change of the CMDB in a refresh, and is destroyed",
    withEnvironment(checkExample),
    600_000,
  );
  test(
    "twenty look-ups have the results of TypeScript in both forms, with one sync",
    withEnvironment(checkLookUps),
    600_000,
  );
}

async function checkExample({ sandbox, outputs }: LanguageEnvironment, run: Run, language: Language): Promise<void> {
  const named = (outputs: object): object =>
    Object.fromEntries(Object.entries(outputs).map(([name, value]) => [language.named?.(name) ?? name, value]));
  const expected = {
    siteAddress: expect.stringContaining("Paris, France") as string,
    routerIds: ["CI-RTR-PAR-001", "CI-RTR-PAR-001-3", "CI-RTR-PAR-001-4"],
    routerStatus: "OPERATIONAL",
    routerAddress: "10.0.0.1",
    routerSerialNumber: "SN00000001",
  };
  expect(await run("example", "preview", "up", "unchanged")).toContain("2 created");
  expect(await outputs()).toEqual(named(expected));
  expect(listsOf(sandbox).sort()).toEqual(["configurationItems", "locations", "servicePoints"]);

  sandbox.update("configurationItem", "CI-RTR-PAR-001", { state: ["TERMINATED"] });
  expect(await run("example", "refresh")).toMatch(/core-router.*\[diff: ~status\]/);
  await run("example", "up");
  expect(await outputs()).toEqual(named({ ...expected, routerStatus: "TERMINATED" }));

  const requests = sandbox.requests.length;
  expect(await run("example", "destroy")).toContain("2 deleted");
  expect(await outputs()).toEqual({});
  expect(sandbox.requests).toHaveLength(requests);
}

async function checkLookUps(
  { sandbox, cacheDir, outputs }: LanguageEnvironment,
  run: Run,
  { converted = (result) => result }: Language,
): Promise<void> {
  expect(lookUps).toHaveLength(20);
  await run("look-ups", "up");
  const found = await outputs();
  const expected = await expectedResults(sandbox, cacheDir);
  for (const form of ["plain", "outputs"]) {
    const results = found[form] as Value[];
    for (const [index, look] of lookUps.entries()) {
      const result = plain(converted(results[index] ?? {}));
      expect({ look, form, result }).toEqual({ look, form, result: expected[index] });
    }
  }
  expect(listsOf(sandbox).sort()).toEqual(["accounts", "configurationItems", "locations", "servicePoints"]);
}
