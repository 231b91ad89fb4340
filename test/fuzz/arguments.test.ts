import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import fc, { seed } from "../helpers/fast-check";
import { countArgument, filterArgument, kindArgument, versionArgument } from "../../cli/options/arguments";
import { UsageError } from "../../cli/options/usage-error";
import { predicate } from "../../provider/inventory/query/query";
import { QueryError } from "../../provider/inventory/query/query-error";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { corpusOf, keep, runs } from "./helpers";

let scene: TestEnvironment;
const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-arguments-"));
beforeAll(async () => {
  scene = await createTestEnvironment();
  await scene.cli(["sync"]);
});
afterAll(async () => {
  await scene.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command with these arguments: it answers, or says in words what is wrong with them. */
async function attempt(args: readonly string[]): Promise<void> {
  const { code, out, err } = await scene.cli(args);
  expect([args, [0, 1, 2].includes(code), code === 0 || (out + err).trim() !== ""]).toEqual([args, true, true]);
  // --verbose is there to show where it happened.
  if (!args.includes("--verbose"))
    expect([args, /^ {4}at |Error: |node:internal|UnhandledPromise/m.test(err)]).toEqual([args, false]);
}

const lists = (): [string, string[]][] =>
  corpusOf("arguments").map(([name, bytes]) => [name, JSON.parse(bytes.toString()) as string[]]);

test.each(lists())("orange-cmdb ends with a result or a message for %s", (_name, args) => attempt(args), 60_000);

const words = [...new Set(lists().flatMap(([, args]) => args))].filter((word) => word !== "sandbox");

test(`any arguments in any order, and random texts, end with a result or a message (seed ${seed})`, async () => {
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...words) },
    // What no system passes on, and what would start a server.
    { weight: 1, arbitrary: fc.string().filter((text) => !text.includes("\0") && text !== "sandbox") },
  );
  const samples = fc.sample(fc.array(word, { maxLength: 7 }), { seed, numRuns: Math.ceil(runs / 10) });
  for (const args of samples) {
    try {
      await attempt(args);
    } catch (error) {
      throw new Error(`${keep("arguments", Buffer.from(JSON.stringify(args)))} breaks it`, { cause: error });
    }
  }
}, 300_000);

test("the parsers of single arguments report an error for any invalid text", () => {
  const says = (read: (text: string) => unknown, error: new (...args: never[]) => Error) => (text: string) => {
    try {
      read(text);
    } catch (caught) {
      if (!(caught instanceof error)) throw caught;
      expect(caught.message).not.toBe("");
    }
  };
  const record = { kind: "location", id: "A", attributes: { id: "A", n: 1, l: [1, null, { a: "b" }] } } as const;
  const readers = [
    says(kindArgument, UsageError),
    says(countArgument, UsageError),
    says(versionArgument, UsageError),
    says((text) => predicate({ filters: filterArgument(text, []) })(record), UsageError),
    says((where) => predicate({ where })(record), QueryError),
  ];
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(...words),
    fc.stringMatching(/^[[\](){}|&@.*?!=<>'"`,:a1-]{0,12}$/),
  );
  fc.assert(
    fc.property(text, (given) => {
      for (const read of readers) read(given);
    }),
    { seed, numRuns: 5 * runs },
  );
});
