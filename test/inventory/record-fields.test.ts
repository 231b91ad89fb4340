import {
  columnOf,
  fromRow,
  kindNumber,
  kindOf,
  pushRow,
  recordColumns,
  selection,
} from "../../provider/inventory/store/columns";
import { defaultFieldMap, fieldReader, type FieldMap } from "../../provider/model/field-map";
import { elements, fieldValues, kinds, namedFields, type Kind } from "../../provider/model/records";

describe("the columns of a record", () => {
  test("cover the kinds and the named fields", () => {
    expect(kinds.map(kindNumber)).toEqual([1, 2, 3, 4]);
    expect([1, 2, 3, 4].map(kindOf)).toEqual(kinds);
    for (const number of [0, 5, "x", null]) expect(() => kindOf(number)).toThrow(`unknown kind number: ${number}`);
    expect(recordColumns).toBe(
      "id, name, type, category, status, reference, customer_reference, offer, manufacturer, model, serial_number, ip_address, role, bandwidth, address, country, customer, location_id, service_point_id, account_id, created_at, updated_at, elements, attributes",
    );
    expect(Object.keys(columnOf)).toEqual(namedFields);
  });

  test("are derived from a record, and restore it", () => {
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

  test("are limited to the selected fields", () => {
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
  ])("of the %s %j are found", (kind, attributes, named) => {
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
  ])("of a %s in the vendor's shape are found: %j", (kind, attributes, named) => {
    expect(of(kind, attributes)).toEqual(named);
  });

  test("are read by the JMESPath of a custom field map", () => {
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
