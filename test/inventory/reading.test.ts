import {
  columnOf,
  fromRow,
  kindNumber,
  kindOf,
  pushRow,
  recordColumns,
  selection,
} from "../../provider/inventory/columns";
import { describeEvent } from "../../provider/inventory/events";
import { defaultFieldMap, fieldReader, type FieldMap } from "../../provider/inventory/field-map";
import type { Query } from "../../provider/inventory/inventory";
import { narrow } from "../../provider/inventory/narrow";
import { distance } from "fastest-levenshtein";
import { NearestTexts } from "../../provider/inventory/nearest";
import { printable, printableLines } from "../../provider/inventory/printable";
import { predicate, QueryError } from "../../provider/inventory/query";
import {
  collections,
  elements,
  fieldValues,
  kinds,
  namedFields,
  parseKind,
  type InventoryRecord,
  type Kind,
} from "../../provider/inventory/records";
import { recordsSql } from "../../provider/inventory/store";
import { staleKinds } from "../../provider/inventory/sync";

const record: InventoryRecord = {
  kind: "configurationItem",
  id: "CI-1",
  name: "par-router",
  status: "In service",
  attributes: { vendor: "Cisco", id: "raw", size: { rack: 2, empty: null }, ports: [{ no: 1 }, { no: 22 }], on: false },
};

describe("a query", () => {
  const fits = (query: Query): boolean => predicate(query)(record);
  const by = (name: string, ...values: string[]): boolean => fits({ filters: [{ name, values }] });

  test.each<[string, string[], boolean]>([
    ["status", ["In service"], true],
    ["status", ["in service"], false],
    ["status", ["Retired", "In service"], true],
    ["status", [], false],
    ["id", ["CI-1"], true],
    ["id", ["raw"], false],
    ["attributes.id", ["raw"], true],
    ["vendor", ["Cisco"], true],
    ["attributes.vendor", ["Cisco"], true],
    ["kind", ["configurationItem"], false],
    ["size.rack", ["2"], true],
    ["size", ["[object Object]", "*"], false],
    ["size.empty", ["null", "*"], false],
    ["size.rack.deep", ["*"], false],
    ["ports.no", ["22"], true],
    ["ports.no", ["2"], false],
    ["on", ["false"], true],
    ["country", ["*"], false],
    ["toString", ["*"], false],
    ["vendor", ["*"], true],
    ["vendor", ["Ci*"], true],
    ["vendor", ["*co"], true],
    ["vendor", ["C*o"], true],
    ["vendor", ["c*o"], false],
    ["vendor", ["*is*"], true],
    ["vendor", ["Cis*sco"], false],
    ["vendor", ["C*s*o"], true],
    ["vendor", ["C*o*c"], false],
    ["vendor", ["C*sc*co"], false],
    ["vendor", ["*s*s*"], false],
    ["vendor", ["*s*c*"], true],
    ["vendor", ["C*isco*"], true],
    ["vendor", ["x*"], false],
    ["vendor", ["*x"], false],
    ["vendor", ["Cisco*Cisco"], false],
    ["vendor", ["C*i*o*o"], false],
  ])("by %s of %j: %p", (name, values, is) => {
    expect(by(name, ...values)).toBe(is);
  });

  test.each<[string, boolean]>([
    ["status == 'In service'", true],
    ["attributes.vendor == 'Cisco' && id == 'raw'", false],
    ["attributes.nothing", false],
    ["attributes.size.empty", false],
    ["attributes.on", false],
    ["attributes.ports", true],
    ["attributes.ports[?no > `30`]", false],
    ["attributes.size", true],
    ["`{}`", false],
    ["''", false],
    ["'x'", true],
    ["`0`", true],
  ])("where %s: %p", (where, is) => {
    expect(fits({ where })).toBe(is);
  });

  test("wants all of its conditions", () => {
    const filters = [{ name: "vendor", values: ["Cisco"] }];
    expect(fits({})).toBe(true);
    expect(fits({ filters, where: "id == 'CI-1'" })).toBe(true);
    expect(fits({ filters, where: "id == 'CI-2'" })).toBe(false);
    expect(fits({ filters: [...filters, { name: "status", values: ["Retired"] }] })).toBe(false);
  });

  test("that cannot be understood is refused", () => {
    const refused =
      (query: Query): (() => unknown) =>
      () =>
        predicate(query)(record);
    expect(refused({ filters: [{ name: "", values: ["x"] }] })).toThrow(
      new QueryError("a filter needs the name of a field, such as status or attributes.vendor"),
    );
    expect(refused({ where: "a ==" })).toThrow(/^where is not JMESPath: a == \(.+\)$/);
    expect(refused({ where: "sum(id)" })).toThrow(/^where fails on configurationItem CI-1: .*sum\(\)/);
    for (const limit of [0, -1, 1.5, NaN])
      expect(refused({ limit })).toThrow(`limit must be a whole number of at least 1, not ${limit}`);
    expect(fits({ limit: 1 })).toBe(true);
    expect(new QueryError("x").name).toBe("QueryError");
  });
});

describe("a query on a field that has several values", () => {
  const several: InventoryRecord = {
    ...record,
    type: "ROUTER, IP_SWITCH",
    address: "1 rue A, Paris, 2 rue B, Lyon",
    [elements]: { type: ["ROUTER", "IP_SWITCH"], address: ["1 rue A, Paris", "2 rue B, Lyon"] },
    attributes: { type: ["ROUTER", "IP_SWITCH"] },
  };
  const fits = (query: Query): boolean => predicate(query)(several);

  test.each<[string, string, boolean]>([
    ["type", "ROUTER", true],
    ["type", "IP_SWITCH", true],
    ["type", "ROUTER, IP_SWITCH", true],
    ["type", "IP_*", true],
    ["type", "DSL", false],
    ["address", "2 rue B, Lyon", true],
    ["address", "Paris", false],
    ["attributes.type", "IP_SWITCH", true],
  ])("filter %s=%s: %p", (name, value, is) => {
    expect(fits({ filters: [{ name, values: [value] }] })).toBe(is);
  });

  test.each<[string, boolean]>([
    ["type == 'ROUTER'", true],
    ["type == 'IP_SWITCH'", true],
    ["type == 'ROUTER, IP_SWITCH'", true],
    ["type == 'DSL'", false],
    ["type == 'IP_SWITCH' && address == '2 rue B, Lyon'", true],
    ["type == 'IP_SWITCH' && address == 'Paris'", false],
    ["contains(type, 'ROUTER') && contains(type, 'IP_SWITCH')", true],
    ["contains(['IP_SWITCH', 'DSL'], type)", true],
    ["starts_with(type, 'IP')", true],
    ["attributes.type == 'ROUTER'", false],
    ["contains(attributes.type, 'IP_SWITCH')", true],
    ["status == 'In service'", true],
  ])("where %s: %p", (where, is) => {
    expect(fits({ where })).toBe(is);
  });

  test("rejects an expression with too many combinations", () => {
    const many = Array.from({ length: 101 }, (_, index) => `v${index}`);
    const wide = { ...several, [elements]: { type: many, name: many } };
    expect(() => predicate({ where: "type == name" })(wide)).toThrow(
      /^where compares more than 10000 combinations of values on configurationItem CI-1; /,
    );
    expect(predicate({ where: "type == 'v100'" })(wide)).toBe(true);
  });

  test("is told to SQLite without losing a record", () => {
    expect(narrow({ filters: [{ name: "type", values: ["a", "b*"] }] }, new Set(["type"]))).toEqual([
      {
        sql: "((type = ? OR EXISTS (SELECT 1 FROM json_each(elements, '$.type') WHERE value = ?)) OR ((type >= ? AND type < ?) OR EXISTS (SELECT 1 FROM json_each(elements, '$.type') WHERE (value >= ? AND value < ?))))",
        values: ["a", "a", "b", "b\u{10ffff}", "b", "b\u{10ffff}"],
        indexed: false,
      },
    ]);
  });
});

describe("what of a query is told to SQLite", () => {
  const told = (query: Query): [string, readonly string[], boolean][] =>
    narrow(query).map(({ sql, values, indexed }) => [sql.replace(/\s+/g, " "), values, indexed]);

  test.each<[Query, [string, readonly string[], boolean][]]>([
    [{}, []],
    [{ name: "a" }, [["name = ?", ["a"], true]]],
    [
      { servicePointId: "a", accountId: "b" },
      [
        ["service_point_id = ?", ["a"], true],
        ["account_id = ?", ["b"], true],
      ],
    ],
    [{ locationId: "a" }, [[expect.stringMatching(/^number IN \(SELECT number /), ["a", "a", "a", "a"], true]]],
    [{ filters: [{ name: "status", values: ["a"] }] }, [["(status = ?)", ["a"], false]]],
    [
      { filters: [{ name: "id", values: ["a", "b*"] }] },
      [["(id = ? OR (id >= ? AND id < ?))", ["a", "b", "b\u{10ffff}"], false]],
    ],
    [
      { filters: [{ name: "name", values: ["a", "b*"] }] },
      [["(name = ? OR (name >= ? AND name < ?))", ["a", "b", "b\u{10ffff}"], true]],
    ],
    [{ filters: [{ name: "locationId", values: ["a"] }] }, [["(location_id = ?)", ["a"], true]]],
    [{ filters: [{ name: "vendor", values: ["a"] }] }, []],
    [{ filters: [{ name: "toString", values: ["a"] }] }, []],
    [{ filters: [{ name: "country", values: ["france"] }] }, [["(country_code(country) = ?)", ["FR"], false]]],
    [{ filters: [{ name: "country", values: ["Atlantis"] }] }, [["(country = ?)", ["Atlantis"], false]]],
    [{ filters: [{ name: "status", values: [] }] }, []],
    [{ filters: [{ name: "status", values: ["a", "*"] }] }, []],
    [{ filters: [{ name: "status", values: ["a*b"] }] }, []],
    [{ filters: [{ name: "status", values: ["a*b*"] }] }, []],
    [{ filters: [{ name: "status", values: ["*a"] }] }, []],
    [{ where: "status == 'a'" }, [["status = ?", ["a"], false]]],
    [{ where: "'a' == status" }, [["status = ?", ["a"], false]]],
    [
      { where: "status == 'a' && (type == 'b' && vendor == 'c')" },
      [
        ["status = ?", ["a"], false],
        ["type = ?", ["b"], false],
      ],
    ],
    [{ where: "status == 'a' || type == 'b'" }, []],
    [{ where: "!(status == 'a')" }, []],
    [{ where: "status != 'a'" }, []],
    [{ where: "status > 'a'" }, []],
    [{ where: "status == `7`" }, []],
    [{ where: "status == type" }, []],
    [{ where: "'a' == 'b'" }, []],
    [{ where: "attributes.status == 'a'" }, []],
    [{ where: "a.status == 'a'" }, []],
    [{ where: "status" }, []],
    [{ where: "a ==" }, []],
  ])("%j", (query, conditions) => {
    expect(told(query)).toEqual(conditions);
  });

  test("is a statement that reads by id, or sorts the few that an index finds", () => {
    expect(recordsSql([])).toBe(`SELECT ${recordColumns} FROM record WHERE kind = ? AND until IS NULL ORDER BY id`);
    expect(recordsSql(narrow({ name: "a", where: "status == 'b'" }), "id")).toBe(
      "SELECT id FROM record WHERE kind = ? AND until IS NULL AND name = ? AND status = ? ORDER BY +id",
    );
    expect(recordsSql(narrow({ where: "status == 'b'" }), "id")).toMatch(/ORDER BY id$/);
  });
});

describe("the columns of a record", () => {
  test("stand for the kinds and the named fields", () => {
    expect(kinds.map(kindNumber)).toEqual([1, 2, 3, 4]);
    expect([1, 2, 3, 4].map(kindOf)).toEqual(kinds);
    for (const number of [0, 5, "x", null])
      expect(() => kindOf(number)).toThrow(`it names a kind that there is not: ${number}`);
    expect(recordColumns).toBe(
      "id, name, type, category, status, reference, customer_reference, offer, manufacturer, model, serial_number, ip_address, role, bandwidth, address, country, customer, location_id, service_point_id, account_id, created_at, updated_at, elements, attributes",
    );
    expect(Object.keys(columnOf)).toEqual(namedFields);
  });

  test("are made of a record, and make it again", () => {
    const fields = Object.fromEntries(namedFields.map((field) => [field, `of ${field}`]));
    const row: (string | number | null)[] = ["CI-1"];
    pushRow(row, fields, `{"a":1}`);
    expect(fromRow("configurationItem", row as (string | null)[])).toEqual({
      kind: "configurationItem",
      id: "CI-1",
      ...fields,
      attributes: { a: 1 },
    });
    const bare: (string | number | null)[] = ["CI-2"];
    pushRow(bare, {}, "{}");
    expect(bare).toEqual(["CI-2", ...Array<null>(namedFields.length + 1).fill(null), "{}"]);
    expect(fromRow("location", bare as (string | null)[])).toEqual({ kind: "location", id: "CI-2", attributes: {} });
    const several: (string | number | null)[] = ["CI-3"];
    pushRow(several, { type: "a, b", [elements]: { type: ["a", "b"] } }, "{}");
    const read = fromRow("location", several as (string | null)[]);
    expect([read.type, fieldValues(read, "type"), fieldValues(read, "name")]).toEqual(["a, b", ["a", "b"], []]);
    expect(JSON.parse(JSON.stringify(read))).toEqual({ kind: "location", id: "CI-3", type: "a, b", attributes: {} });
  });

  test("are those of some fields where no more is wanted", () => {
    const nulls = (...columns: string[]): string =>
      ["id", ...Object.values(columnOf).map((name) => (columns.includes(name) ? name : "NULL"))].join(", ");
    const whole = (parts: string): string => `iif(attributes IS NULL, NULL, json_object(${parts}))`;
    expect(selection([])).toEqual({ sql: `${nulls()}, elements, ${whole("")}`, values: [] });
    expect(selection(["status", "locationId", "attributes.a", "attributes.b.c", "vendor"])).toEqual({
      sql: `${nulls("status", "location_id")}, elements, ${whole("?, attributes -> ?, ?, attributes -> ?")}`,
      values: ["a", '$."a"', "b.c", '$."b.c"'],
    });
    for (const name of ['a"b', "a\\b", "a\nb"])
      expect(selection(["attributes.ok", `attributes.${name}`])).toBeUndefined();
  });
});

describe("the named fields of a record", () => {
  const of = (kind: Kind, attributes: object, map = defaultFieldMap): object =>
    fieldReader(map, kind)(attributes as never);
  const address = {
    street: "1 rue A",
    line1: "b",
    line2: "",
    postalCode: 75001,
    zipCode: "z",
    city: "Paris",
    state: "IDF",
    country: "FR",
  };
  const line = "1 rue A, b, 75001, z, Paris, IDF, FR";

  test.each<[Kind, object, object]>([
    [
      "location",
      { name: "n", label: "l", type: "t", category: "c", status: "s", state: "st" },
      { name: "n", type: "t", category: "c", status: "st" },
    ],
    ["location", { label: "l", category: "c", status: "s" }, { name: "l", type: "c", category: "c", status: "s" }],
    ["location", { name: " ", label: "l" }, { name: "l" }],
    ["location", { name: 7, type: NaN, status: true }, { name: "7" }],
    ["location", { name: ["n"], label: { deep: 1 }, status: null }, { name: "n" }],
    ["location", { name: [], label: [{ deep: 1 }, " "], status: [null] }, {}],
    ["location", { address }, { name: line, address: line, country: "FR" }],
    [
      "location",
      { address: { formattedAddress: "f", fullAddress: "u", countryCode: "DE", country: { code: "FR" } } },
      { name: "f", address: "f", country: "DE" },
    ],
    [
      "location",
      { address: { fullAddress: "u", country: { code: "FR" } } },
      { name: "u", address: "u", country: "FR" },
    ],
    [
      "location",
      { label: "l", address: "as it is", countryCode: "DE", country: "FR" },
      { name: "l", address: "as it is", country: "DE" },
    ],
    ["location", { name: "n", address: ["a"], country: "FR" }, { name: "n", address: "a", country: "FR" }],
    ["location", { address: {}, country: { code: "FR" } }, {}],
    ["location", { customer: { name: "c", id: "i" }, account: { id: "a" } }, { customer: "c", accountId: "i" }],
    ["location", { customerName: "c", accountId: "a" }, { customer: "c", accountId: "a" }],
    ["location", { account: { name: "c" }, customer: { id: "i" } }, { customer: "c", accountId: "i" }],
    ["location", { customer: "c", customerId: "i" }, { customer: "c", accountId: "i" }],
    [
      "servicePoint",
      { name: "n", offer: { name: "o" }, type: "t", status: "s" },
      { name: "n", type: "o", offer: "o", status: "s" },
    ],
    [
      "servicePoint",
      { label: "l", type: "t", state: "s", location: { id: "L", address }, address: "a" },
      { name: "l", type: "t", status: "s", locationId: "L", address: line, country: "FR" },
    ],
    [
      "servicePoint",
      { locationId: "L", address: { country: "DE" }, accountId: "a", customerName: "c" },
      { locationId: "L", address: "DE", country: "DE", accountId: "a", customer: "c" },
    ],
    ["servicePoint", { site: { id: "S" }, siteId: "T" }, { locationId: "S" }],
    ["servicePoint", { siteId: "T", servicePointId: "x" }, { locationId: "T" }],
    [
      "configurationItem",
      { name: "n", type: "t", status: "s", servicePoint: { id: "P" }, servicePointId: "Q", location: { id: "L" } },
      { name: "n", type: "t", status: "s", servicePointId: "P", locationId: "L" },
    ],
    [
      "configurationItem",
      { label: "l", category: "c", state: "s", servicePointId: "Q", locationId: "L" },
      { name: "l", type: "c", category: "c", status: "s", servicePointId: "Q", locationId: "L" },
    ],
    [
      "configurationItem",
      { site: { id: "S" }, location: { address: { countryCode: "FR" } }, address: { fullAddress: "u" } },
      { locationId: "S", country: "FR", address: "u" },
    ],
    [
      "configurationItem",
      { siteId: "S", address: { country: { code: "DE" } }, customerName: "c", accountId: "a" },
      { locationId: "S", country: "DE", customer: "c", accountId: "a" },
    ],
    [
      "account",
      { name: "n", type: "t", segment: "g", status: "s", address: "a", countryCode: "FR", country: "DE" },
      { name: "n", type: "t", status: "s", address: "a", country: "FR", customer: "n" },
    ],
    [
      "account",
      { label: "l", segment: "g", state: "s", country: { code: "FR" } },
      { name: "l", type: "g", status: "s", country: "FR" },
    ],
    ["account", { country: "FR", locationId: "L" }, { country: "FR" }],
  ])("of a %s %j", (kind, attributes, named) => {
    expect(of(kind, attributes)).toEqual(named);
  });

  test.each<[Kind, object, object]>([
    [
      "location",
      {
        localCompany: "Exemple SA",
        customerReference: "R-1",
        formattedAddress: "1 rue A, Paris",
        address,
        building: "B",
      },
      {
        name: "Exemple SA",
        customerReference: "R-1",
        address: "1 rue A, Paris",
        country: "FR",
      },
    ],
    [
      "location",
      { customerReference: "R-1", address },
      { name: "R-1", customerReference: "R-1", address: line, country: "FR" },
    ],
    ["location", { formattedAddress: "1 rue A, Paris" }, { name: "1 rue A, Paris", address: "1 rue A, Paris" }],
    [
      "location",
      {
        name: "n",
        address: { street: "1", extendedStreet: "2", locality: "3", postalCode: "4", city: "5", region: "6" },
      },
      { name: "n", address: "1, 2, 3, 4, 5, 6" },
    ],
    [
      "servicePoint",
      {
        state: "OPERATIONAL",
        category: "ACCESS",
        offer: { id: "o", name: "Business VPN", family: "f" },
        location: { id: "L", formattedAddress: "1 rue A" },
        properties: { intranet: { bandwidth: "20", unit: "Mbps" } },
      },
      {
        status: "OPERATIONAL",
        category: "ACCESS",
        type: "Business VPN",
        offer: "Business VPN",
        locationId: "L",
        address: "1 rue A",
        bandwidth: "20 Mbps",
      },
    ],
    [
      "configurationItem",
      {
        reference: "R",
        customerReference: "C",
        category: ["WAN_DEVICE"],
        type: ["ROUTER", "IP_SWITCH"],
        state: ["OPERATIONAL", "OPERATIONAL"],
        properties: {
          role: "PRIMARY",
          hardware: { manufacturer: "Cisco", model: "ISR 4331", serialNumber: "FOC1" },
          network: { ipAddress: "10.0.0.1" },
          bandwidth: { tx: "20", rx: "100", unit: "Mbps" },
        },
        createdAt: "2024-01-01T00:00:00Z",
        updatedAt: "2024-01-02T00:00:00Z",
      },
      {
        reference: "R",
        customerReference: "C",
        category: "WAN_DEVICE",
        type: "ROUTER, IP_SWITCH",
        [elements]: { type: ["ROUTER", "IP_SWITCH"] },
        status: "OPERATIONAL",
        role: "PRIMARY",
        manufacturer: "Cisco",
        model: "ISR 4331",
        serialNumber: "FOC1",
        ipAddress: "10.0.0.1",
        bandwidth: "20/100 Mbps",
        createdAt: "2024-01-01T00:00:00Z",
        updatedAt: "2024-01-02T00:00:00Z",
      },
    ],
    [
      "configurationItem",
      { properties: { bandwidth: { tx: "100", rx: 100, unit: "Mbps" } } },
      { bandwidth: "100 Mbps" },
    ],
    ["configurationItem", { properties: { bandwidth: { rx: "100" } } }, { bandwidth: "100" }],
    [
      "configurationItem",
      { properties: { bandwidth: { unit: "Mbps" } }, bandwidth: "1 Gbit/s" },
      { bandwidth: "1 Gbit/s" },
    ],
    ["account", { code: "FR-1" }, { name: "FR-1", reference: "FR-1", customer: "FR-1" }],
    ["account", { code: "FR-1", name: "n" }, { name: "n", reference: "FR-1", customer: "n" }],
  ])("of a %s as the vendor publishes it: %j", (kind, attributes, named) => {
    expect(of(kind, attributes)).toEqual(named);
  });

  test("by a map of one's own, whose paths are JMESPath", () => {
    const empty = { location: {}, servicePoint: {}, configurationItem: {}, account: {} };
    const map = (...paths: string[]): FieldMap => ({ ...empty, location: { name: paths } });
    const attributes = { tags: [{ key: "a", value: "b" }], x_1: { y: "deep" }, "odd-name": "odd", toString: "own" };
    const name = (...paths: string[]): unknown => (of("location", attributes, map(...paths)) as { name?: string }).name;
    expect(name("tags[?key == 'a'].value | [0]")).toBe("b");
    expect(name("x_1.y")).toBe("deep");
    expect(name("x_1.y.z", "x_1")).toBeUndefined();
    expect(name('"odd-name"')).toBe("odd");
    expect(name("toString")).toBe("own");
    expect(name("constructor.name", "hasOwnProperty")).toBeUndefined();
    expect(name("x_1.constructor.name")).toBeUndefined();
    expect(of("location", attributes, empty)).toEqual({});
  });
});

test("a kind is read as people write it", () => {
  for (const text of ["configurationItem", "configuration-items", "CONFIGURATION_ITEM", "configuration items"])
    expect(parseKind(text)).toBe("configurationItem");
  expect(["locations", "servicepoint", "Accounts"].map(parseKind)).toEqual(["location", "servicePoint", "account"]);
  expect(["", "site", "locationss"].map(parseKind)).toEqual([undefined, undefined, undefined]);
  expect(Object.keys(collections)).toEqual(kinds);
});

test("foreign text is shown on one line, and does not act", () => {
  expect(printable("a\nb\u001b[31m\u202ec\u2028d é")).toBe("a b [31m c d é");
  expect(printableLines("a\r\nb\u001b[31m\u202ec\u2028d\te\rf é")).toBe("a\nb [31m c\nd\te\nf é");
});

test.each([
  [{ type: "waiting" }, "waiting for another process that is fetching the inventory"],
  [
    { type: "started", endpoint: "https://api", kinds: ["location", "account"] },
    "fetching locations, accounts from https://api",
  ],
  [{ type: "progress", kind: "location", count: 1, total: 2 }, undefined],
  [{ type: "retry", reason: "it was cut", delay: 1_001 }, "it was cut; trying again in 2 s"],
  [
    {
      type: "done",
      endpoint: "https://api",
      milliseconds: 1_250,
      refused: [],
      counts: [
        { kind: "location", count: 2, changed: 2, removed: 0, isIncremental: false },
        { kind: "location", count: 9, changed: 0, removed: 1, isIncremental: false },
        { kind: "servicePoint", count: 0, changed: 0, removed: 0, isIncremental: false },
        { kind: "servicePoint", count: 0, changed: 0, removed: 4, isIncremental: false },
        { kind: "configurationItem", count: 7, changed: 3, removed: 0, isIncremental: true },
        { kind: "account", count: 1, changed: 0, removed: 0, isIncremental: true },
      ],
    },
    "fetched 2 locations, 9 locations (0 changed, 1 removed), 0 servicePoints, 0 servicePoints (0 changed, 4 removed), " +
      "7 configurationItems (3 changed), 1 accounts (unchanged) from https://api in 1.3 s",
  ],
  [{ type: "note", kind: "location", note: "records were removed" }, "reading all locations: records were removed"],
  [
    {
      type: "done",
      endpoint: "https://api",
      milliseconds: 1_250,
      refused: ["account"],
      counts: [{ kind: "location", count: 2, changed: 2, removed: 0, isIncremental: false }],
    },
    "fetched 2 locations from https://api in 1.3 s; the API does not give accounts",
  ],
  [
    { type: "done", endpoint: "https://api", milliseconds: 40, refused: ["account"], counts: [] },
    "fetched nothing from https://api in 0.0 s; the API does not give accounts",
  ],
  [
    { type: "stale", syncedAt: "2026-01-31", reason: "none" },
    "the inventory of 2026-01-31 is used, because a newer one could not be had: none",
  ],
  [
    { type: "rebuilt", reason: "malformed" },
    "the mirror is damaged (malformed): it has to be fetched anew, and its history begins again",
  ],
] as const)("%j is told as %j", (event, text) => {
  expect(describeEvent(event)).toBe(text);
});

test("kinds are fetched that are not held, or held for too long", () => {
  const state = (kind: Kind, syncedAt: number) =>
    [kind, { kind, syncedAt, endedAt: 0, count: 0, refused: undefined, known: undefined }] as const;
  const held = new Map([state("location", 1), state("account", 5)]);
  expect(staleKinds(held, kinds, ({ syncedAt }) => syncedAt < 3)).toEqual([
    "location",
    "servicePoint",
    "configurationItem",
  ]);
  expect(staleKinds(held, ["account"], () => false)).toEqual([]);
});

describe("the nearest texts", () => {
  test.each<[string[], string, string[]]>([
    [["PAR-1", "PAR-2", "LYO-1"], "par-1", ["PAR-1", "PAR-2", "LYO-1"]],
    [["PAR-1", "PAR-2", "LYO-1"], "PAR-3", ["PAR-1", "PAR-2"]],
    [["b", "a", "c"], "x", ["a", "b"]],
    [["abcdefgh"], "abcdwxyz", ["abcdefgh"]],
    [["abcdefgh"], "abcwvxyz", []],
    [["abcdefghi"], "abcdvwxyz", ["abcdefghi"]],
    [["abc"], "xyz", ["abc"]],
    [["abcd"], "vxyz", []],
    [[], "a", []],
  ])("of %j to %s", (texts, wanted, found) => {
    expect(new NearestTexts(texts).nearest(wanted, found.length === 3 ? 3 : 2)).toEqual(found);
  });

  test("among many are those that nearly all trigrams are shared with", () => {
    const many = Array.from({ length: 3_000 }, (_, at) => `SITE-${String(at * 7919).padStart(8, "0")}`);
    const texts = new NearestTexts([...many, "ROUTER-BERLIN", "ROUTER-BERNE", "GATEWAY"]);
    expect(texts.nearest("router-berlim", 2)).toEqual(["ROUTER-BERLIN", "ROUTER-BERNE"]);
    expect(texts.nearest("gatewya", 1)).toEqual(["GATEWAY"]);
    const id = many[1234] ?? "";
    expect(texts.nearest(id.replace("SITE", "SIET"), 1)).toEqual([id]);
    // Nothing of one search is left for the next.
    expect(texts.nearest(id, 1)).toEqual([id]);
    expect(texts.nearest("router-berlim", 2)).toEqual(["ROUTER-BERLIN", "ROUTER-BERNE"]);
    expect(texts.nearest("ÿÿÿÿÿÿÿÿÿÿ", 3)).toEqual([]);
  });

  test("with a slip of the pen are found as if all had been compared", () => {
    // A generator of numbers, always the same.
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    const towns = ["PARIS", "LYON", "LILLE", "BREST", "NICE", "Nîmes", "Saint-Étienne", "TOULOUSE"];
    const devices = ["RTR", "SWITCH", "FW", "ACCESS-LINE", "AP"];
    const all = Array.from({ length: 3_000 }, (_, at) =>
      [devices[random(5)], towns[random(8)], String(at * 37).padStart(6, "0")].join("-"),
    );
    const texts = new NearestTexts(all);
    const slips: ((text: string, at: number) => string)[] = [
      (text, at) => text.slice(0, at) + text.slice(at + 1),
      (text, at) => `${text.slice(0, at)}x${text.slice(at)}`,
      (text, at) => `${text.slice(0, at)}x${text.slice(at + 1)}`,
      (text, at) => text.slice(0, at) + (text[at + 1] ?? "") + (text[at] ?? "") + text.slice(at + 2),
      (text) => text.toLowerCase(),
    ];
    for (let round = 0; round < 150; round += 1) {
      const meant = all[random(all.length)] ?? "";
      const wanted = (slips[round % slips.length] as (text: string, at: number) => string)(meant, random(meant.length));
      const far = (text: string): number => distance(wanted.toLowerCase(), text.toLowerCase());
      const [found = ""] = texts.nearest(wanted, 1);
      expect([wanted, far(found)]).toEqual([wanted, Math.min(...all.map(far))]);
    }
  });

  test.each([400, 401])("among %d are the same, whether all are compared or not", (count) => {
    const all = Array.from({ length: count }, (_, at) => `CI-${String(at).padStart(4, "0")}`);
    const texts = new NearestTexts(all);
    expect(texts.nearest("ci-0399", 1)).toEqual(["CI-0399"]);
    expect(texts.nearest("CI-0000", 2)).toEqual(["CI-0000", "CI-0001"]);
    expect(texts.nearest("CI-", 1)).toEqual(["CI-0000"].filter((text) => distance("ci-", text.toLowerCase()) <= 4));
  });
});
