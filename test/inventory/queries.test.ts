import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "../helpers/fast-check";
import { distance } from "fastest-levenshtein";
import type { Query } from "../../provider/model/inventory-reader";
import { toSqlConditions } from "../../provider/inventory/store/sql-filter";
import { SimilarityIndex } from "../../provider/platform/similar-strings";
import type { Mirror } from "../../provider/inventory/mirror/mirror";
import { predicate } from "../../provider/inventory/query/query";
import { fieldValues, type InventoryRecord } from "../../provider/model/records";
import { recordsSql } from "../../provider/inventory/store/store";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
let mirror: Mirror;
let all: InventoryRecord[];

beforeAll(async () => {
  scene = await createTestEnvironment({ size: 400 });
  // Names its service point only: its location is that service point's.
  scene.sandbox.add("configurationItem", {
    id: "CI-ODD",
    name: "Éxtra odd",
    servicePoint: { id: "SP-PAR-001" },
    status: 7,
  });
  scene.sandbox.add("configurationItem", {
    id: "CI-SEVERAL",
    name: ["par-router-001", "none"],
    type: ["ROUTER", "ETHERNET_SWITCH"],
    location: [{ id: "LOC-PAR-001" }],
    locationId: ["LOC-PAR-001", "LOC-LYS-001"],
    servicePointId: ["SP-PAR-001", "SP-LYS-001"],
  });
  mirror = await scene.open({ searchable: true });
  all = mirror.list("configurationItem");
});
afterAll(async () => {
  mirror.close();
  await scene.end();
});

test.each(["FR", "fr", "FRA", "France", "FRANCE", "Frankreich", "French Republic"])(
  "a filter of countries finds %s however records spell the country",
  async (value) => {
    const other = await createTestEnvironment();
    other.sandbox.add("location", { id: "LOC-NAMED", name: "Named", address: { country: "France" } });
    other.sandbox.add("location", { id: "LOC-LOWER", name: "Lower", address: { country: "fr" } });
    other.sandbox.add("location", { id: "LOC-BOTH", name: "Both", address: { country: ["DE", "FRA"] } });
    const reader = await other.open();
    try {
      const filters = [{ name: "country", values: [value] }];
      const found = reader.list("location", { filters }).map(({ id }) => id);
      expect(found).toEqual(["LOC-BOTH", "LOC-LOWER", "LOC-LYS-001", "LOC-MRS-001", "LOC-NAMED", "LOC-PAR-001"]);
      // A wildcard, and a country that no record spells so, are texts.
      expect(reader.list("location", { filters: [{ name: "country", values: ["Fra*"] }] })).toHaveLength(1);
      expect(reader.list("location", { filters: [{ name: "address.country", values: ["france"] }] })).toEqual([]);
    } finally {
      reader.close();
      await other.end();
    }
  },
);

test("a query by index finds the same records as a scan", () => {
  const value = fc.constantFrom(
    ...[
      "CI-RTR-PAR-001",
      "CI-RTR-*",
      "*001",
      "ROUTER",
      "OPERATIONAL",
      "Cisco",
      "LOC-PAR-001",
      "SP-PAR-001",
      "7",
      "",
      "*",
      "FR",
      "france",
    ],
  );
  const name = fc.constantFrom(
    ...["id", "name", "type", "status", "locationId", "servicePointId", "country", "manufacturer", "attributes.state"],
  );
  const filter = fc.record({ name, values: fc.array(value, { maxLength: 3 }) });
  const field = fc.constantFrom("id", "type", "status", "locationId", "manufacturer", "attributes.state");
  const text = fc.constantFrom(
    "'ROUTER'",
    "'OPERATIONAL'",
    "'LOC-PAR-001'",
    '`"ETHERNET_SWITCH"`',
    "'Cisco'",
    "`7`",
    "`null`",
  );
  const equality = fc.oneof(
    fc.tuple(field, fc.constantFrom("==", "!="), text).map((parts) => parts.join(" ")),
    fc.tuple(text, field).map(([literal, left]) => `${literal} == ${left}`),
  );
  const where = fc.oneof(
    equality,
    fc.tuple(equality, fc.constantFrom("&&", "||"), equality).map((parts) => parts.join(" ")),
    fc.tuple(equality, equality).map(([a, b]) => `!(${a}) && (${b})`),
  );
  const query = fc.record(
    { filters: fc.array(filter, { maxLength: 2 }), where, name: fc.constantFrom("par-router-001", "none") },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(query, (asked: Query) => {
      const matches = predicate(asked);
      const expected = all.filter(
        (record) => matches(record) && (asked.name === undefined || fieldValues(record, "name").includes(asked.name)),
      );
      expect(mirror.list("configurationItem", asked).map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    }),
    { numRuns: 400 },
  );
});

test.each<[string, Query]>([
  ["record_name", { name: "par-router-001" }],
  ["record_location", { where: "type == 'ROUTER' && locationId == 'LOC-PAR-001'" }],
  ["record_service_point", { servicePointId: "SP-PAR-001" }],
  ["record_account", { accountId: "ACC-001" }],
  ["record_location", { locationId: "LOC-PAR-001" }],
  ["record_id", { filters: [{ name: "id", values: ["CI-RTR-PAR-001", "CI-SWI-*"] }] }],
  ["record_service_point", { filters: [{ name: "servicePointId", values: ["SP-PAR-001", "SP-LYS-001"] }] }],
])("a query uses the index %s", (index, query) => {
  const [file = ""] = readdirSync(scene.cacheDir).filter((name) => name.endsWith(".db"));
  const db = new DatabaseSync(join(scene.cacheDir, file), { readOnly: true, timeout: 10_000 });
  db.function("canonical", { deterministic: true }, String);
  const conditions = toSqlConditions(query);
  const plan = db
    .prepare(`EXPLAIN QUERY PLAN ${recordsSql(conditions)}`)
    .all(3, ...conditions.flatMap(({ values }) => values));
  const steps = plan.map((row) => String(row["detail"]));
  expect(steps.join("\n")).toMatch(new RegExp(`SEARCH record USING INDEX ${index} `));
  // No step reads all records of a kind, other than in the order of the ids.
  const whole = index === "record_id" ? /^SCAN/ : /^SCAN|\(kind=\?\)$/;
  expect(steps.filter((step) => whole.test(step))).toEqual([]);
  db.close();
});

test("an item without a location belongs to the location of its service point", () => {
  expect(mirror.list("configurationItem", { locationId: "LOC-PAR-001" }).map(({ id }) => id)).toContain("CI-ODD");
});

test("a record with several locations or service points belongs to each of them", () => {
  const ids = (query: Query): string[] => mirror.list("configurationItem", query).map(({ id }) => id);
  for (const site of ["PAR", "LYS"]) {
    expect(ids({ locationId: `LOC-${site}-001` })).toContain("CI-SEVERAL");
    expect(ids({ servicePointId: `SP-${site}-001` })).toContain("CI-SEVERAL");
  }
  expect(ids({ locationId: "LOC-PAR-002" })).not.toContain("CI-SEVERAL");
  expect(ids({ name: "none" })).toEqual(["CI-SEVERAL"]);
});

test("search matches every word as a prefix, in any case, without accents, ids and names first", () => {
  const ids = (text: string, options = {}): string[] => mirror.search(text, options).map(({ id }) => id);
  expect(ids("PARIS 001", { kinds: ["location"] })).toEqual(["LOC-PAR-001"]);
  expect(ids("villette", { kinds: ["location"] }).every((id) => id.startsWith("LOC-LYS"))).toBe(true);
  expect(ids("extra")).toEqual(["CI-ODD"]);
  expect(ids("odd nowhere")).toEqual([]);
  expect(ids('"; DROP TABLE record; -- NEAR(')).toEqual([]);
  expect(() => ids("...")).toThrow(/no word/);
  expect(ids("router", { limit: 3 })).toHaveLength(3);
});

test("search finds new records, and no removed ones", async () => {
  scene.sandbox.update("configurationItem", "CI-RTR-PAR-001", { name: "Zanzibar" });
  const later = await scene.open({ searchable: true, refresh: true });
  expect(later.search("zanzibar").map(({ id }) => id)).toEqual(["CI-RTR-PAR-001"]);
  const ids = (reader: Mirror): string[] => reader.search("par router 001").map(({ id }) => id);
  expect(ids(mirror)).toContain("CI-RTR-PAR-001");
  expect(ids(later)).not.toContain("CI-RTR-PAR-001");
  later.close();
});

describe("the nearest ids among many", () => {
  const many = ["PAR", "LYS", "MAD", "FRA"].flatMap((site) =>
    ["RTR", "SWI"].flatMap((type) =>
      Array.from({ length: 2_000 }, (_, index) => `CI-${type}-${site}-${String(index).padStart(5, "0")}`),
    ),
  );
  const nearest = new SimilarityIndex(many);

  test.each([
    ["a letter for another", "CI-RTR-PAR-0O123"],
    ["another case", "ci-rtr-par-00123"],
    ["one missing at the beginning", "I-RTR-PAR-00123"],
    ["one missing in the middle", "CIRTR-PAR-00123"],
    ["one too many at the end", "CI-RTR-PAR-00123X"],
    ["the first one wrong", "XI-RTR-PAR-00123"],
  ])("%s", (_name, text) => {
    expect(nearest.nearest(text, 3)[0]).toBe("CI-RTR-PAR-00123");
  });

  test("leave out ids that have little in common", () => {
    expect(nearest.nearest("something else entirely", 3)).toEqual([]);
    expect(nearest.nearest("", 3)).toEqual([]);
    expect(new SimilarityIndex([]).nearest("CI", 3)).toEqual([]);
  });

  test("start with the nearest id for any one wrong letter", () => {
    fc.assert(
      fc.property(fc.constantFrom(...many), fc.nat(15), fc.constantFrom("X", "9", "-"), (text, at, letter) => {
        const place = at % text.length;
        const wrong = text.slice(0, place) + letter + text.slice(place + 1);

        expect(distance(nearest.nearest(wrong, 1)[0] ?? "", wrong)).toBeLessThanOrEqual(2);
      }),
      { numRuns: 300 },
    );
  });
});
