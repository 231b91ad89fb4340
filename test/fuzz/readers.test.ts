import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc, { seed } from "../helpers/fast-check";
import { DriftError } from "../../drift/common/errors";
import { matchingEntries, readIgnoreFile } from "../../drift/ignore/ignore-file";
import { deployedIn } from "../drift/helpers/state";
import { loadRulesFile } from "../../policy/config/load-rules";
import { RulesFileError } from "../../policy/rules/file/rules-file";
import { PageError } from "../../provider/api/errors/page-error";
import { idOf, parsePage } from "../../provider/api/paging/page";
import { corpusOf, inputs, keep, runs } from "./helpers";

// Whatever a reader is given, it reads it, or says in its own kind of error what is wrong: it does not crash, hang or grow.
const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(bytes: Buffer): string {
  const path = join(folder, "input.yaml");
  writeFileSync(path, bytes);
  return path;
}

const finding = {
  rule: "record-exists",
  severity: "error",
  stack: "s",
  urn: "urn:x",
  type: "t",
  message: "m",
} as const;

function readState(bytes: Buffer): void {
  // As a whole, and only what rules look at, in pieces.
  for (const how of [{}, { properties: ["tags", "name"], size: 1000 }])
    for (const { resource } of deployedIn(bytes, "the state", how))
      expect([typeof resource.urn, typeof resource.type, typeof resource.name]).toEqual(["string", "string", "string"]);
}

const targets: Readonly<Record<string, { read: (bytes: Buffer) => void; error: new (...args: never[]) => Error }>> = {
  page: {
    error: PageError,
    read(bytes) {
      for (const record of parsePage(bytes)) {
        expect(idOf(record)).toMatch(/^[^]+$/);
        // What comes after it writes the record, and reads it again.
        expect(JSON.stringify(JSON.parse(JSON.stringify(record)))).toBe(JSON.stringify(record));
      }
    },
  },
  rules: { error: RulesFileError, read: (bytes) => void loadRulesFile(fileOf(bytes)) },
  ignore: {
    error: DriftError,
    read(bytes) {
      matchingEntries(readIgnoreFile(fileOf(bytes)), finding as never);
    },
  },
  pulumi: { error: DriftError, read: readState },
  terraform: { error: DriftError, read: readState },
};

/** Reads an input; throws where that ends in anything but an answer or the reader's own error, or takes long. */
function attempt(target: string, bytes: Buffer): void {
  const { read, error } = targets[target] as (typeof targets)[string];
  const began = process.cpuUsage();
  try {
    read(bytes);
  } catch (caught) {
    if (!(caught instanceof error)) throw caught;
    if (caught.message.trim() === "") throw new Error("an error without a word", { cause: caught });
    if (/call stack/.test(caught.message)) throw new Error("an error of the stack", { cause: caught });
    if (caught.message.length > 20_000)
      throw new Error(`an error of ${caught.message.length} characters`, { cause: caught });
  }
  const { user } = process.cpuUsage(began);
  if (user > 5e6) throw new Error(`it took ${user / 1e6} s of computing for ${bytes.length} bytes`);
}

describe.each(Object.keys(targets))("the reader of %s", (target) => {
  test.each(corpusOf(target))("reads %s, or reports an error", (_name, bytes) => attempt(target, bytes));

  test(`reads random input made from valid input, or reports an error (seed ${seed})`, () => {
    const before = process.memoryUsage().rss;
    const result = fc.check(
      fc.property(inputs(corpusOf(target).map(([, bytes]) => bytes)), (bytes) => attempt(target, bytes)),
      // What is found is kept as it is: making it smaller takes longer than reading it.
      { seed, numRuns: runs, endOnFailure: true, interruptAfterTimeLimit: 120_000 },
    );
    if (result.failed) {
      const [bytes = Buffer.alloc(0)] = result.counterexample ?? [];
      throw new Error(`${keep(target, bytes)} breaks it; it is tried ever after`, { cause: result.errorInstance });
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(1.5e9);
  }, 300_000);
});
