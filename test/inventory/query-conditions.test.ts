import { recordColumns } from "../../provider/inventory/store/columns";
import type { Query } from "../../provider/model/inventory-reader";
import { toSqlConditions } from "../../provider/inventory/store/sql-filter";
import { predicate } from "../../provider/inventory/query/query";
import { QueryError } from "../../provider/inventory/query/query-error";
import { elements, type InventoryRecord } from "../../provider/model/records";
import { recordsSql } from "../../provider/inventory/store/store";

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
  ])("filters by %s of %j: %p", (name, values, is) => {
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
  ])("applies where %s: %p", (where, is) => {
    expect(fits({ where })).toBe(is);
  });

  test("requires all of its conditions", () => {
    const filters = [{ name: "vendor", values: ["Cisco"] }];
    expect(fits({})).toBe(true);
    expect(fits({ filters, where: "id == 'CI-1'" })).toBe(true);
    expect(fits({ filters, where: "id == 'CI-2'" })).toBe(false);
    expect(fits({ filters: [...filters, { name: "status", values: ["Retired"] }] })).toBe(false);
  });

  test("rejects invalid conditions", () => {
    const refused =
      (query: Query): (() => unknown) =>
      () =>
        predicate(query)(record);
    expect(refused({ filters: [{ name: "", values: ["x"] }] })).toThrowErrorMatchingInlineSnapshot(
      `"a filter needs the name of a field, such as status or attributes.vendor"`,
    );
    expect(refused({ where: "a ==" })).toThrowErrorMatchingInlineSnapshot(
      `"where is not JMESPath: a == (Syntax error: invalid token (EOF): "")"`,
    );
    expect(refused({ where: "sum(id)" })).toThrowErrorMatchingInlineSnapshot(
      `"where fails on configurationItem CI-1: Invalid type: sum() expected argument 1 to be type (Array<number>) but received type string instead."`,
    );
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
  ])("applies where %s: %p", (where, is) => {
    expect(fits({ where })).toBe(is);
  });

  test("rejects an expression with too many combinations", () => {
    const many = Array.from({ length: 101 }, (_, index) => `v${index}`);
    const wide = { ...several, [elements]: { type: many, name: many } };
    expect(() => predicate({ where: "type == name" })(wide)).toThrowErrorMatchingInlineSnapshot(
      `"where compares more than 10000 combinations of values on configurationItem CI-1; use fewer fields with several values"`,
    );
    expect(predicate({ where: "type == 'v100'" })(wide)).toBe(true);
  });

  test("matches the same records in SQLite", () => {
    expect(toSqlConditions({ filters: [{ name: "type", values: ["a", "b*"] }] }, new Set(["type"]))).toEqual([
      {
        sql: "((type = ? OR EXISTS (SELECT 1 FROM json_each(elements, '$.type') WHERE value = ?)) OR ((type >= ? AND type < ?) OR EXISTS (SELECT 1 FROM json_each(elements, '$.type') WHERE (value >= ? AND value < ?))))",
        values: ["a", "a", "b", "b\u{10ffff}", "b", "b\u{10ffff}"],
        indexed: false,
      },
    ]);
  });
});

describe("the SQL of a query", () => {
  const told = (query: Query): [string, readonly string[], boolean][] =>
    toSqlConditions(query).map(({ sql, values, indexed }) => [sql.replace(/\s+/g, " "), values, indexed]);

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
  ])("has the conditions of %j", (query, conditions) => {
    expect(told(query)).toEqual(conditions);
  });

  test("reads by id, or sorts the records that an index finds", () => {
    expect(recordsSql([])).toBe(`SELECT ${recordColumns} FROM record WHERE kind = ? AND until IS NULL ORDER BY id`);
    expect(recordsSql(toSqlConditions({ name: "a", where: "status == 'b'" }), "id")).toBe(
      "SELECT id FROM record WHERE kind = ? AND until IS NULL AND name = ? AND status = ? ORDER BY +id",
    );
    expect(recordsSql(toSqlConditions({ where: "status == 'b'" }), "id")).toMatch(/ORDER BY id$/);
  });
});
