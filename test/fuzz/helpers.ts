import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../helpers/fast-check";

/** Inputs of each target in npm test; ORANGE_CMDB_FUZZ_RUNS for more. */
export const runs = Number(process.env["ORANGE_CMDB_FUZZ_RUNS"] ?? 400);

const corpus = join(__dirname, "corpus");

/** The files of a target: documents to begin with, and whatever has once broken it. */
export function corpusOf(target: string): [string, Buffer][] {
  return readdirSync(join(corpus, target))
    .sort()
    .map((name) => [name, readFileSync(join(corpus, target, name))]);
}

/** An input that breaks a target stays, to be tried ever after. */
export function keep(target: string, bytes: Buffer): string {
  const path = join(corpus, target, `found-${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}`);
  mkdirSync(join(corpus, target), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** What trips readers of JSON, YAML and text up. */
const tokens = [
  ..."\"'{}[]:,&*!|>%@`#-\\\n\t\0",
  "null",
  "true",
  "-0",
  "1e999",
  "9007199254740993",
  '"__proto__"',
  '"constructor"',
  '"\\ud800"',
  "\ufeff",
  "&a [*a, *a]",
  "<<: *a",
  "!!binary x",
  "? ",
  "---\n",
  "[".repeat(3_000),
  '{"a":'.repeat(3_000),
  "2026-02-30",
  "(a+)+$",
].map((text) => Buffer.from(text));
const rawBytes = [Buffer.from([0xff]), Buffer.from([0xc3]), Buffer.from([0xff, 0xfe]), Buffer.from([0x1f, 0x8b, 8])];

/** A document with a few places spoilt: cut out, doubled, or replaced by something that trips readers up. */
function spoilt(documents: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 0, max: 60 }),
    put: fc.oneof(
      fc.constant(undefined),
      fc.constantFrom(...tokens, ...rawBytes),
      fc.string().map((text) => Buffer.from(text)),
    ),
  });
  return fc
    .tuple(fc.constantFrom(...documents), fc.array(change, { minLength: 1, maxLength: 6 }))
    .map(([document, changes]) =>
      changes.reduce((bytes, { at, length, put }) => {
        const from = Math.floor(at * bytes.length);
        const middle = put ?? Buffer.concat([bytes.subarray(from, from + length), bytes.subarray(from, from + length)]);
        return Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(from + length)]);
      }, document),
    );
}

/** A document in which one value is another, whatever it was. */
function mistyped(documents: readonly unknown[]): fc.Arbitrary<Buffer> {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>(
      "",
      "*",
      "__proto__",
      "\u0000",
      -1,
      1e21,
      "x".repeat(10_000),
      [[[]]],
      { toString: 1 },
      "tags.x[?(@",
    ),
  );
  return fc
    .tuple(fc.constantFrom(...documents), fc.array(fc.nat(), { maxLength: 8 }), odd)
    .map(([document, path, value]) => {
      const copy = { root: structuredClone(document) };
      let holder: Record<string, unknown> = copy;
      let name = "root";
      for (const step of path) {
        const next = holder[name];
        if (typeof next !== "object" || next === null) break;
        const names = Object.keys(next);
        if (names.length === 0) break;
        holder = next as Record<string, unknown>;
        name = names[step % names.length] ?? "";
      }
      Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
      return Buffer.from(JSON.stringify(copy.root) ?? "null");
    });
}

/** Inputs made of the documents of a corpus. */
export function inputs(documents: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const parsed = documents.flatMap((bytes) => {
    try {
      // What is nested too deeply to be copied is spoilt as text only.
      return [structuredClone(JSON.parse(bytes.toString()) as unknown)];
    } catch {
      return [];
    }
  });
  const all = [spoilt(documents), fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))];
  return parsed.length > 0
    ? fc.oneof({ weight: 4, arbitrary: spoilt(documents) }, { weight: 4, arbitrary: mistyped(parsed) }, ...all)
    : fc.oneof(...all);
}
