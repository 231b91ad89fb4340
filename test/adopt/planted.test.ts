import { Random } from "../../sandbox/random";
import type { Adoption } from "../../drift/adopt/report/schema";
import { planted, type PlantedData } from "./helpers/planted";
import { adoptFrom } from "./helpers/run";

let data: PlantedData;
let adoption: Adoption;

beforeAll(async () => {
  data = planted();
  adoption = await adoptFrom(data);
});

test("has 2,000 resources and 3,000 records in eight stacks", () => {
  expect([data.truth.size, data.records.length]).toEqual([2_000, 3_000]);
  expect(adoption.summary).toMatchObject({ stacks: 8, resources: 2_000, referencing: 0 });
});

test("every certain match is the planted record", () => {
  const wrong = adoption.matches
    .filter(({ confidence }) => confidence === "certain")
    .filter(({ urn, recordId }) => data.truth.get(urn)?.recordId !== recordId);
  expect(wrong).toEqual([]);
});

test("finds at least 95 % of what an identifying field determines", () => {
  const certain = new Set(adoption.matches.filter(({ confidence }) => confidence === "certain").map(({ urn }) => urn));
  const determined = [...data.truth.values()].filter(({ isDetermined }) => isDetermined);
  expect(determined.length).toBeGreaterThan(1_000);
  const found = determined.filter(({ urn }) => certain.has(urn)).length;
  expect(found / determined.length).toBeGreaterThanOrEqual(0.95);
});

test("counts each resource once", () => {
  const { resources, referencing, certain, likely, ambiguous, none } = adoption.summary;
  expect(referencing + certain + likely + ambiguous + none).toBe(resources);
  expect(new Set(adoption.ambiguous.map(({ urn }) => urn)).size).toBeGreaterThanOrEqual(ambiguous);
});

test("does not match a resource that has no record", () => {
  const strangers = [...data.truth.values()].filter(({ recordId }) => recordId === undefined).map(({ urn }) => urn);
  const matched = new Set([...adoption.matches, ...adoption.ambiguous].map(({ urn }) => urn));
  expect(strangers.length).toBeGreaterThan(300);
  expect(strangers.filter((urn) => matched.has(urn))).toEqual([]);
});

test("does not choose among sites of one name", () => {
  const kinds = adoption.ambiguous.flatMap(({ candidates }) => candidates.map(({ kind }) => kind));
  expect(kinds.filter((kind) => kind === "location").length).toBeGreaterThan(1_000);
  expect(adoption.matches.filter(({ kind }) => kind === "location")).toEqual([]);
});

test("shows no secret", () => {
  const text = JSON.stringify(adoption);
  for (const secret of data.secrets) expect(text).not.toContain(secret);
});

test("proposes the property of each type as a pattern", () => {
  const found = adoption.patterns.map(({ types, by, value, as }) => [types.join(" "), value, by, as]);
  expect(found).toEqual(
    expect.arrayContaining([
      ["meraki:devices/device:Device", "serial", "serialNumber", "equals"],
      ["kubernetes:core/v1:ConfigMap", 'metadata.annotations."example.com/asset"', "customerReference", "equals"],
    ]),
  );
});

test("gives the same output for the same input in another order", async () => {
  const random = new Random(7);
  const shuffled = <T>(all: readonly T[]): T[] =>
    all
      .map((entry) => ({ entry, at: random.next() }))
      .sort((one, other) => one.at - other.at)
      .map(({ entry }) => entry);
  const states = shuffled([...data.states]).map(([name, text]) => {
    const state = JSON.parse(text) as {
      deployment?: { resources: unknown[] };
      values?: { root_module: { resources: unknown[] } };
    };
    if (state.deployment) state.deployment.resources = shuffled(state.deployment.resources);
    if (state.values) state.values.root_module.resources = shuffled(state.values.root_module.resources);
    return [name, JSON.stringify(state)] as const;
  });
  const again = await adoptFrom({ records: shuffled(data.records), states: new Map(states) });
  expect(again).toEqual(adoption);
});
