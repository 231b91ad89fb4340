import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import fc from "../helpers/fast-check";
import { agrees } from "../../policy/rules/compare/index.js";
import { keyComparators, keyForm, type KeyComparator } from "../../provider/model/keys/index.js";
import { KeyIndex } from "../../provider/inventory/query/key-index.js";
import { missingKey } from "../../policy/rules/core/match-field.js";
import { Lookup } from "../../policy/rules/core/lookup.js";
import { valueOf } from "../../policy/rules/core/record-value.js";
import { textsOf } from "../../policy/rules/core/reference-values.js";
import { resolveReferences } from "../../policy/rules/core/references.js";
import { fieldsOf, propertiesOf } from "../../policy/rules/file/fields.js";
import { evaluate } from "../../policy/rules/index.js";
import { parseRulesFile, RulesFileError, type RulesInput } from "../../policy/rules/file/rules-file.js";
import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource.js";
import type { InventoryReader, Query } from "../../provider/model/inventory-reader.js";
import { elements, kinds, type InventoryRecord } from "../../provider/model/records.js";
import { arrayInventory } from "./helpers/array-inventory.js";
import { of, says, vpc, type Entry } from "./helpers/findings.js";

const records = [
  of("configurationItem", "CI-1", { name: "Paris router", ipAddress: "192.0.2.1", locationId: "PAR" }),
  of("configurationItem", "CI-2", { name: "Lyon router", ipAddress: "192.0.2.2", status: "Retired" }),
  of("configurationItem", "CI-3", { name: "Orl\u00e9ans", ipAddress: "2001:db8::1" }, { mac: "00:11:22:33:44:55" }),
  of("configurationItem", "CI-4", { name: "twin", ipAddress: "" }, { code: 7 }),
  of("configurationItem", "CI-5", { name: "TWIN", ipAddress: " " }),
  {
    ...of("configurationItem", "CI-6", { ipAddress: "192.0.2.6, 192.0.2.7" }),
    [elements]: { ipAddress: ["192.0.2.6", "192.0.2.7"] },
  },
  of("location", "PAR", { name: "Paris", country: "FR" }),
  of("location", "LYO", { name: "Lyon", country: "FR" }),
];
const inventory = arrayInventory(records);

const textsAt =
  (path: string) =>
  (record: InventoryRecord): readonly string[] =>
    textsOf(valueOf(record, path));

const byAddress: Entry = { types: ["*"], kind: "configurationItem", by: "ipAddress", value: "ip", as: "ip" };
const byName: Entry = { types: ["*"], kind: "configurationItem", by: "name", value: "device" };
const rulesOf = (...references: Entry[]): RulesInput => ({ references });

function resolved(entry: Entry, properties: Record<string, unknown>, more: Partial<Resource> = {}): unknown {
  const rules = parseRulesFile(rulesOf(entry), "test");
  const [reference] = resolveReferences(vpc(properties, more), rules, new Lookup(inventory)).references;
  const { ids, unmatched, ambiguous, invalidIds, undecided, secret } = reference ?? ({} as never);
  const all = { ids, unmatched: unmatched?.map(({ text }) => text), ambiguous, invalidIds, undecided, secret };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Boolean(value))),
  );
}

const item = (as: KeyComparator | undefined, by: string): Entry => ({
  types: ["*"],
  kind: "configurationItem",
  by,
  value: "device",
  ...(as ? { as } : {}),
});

test.each<[string, Entry, unknown, object]>([
  ["a name", byName, "Paris router", { ids: ["CI-1"] }],
  ["a name in another Unicode form", byName, "Orle\u0301ans", { ids: ["CI-3"] }],
  ["a name in another case", byName, "paris router", { unmatched: ["paris router"] }],
  ["ignore-case", item("ignore-case", "name"), " PARIS Router", { ids: ["CI-1"] }],
  ["trimmed", item("trimmed", "name"), " Paris router ", { ids: ["CI-1"] }],
  ["another spelling of an address", item("ip", "ipAddress"), "2001:DB8:0::1/128", { ids: ["CI-3"] }],
  ["an IPv4 address in IPv6", item("ip", "ipAddress"), "::ffff:192.0.2.1", { ids: ["CI-1"] }],
  ["one of several addresses of a record", item("ip", "ipAddress"), "192.0.2.7", { ids: ["CI-6"] }],
  ["a MAC address", item("mac", "attributes.mac"), "0011.2233.4455", { ids: ["CI-3"] }],
  ["a number", item(undefined, "attributes.code"), 7, { ids: ["CI-4"] }],
  [
    "an expression on the record",
    item(undefined, "join('/', [kind, id])"),
    "configurationItem/CI-2",
    { ids: ["CI-2"] },
  ],
  ["an id in another case", item("ignore-case", "id"), "ci-2", { ids: ["CI-2"] }],
  ["an id without `as`", item(undefined, "id"), "CI-1,CI-2", { ids: ["CI-1", "CI-2"] }],
  ["a list", byName, ["Paris router", ["Lyon router"], "none"], { ids: ["CI-1", "CI-2"], unmatched: ["none"] }],
  ["the same value twice", byName, ["Paris router", "Paris router"], { ids: ["CI-1"] }],
  ["two values of one record", item("ip", "ipAddress"), ["192.0.2.6", "192.0.2.7"], { ids: ["CI-6"] }],
  [
    "a text with a comma, which is one value",
    byName,
    "Paris router,Lyon router",
    { unmatched: ["Paris router,Lyon router"] },
  ],
  [
    "a value of several records",
    item("ignore-case", "name"),
    "Twin",
    { ambiguous: [{ text: "Twin", ids: ["CI-4", "CI-5"] }] },
  ],
  ["an empty text", item("ignore-case", "ipAddress"), "", {}],
  ["a blank text", item("ignore-case", "ipAddress"), "  ", {}],
  ["nothing", byName, undefined, {}],
  ["an unknown value", byName, UNKNOWN, { undecided: true }],
  ["a partly unknown list", byName, ["Paris router", UNKNOWN], { ids: ["CI-1"], undecided: true }],
  ["a boolean", byName, true, { invalidIds: [true] }],
  ["the false of a condition", { ...byName, value: "device == 'x' && device" }, "y", {}],
])("a reference by a field finds records by %s", (_name, entry, device, found) => {
  expect(resolved(entry, { device })).toEqual(found);
});

test("each comparator finds a value by the index if and only if it agrees with the value of the record", () => {
  const octet = fc.integer({ min: 0, max: 2 });
  const text = fc.oneof(
    fc.constantFrom("é", "e\u0301", "É", " a", "A ", "a", "", " ", "10.0.0.01", "::ffff:10.0.0.1", "10.0.0.1/32"),
    fc.constantFrom("00:11:22:33:44:55", "0011.2233.4455", "001122334455", "2001:DB8::1", "2001:db8:0::1", "ß", "İ"),
    fc.tuple(octet, octet).map(([one, other]) => `10.0.${one}.${other}`),
    fc.string({ maxLength: 3 }),
  );
  let found = 0;
  fc.assert(
    fc.property(fc.constantFrom(...keyComparators), text, text, (as, one, other) => {
      const index = new KeyIndex([of("location", "L", {}, { it: one })], as, textsAt("attributes.it"));
      const isFound = index.find(other).length > 0;
      expect(isFound).toBe(one.trim() !== "" && other.trim() !== "" && agrees(as, other, one) === true);
      if (isFound) found += 1;
    }),
    { numRuns: 6_000 },
  );
  expect(found).toBeGreaterThan(100);
});

describe("record-exists reports", () => {
  const rules = rulesOf(byAddress, { ...byName, as: "ignore-case" });
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      "a value that no record has, with the nearest",
      { ip: "192.0.2.9" },
      [
        'record-exists error [configurationItem ] gw: no configuration item has ipAddress 192.0.2.9 (ip); did you mean 192.0.2.1 (CI-1), 192.0.2.2 (CI-2), 192.0.2.6 (CI-6)? [ <> "192.0.2.9"]',
      ],
    ],
    [
      "a value that resembles no value of a record",
      { device: "something else altogether" },
      [
        'record-exists error [configurationItem ] gw: no configuration item has name "something else altogether" (device); correct the value, or add the record to the CMDB [ <> "something else altogether"]',
      ],
    ],
    [
      "an ambiguous address",
      { ip: "192.0.2.010" },
      [
        'record-exists error [configurationItem ] gw: ipAddress 192.0.2.010 (ip) cannot be looked up: "192.0.2.010" is ambiguous: an octet with a leading zero may be decimal or octal; correct the value [ <> "192.0.2.010"]',
      ],
    ],
    [
      "the candidates of a value that several records have, and nothing else is checked",
      { device: "twin" },
      [
        'record-exists error [configurationItem ] gw: 2 configuration items have name twin (device): CI-4, CI-5; nothing else is checked for it; make the value unique in the CMDB, or refer to the record by id [ <> "twin"]',
      ],
    ],
    [
      "a value that cannot be one",
      { ip: { v4: "192.0.2.1" } },
      [
        'record-exists error [configurationItem ] gw: ip {"v4":"192.0.2.1"} is not the ipAddress of a configurationItem; use a string [ <> {"v4":"192.0.2.1"}]',
      ],
    ],
    [
      "an unknown value as unknown",
      { ip: UNKNOWN },
      [
        "record-exists info? [configurationItem ] gw: ip is unknown at preview and will be checked during the update [ <> ]",
      ],
    ],
    ["nothing for a value that one record has", { ip: "192.0.2.1" }, []],
  ])("%s", (_name, properties, findings) => {
    expect(says([vpc(properties)], rules, inventory)).toEqual(findings);
  });

  test("a kind that the inventory does not have", () => {
    const held = kinds.filter((kind) => kind !== "account");
    const entry: Entry = { types: ["*"], kind: "account", by: "name", value: "owner", required: true };
    expect(says([vpc({ owner: "ACME" })], rulesOf(entry), arrayInventory(records, held))).toEqual([
      "record-exists error [account ] gw: its account could not be checked: no account in this inventory [ <> ]",
    ]);
  });
});

test("a required reference names the field, and a value without a record is not a missing reference", () => {
  const rules = rulesOf({ ...byAddress, required: true });
  expect(says([vpc({})], rules, inventory)).toEqual([
    "reference-required error [configurationItem ] gw has no configurationItem: set ip to the ipAddress of the record [ <> ]",
  ]);
  for (const ip of ["192.0.2.99", "192.0.2.010"])
    expect(says([vpc({ ip })], rules, inventory).map((text) => text.split(" ")[0])).toEqual(["record-exists"]);
});

test("rules about stacks and locations do not count a value without a record", () => {
  const site: Entry = { types: ["*"], kind: "location", by: "name", value: "site" };
  const rules: RulesInput = { references: [byAddress, site], unique: { location: 1 }, cover: [{ kind: "location" }] };
  const found = says([vpc({ ip: "192.0.2.1", site: "LYO" }), vpc({ site: "LYO" }, { name: "two" })], rules, inventory);
  expect(found.map((text) => text.split(" ")[0])).toEqual(["record-exists", "record-exists", "inventory-covered"]);
});

test("all rules report the same for a record found by a unique field as for one found by id", () => {
  const id = fc.constantFrom(...records.slice(0, 3).map((record) => record.id));
  const site = fc.constantFrom("PAR", "LYO");
  const one = fc.record({ id: fc.option(id), also: fc.option(id), site: fc.option(site), open: fc.boolean() });
  const match = [{ property: "address", record: "ipAddress", as: "ip" } as const];
  const rulesWith = (keyed: boolean): RulesInput => {
    const entry = (kind: "configurationItem" | "location", by: string, value: string): Entry =>
      keyed ? { types: ["*"], kind, by, value, as: "ignore-case" } : { types: ["*"], kind, id: value };
    return {
      references: [
        { ...entry("configurationItem", "name", "device"), required: true, match },
        entry("location", "join('-', [name, country])", "site"),
      ],
      unique: { configurationItem: 1, location: 2 },
      cover: [{ kind: "configurationItem" }, { kind: "location" }],
      residency: { countryFrom: "location" },
    };
  };
  const nameOf = (kind: string, of: string | null): string | undefined => {
    const record = records.find((candidate) => candidate.kind === kind && candidate.id === of);
    return kind === "location" ? record && `${record.name}-${record.country}` : record?.name;
  };
  const now = new Date();
  let total = 0;
  fc.assert(
    fc.property(fc.array(one, { maxLength: 5 }), fc.boolean(), (list, hasSecrets) => {
      const resources = (keyed: boolean): Resource[] =>
        list.map(({ id: first, also, site: at, open }, index) => {
          const device = (of: string | null): unknown => (keyed ? nameOf("configurationItem", of)?.toUpperCase() : of);
          const devices = [device(first), device(also)].filter((value) => value !== undefined && value !== null);
          const where = at === null ? undefined : keyed ? nameOf("location", at) : at;
          const properties = {
            device: open ? [...devices, UNKNOWN] : devices,
            site: where,
            address: "192.0.2.1",
            region: "eu-central-1",
          };
          const secrets = new Set([...devices, where].filter((value) => typeof value === "string"));
          return vpc(properties, { name: `r${index}`, ...(hasSecrets ? { secrets } : {}) });
        });
      const found = (keyed: boolean): unknown =>
        evaluate(resources(keyed), inventory, parseRulesFile(rulesWith(keyed), "test"), now).findings.map((finding) => {
          total += 1;
          return { ...finding, message: finding.message.replace(/set device to the (id|name)/, "set it") };
        });
      expect(found(true)).toEqual(found(false));
    }),
    { numRuns: 300 },
  );
  expect(total).toBeGreaterThan(1_000);
});

test("a secret value is compared and never shown, nor are its candidates and the nearest values", () => {
  const type = "aws:ec2/vpc:Vpc";
  const entry: Entry = { ...byName, as: "ignore-case" };
  const findings = (device: unknown, secret: string, rules = rulesOf(entry, { ...byAddress, value: "device" })) =>
    evaluate(
      [
        {
          urn: `urn:pulumi:dev::net::${type}::gw`,
          type,
          name: "gw",
          properties: { device },
          secrets: new Set([secret]),
        },
      ],
      inventory,
      parseRulesFile(rules, "test"),
    ).findings;
  for (const [device, secret] of [
    ["twin", "twin"],
    ["192.0.2.9", "192.0.2.9"],
    ["192.0.2.010", "192.0.2.010"],
    [["Lyon router", "192.0.2.9"], "Lyon router"],
    [{ deep: "192.0.2.9" }, "192.0.2.9"],
  ] as const) {
    const found = findings(device, secret);
    expect(found.map(({ rule }) => rule)).toContain("record-exists");
    expect(JSON.stringify(found)).not.toMatch(/twin|192\.|Lyon|CI-/i);
  }
  expect(findings("Paris router", "Paris router", rulesOf(entry))).toEqual([]);
  const computed = rulesOf({ ...entry, value: "replace(device, 'x', 'w')" });
  expect(JSON.stringify(findings("txin", "txin", computed))).not.toMatch(/twin|txin|CI-/);
});

test("a changed value without a record is a new finding", () => {
  const subject = (ip: string): unknown => {
    const [finding] = evaluate([vpc({ ip })], inventory, parseRulesFile(rulesOf(byAddress), "test")).findings;
    return { about: finding?.about, affects: finding?.affects };
  };
  expect(subject("192.0.2.8")).toEqual({ about: ["ip", "ipAddress", "no record"], affects: ["192.0.2.8"] });
  expect(subject("192.0.2.9")).not.toEqual(subject("192.0.2.8"));
});

describe("the index", () => {
  const counting = (): { reader: InventoryReader; lists: (Query | undefined)[] } => {
    const lists: (Query | undefined)[] = [];
    const list: InventoryReader["list"] = (kind, query) => {
      lists.push(query);
      return inventory.list(kind, query);
    };
    return { reader: { ...inventory, list }, lists };
  };

  test("is made once, at the first look-up, from the field alone", () => {
    const { reader, lists } = counting();
    const lookup = new Lookup(reader);
    const rules = parseRulesFile(rulesOf(byAddress, byName), "test");
    resolveReferences(vpc({}), rules, lookup);
    expect(lists).toEqual([]);
    for (const ip of ["192.0.2.1", "192.0.2.9", "192.0.2.2"]) resolveReferences(vpc({ ip }), rules, lookup);
    expect(lists).toEqual([{ fields: ["ipAddress", "attributes.ipAddress"] }]);
  });

  test("is made of the records that are read anyway", () => {
    const { reader, lists } = counting();
    const lookup = new Lookup(reader);
    lookup.all("configurationItem");
    expect(lookup.keyed("configurationItem", { by: "name", as: "equals" }).find("Lyon router")).toEqual(["CI-2"]);
    expect(lists).toHaveLength(1);
  });

  test("has no empty values, and no values that cannot be compared", () => {
    expect(keyForm("equals", " ")).toBeUndefined();
    expect(keyForm("ip", "router")).toBeUndefined();
    const index = new KeyIndex(records, "equals", textsAt("ipAddress"));
    expect([index.find(""), index.find(" ")]).toEqual([[], []]);
  });
});

test("the fields and properties of references by a field are read", () => {
  const rules = parseRulesFile(rulesOf(byAddress, { ...byName, value: "deep.device" }), "test");
  expect(fieldsOf("configurationItem", rules)).toEqual(
    expect.arrayContaining(["ipAddress", "attributes.ipAddress", "name", "attributes.name"]),
  );
  expect(fieldsOf("location", rules)).not.toContain("ipAddress");
  expect(
    fieldsOf("configurationItem", parseRulesFile(rulesOf(item(undefined, "to_string(id)")), "test")),
  ).toBeUndefined();
  expect(propertiesOf(rules)).toEqual(expect.arrayContaining(["ip", "deep"]));
});

test("a field that no record has is named with the nearest", () => {
  const told = (entry: Entry): string | undefined => {
    const rules = parseRulesFile(rulesOf(entry), "test");
    return rules.references[0] && missingKey(rules.references[0], rules, inventory)?.message;
  };
  expect(told({ ...byName, by: "ipAdress" })).toBe(
    `the rules' references.0.by looks up "ipAdress", which no configurationItem has; did you mean "ipAddress"?`,
  );
  expect([told(byName), told({ types: ["*"], kind: "location" }), told(item("ip", "id"))]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  [{ id: "a", value: "b" }, /references\.0\.value: is not allowed beside `id`/],
  [{ id: "a", by: "name" }, /references\.0\.by: is not allowed beside `id`/],
  [{ id: "a", as: "ip" }, /references\.0\.as: is not allowed beside `id`/],
  [{ by: "name" }, /references\.0\.value: is missing/],
  [{ as: "ip" }, /references\.0\.value: is missing/],
  [
    { by: "name", value: "a", as: "cidr" },
    /references\.0\.as: "cidr" is not allowed; allowed are equals, ignore-case,/,
  ],
  [{ by: "name ==", value: "a" }, /references\.0\.by: is not JMESPath/],
  [{ by: "name", value: "a[" }, /references\.0\.value: is not JMESPath/],
])("the keys %j of a reference are rejected", (keys, message) => {
  const parse = (): unknown => parseRulesFile({ references: [{ types: ["*"], kind: "location", ...keys }] }, "test");
  expect(parse).toThrow(RulesFileError);
  expect(parse).toThrow(message);
});

test.each([{ by: "id" }, { value: "a" }, { by: "id", value: "a" }, { by: "id", value: "a", as: "ignore-case" }])(
  "the keys %j of a reference are accepted",
  (keys) => {
    expect(() => parseRulesFile({ references: [{ types: ["*"], kind: "location", ...keys }] }, "test")).not.toThrow();
  },
);

test("the example of the guide finds records by an address and by a name", () => {
  const page = readFileSync(join(__dirname, "../../docs/guides/write-rules.md"), "utf8");
  const [, example = ""] = /^## Refer to a record by a field\n[^]*?^```yaml\n([^]*?)^```/m.exec(page) ?? [];
  const rules = parse(example, { schema: "core" }) as RulesInput;
  const gateway = (ipAddress: string, Site: string): string[] =>
    says(
      [vpc({ ipAddress, tags: { Site } }, { type: "aws:ec2/customerGateway:CustomerGateway" })],
      rules,
      inventory,
    ).map((text) => text.replace(/;.*/, ""));
  expect(gateway("::ffff:192.0.2.1", "PARIS")).toEqual([]);
  expect(gateway("192.0.2.1", "Lyon")).toEqual([
    'location-consistent error [configurationItem CI-1] gw refers to location "LYO", but configurationItem "CI-1" is at "PAR"',
  ]);
  expect(gateway("192.0.2.9", "Nantes")).toEqual([
    "record-exists error [configurationItem ] gw: no configuration item has ipAddress 192.0.2.9 (ipAddress)",
    "record-exists error [location ] gw: no location has name Nantes (tags.Site)",
  ]);
});
