import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "../helpers/fast-check";
import { DriftError } from "../../drift/common/errors";
import { EvaluationContext, StackEvaluator } from "../../drift/evaluate/stack-evaluator";
import { JsonProjector } from "../../drift/sources/json/project";
import { ByteBuilder } from "../../drift/sources/json/byte-builder";
import { Lookup } from "../../policy/rules/core/lookup";
import { propertiesOf } from "../../policy/rules/file/fields";
import { conventionalRules, parseRulesFile } from "../../policy/rules/file/rules-file";
import { deployedIn } from "./helpers/state";
import { arrayInventory } from "../policy/helpers/array-inventory";

type Json = Record<string, unknown>;

const text = fc.string({
  unit: fc.constantFrom("a", "b", '"', "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "\u00e9", "\ud83d\ude00"),
});
const name = fc.oneof(fc.constantFrom("urn", "inputs", "outputs", "a", "b", "", "__proto__"), text);
const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 1 }),
    text,
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(name, tie("node"), { maxKeys: 4 }),
  ),
})).node;

const pick = (object: Json, names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(object).filter(([key]) => names.includes(key)));
const isObject = (data: unknown): data is Json => typeof data === "object" && data !== null && !Array.isArray(data);

test("the selection copies only the selected members of an object", () => {
  fc.assert(
    fc.property(
      fc.dictionary(name, value, { maxKeys: 8 }),
      fc.uniqueArray(name),
      fc.uniqueArray(name),
      fc.constantFrom(undefined, 2, "\t"),
      fc.string(),
      (entry, names, inner, space, before) => {
        const bytes = Buffer.from(`${before}${JSON.stringify(entry, undefined, space)} ,`);
        const projector = new JsonProjector({ names, within: { inputs: inner } });
        const from = Buffer.byteLength(before);
        const kept = new ByteBuilder(8);
        const end = projector.project(bytes, from, kept);
        // A name that is spelled with escapes is left to the parser.
        if (end < 0) return expect(JSON.stringify(entry)).toContain("\\");
        expect(bytes.subarray(end).toString()).toBe(" ,");
        const plain = JSON.parse(JSON.stringify(entry)) as Json;
        const wanted = pick(plain, names);
        if (isObject(wanted["inputs"])) wanted["inputs"] = pick(wanted["inputs"], inner);
        expect(JSON.parse(kept.bytes.toString())).toEqual(wanted);
        for (let length = from; length < end; length += 1)
          expect(projector.project(bytes.subarray(0, length), from, kept)).toBe(-1);
      },
    ),
    { numRuns: 500 },
  );
});

test("keeps both of two names with the same hash", () => {
  const kept = new ByteBuilder(8);
  new JsonProjector({ names: ["bC", "cb"], within: {} }).project(Buffer.from('{"bC":1,"cb":2,"x":3}'), 0, kept);
  expect(JSON.parse(kept.bytes.toString())).toEqual({ bC: 1, cb: 2 });
});

test("invalid JSON ends the selection with an error, and never with a missing object", () => {
  const signs = fc.array(fc.constantFrom(...'{}[]",:\\ \nat0'), { maxLength: 40 }).map((list) => `{${list.join("")}`);
  fc.assert(
    fc.property(signs, (junk) => {
      const bytes = Buffer.from(junk);
      const projector = new JsonProjector({ names: ["a", "t", ""], within: {} });
      const end = projector.project(bytes, 0, new ByteBuilder(8));
      expect(end === -1 || (end > 0 && end <= bytes.length)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("an entry that is truncated, or invalid in a selected member, is rejected as before", () => {
  const read = (entry: string): unknown =>
    deployedIn(`{"version":3,"deployment":{"resources":[${entry}]}}`, "it", { properties: ["tags"] });
  expect(read('{"urn":"urn:pulumi:a::b::c:d:E::f","type":"c:d:E","inputs":{"tags":{},"x":1}}')).toHaveLength(1);
  expect(() => read('{"urn":"urn:pulumi:a::b::c:d:E::f","type":tru}')).toThrowErrorMatchingInlineSnapshot(
    `"it is not complete JSON: invalid resource; export it again"`,
  );
  expect(() => read('{"urn":"a","type":"b","inputs":{"tags":[}}')).toThrow(DriftError);
  expect(() => read('{"urn":"a","type":"b"')).toThrow(DriftError);
  expect(() => read('{"urn":"a","type":"b"},')).toThrow(DriftError);
  expect(() => read('{"urn":"a","type":"b"}{"urn":"a","type":"b"}')).toThrow(DriftError);
});

describe("findings are the same with and without the selection", () => {
  const folder = resolve(__dirname, "../fixtures/states");
  const states = readdirSync(folder).filter((file) => file.endsWith(".json"));
  const rules = {
    conventional: conventionalRules,
    full: parseRulesFile(
      {
        references: [
          {
            types: ["*"],
            kind: "location",
            required: true,
            match: [{ property: "region || location", record: "country" }],
          },
          {
            types: ["*"],
            kind: "configurationItem",
            id: 'name || tags."Name"',
            match: [{ property: "bgpAsn", record: "name" }],
          },
        ],
        residency: {},
      },
      "the test",
    ),
  };
  const records = ["LOC-PAR-001", "LOC-LYO-001"].map((id) => ({
    kind: "location" as const,
    id,
    country: "BR",
    attributes: {},
  }));
  test.each(states.flatMap((file) => Object.keys(rules).map((kind) => [file, kind as keyof typeof rules] as const)))(
    "%s by the %s rules",
    (file, kind) => {
      const bytes = readFileSync(resolve(folder, file));
      const gather = (properties: readonly string[] | undefined, size: number): unknown => {
        const lookup = new Lookup(arrayInventory(records));
        const by = new EvaluationContext({ lookup, rules: rules[kind], now: new Date(0) });
        const gatherer = new StackEvaluator(by);
        for (const one of deployedIn(bytes, "it", { properties, size })) gatherer.add(one);
        return [gatherer.end("it"), by.used, by.types];
      };
      const properties = propertiesOf(rules[kind]);
      expect(properties).toBeDefined();
      for (const size of [bytes.length, 997]) expect(gather(properties, size)).toEqual(gather(undefined, bytes.length));
    },
  );
});
