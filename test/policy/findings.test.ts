import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate } from "../../policy/rules/index.js";
import { parseRulesFile, type RulesInput } from "../../policy/rules/file/rules-file.js";
import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource.js";
import type { InventoryReader } from "../../provider/model/inventory-reader.js";
import { arrayInventory } from "./helpers/array-inventory.js";
import { inventory, item, of, place, records, says, tracked, vpc, type Entry } from "./helpers/findings.js";

const golden = join(__dirname, "../fixtures/subjects.json");

/** What the findings of each case are known by, beside rule, resource and record. */
const subjects = JSON.parse(readFileSync(golden, "utf8")) as Record<string, unknown[]>;

function subjectsOf(
  title: string,
  resources: readonly Resource[],
  input: RulesInput,
  from: InventoryReader,
): unknown[] {
  const { findings } = evaluate(resources, from, parseRulesFile(input, "test"), new Date());
  const found = findings.map(({ about, affects }) => (about || affects ? { about, affects } : null));
  if (process.env["ORANGE_CMDB_UPDATE"]) {
    if (found.length > 0) subjects[title] = found;
    writeFileSync(golden, JSON.stringify(subjects, null, 2));
  }
  return found;
}

const byBoth = { references: [item, place] };
const comparing = (match: Entry["match"]): RulesInput => ({ references: [{ ...item, match }] });

test.each<[string, readonly Resource[], RulesInput, InventoryReader?]>([
  ["a property that differs", [vpc({ ci: "CI-1", ip: "10.0.0.2" })], comparing([{ property: "ip", record: "ip" }])],
  ["a property that is not set", [vpc({ ci: "CI-1" })], comparing([{ property: "ip", record: "ip" }])],
  [
    "a number beyond its tolerance",
    [vpc({ ci: "CI-1", speed: 90 })],
    comparing([{ property: "speed", record: "speed", as: "number", tolerance: "5%" }]),
  ],
  [
    "an address outside its network",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" })],
    comparing([{ property: "ip", record: "ip", as: "cidr" }]),
  ],
  [
    "a text that does not match its pattern",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" })],
    comparing([{ property: "ip", record: "ip", as: "regex" }]),
  ],
  [
    "a value that is not in a list",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" })],
    comparing([{ property: "ip", record: "ip", as: "one-of" }]),
  ],
  [
    "a different address",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" })],
    comparing([{ property: "ip", record: "ip", as: "ip" }]),
  ],
  [
    "values that cannot be compared",
    [vpc({ ci: "CI-1", speed: 1 })],
    comparing([{ property: "speed", record: "speed", as: "ip" }]),
  ],
  [
    "fields that the record lacks",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" })],
    comparing([
      { property: "ip", record: "none" },
      { property: "ip", record: "any" },
    ]),
  ],
  [
    "a secret property",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" }, { secrets: new Set(["10.9.9.9"]) })],
    comparing([{ property: "ip", record: "ip" }]),
  ],
  [
    "a secret record",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" }, { secrets: new Set(["CI-1"]) })],
    comparing([{ property: "ip", record: "ip" }]),
  ],
  ["an unknown property", [vpc({ ci: "CI-1", ip: UNKNOWN })], comparing([{ property: "ip", record: "ip" }])],
  ["an unknown reference", [vpc({ ci: UNKNOWN, ip: "10.9.9.9" })], comparing([{ property: "ip", record: "ip" }])],
  [
    "a kind that is not in the inventory",
    [vpc({ ci: "CI-1", ip: "1" })],
    comparing([{ property: "ip", record: "ip" }]),
    arrayInventory([], ["account"]),
  ],
  ["a long value, shortened", [vpc({ ci: "CI-1", ip: "x".repeat(90) })], comparing([{ property: "ip", record: "ip" }])],
  ["a location beside a record at another location", [vpc({ ci: "CI-1", site: "BER" })], byBoth],
  [
    "a location beside a record with a service point at another location",
    [vpc({ ci: "CI-2", site: "BER" })],
    { ...byBoth, inService: { configurationItem: ["Retired"] } },
  ],
  ["several locations, none of them the record’s", [vpc({ ci: "CI-1", site: ["BER", "REK"] })], byBoth],
  ["several locations, one of them the record’s", [vpc({ ci: "CI-1", site: ["BER", "PAR"] })], byBoth],
  ["a secret location", [vpc({ ci: "CI-1", site: "BER" }, { secrets: new Set(["BER"]) })], byBoth],
  ["a secret record at another location", [vpc({ ci: "CI-1", site: "BER" }, { secrets: new Set(["CI-1"]) })], byBoth],
  ["a location that can still be the right one", [vpc({ ci: "CI-1", site: ["BER", UNKNOWN] })], byBoth],
  ["a record without a location", [vpc({ ci: "CI-3", site: "BER" })], byBoth],
  ["no location", [vpc({ ci: "CI-1" })], byBoth],
  ["a missing id with suggestions", [vpc({ ci: "CI-4" })], { references: [item] }],
  ["a missing id without suggestions", [vpc({ ci: "router" })], { references: [item] }],
  ["a secret id that is missing", [vpc({ ci: "CI-4" }, { secrets: new Set(["CI-4"]) })], { references: [item] }],
  ["an object in place of an id", [vpc({ ci: { id: "CI-1" } })], { references: [item] }],
  ["a secret boolean in place of an id", [vpc({ ci: true }, { secrets: new Set(["true"]) })], { references: [item] }],
  ["an unknown id", [vpc({ ci: UNKNOWN })], { references: [item] }],
  [
    "an id that a state does not contain",
    [vpc({ ci: UNKNOWN }, { unknownReason: "was not read" })],
    { references: [item] },
  ],
  [
    "ids of which one is known, without the kind in the inventory",
    [vpc({ ci: ["CI-1", UNKNOWN] })],
    { references: [item] },
    arrayInventory([], ["account"]),
  ],
  [
    "a label that matches two ids",
    [vpc({ labels: { "cmdb-location": "par" } }, { type: "gcp:x/y:Z" })],
    { references: [{ types: ["*"], kind: "location" }] },
    arrayInventory([of("location", "PAR"), of("location", "Par")]),
  ],
  [
    "a secret label that matches two ids",
    [vpc({ labels: { "cmdb-location": "par" } }, { type: "gcp:x/y:Z", secrets: new Set(["par"]) })],
    { references: [{ types: ["*"], kind: "location" }] },
    arrayInventory([of("location", "PAR"), of("location", "Par")]),
  ],
  ["a record out of service", [vpc({ ci: "CI-2" })], { references: [item] }],
  [
    "a record whose status is not allowed by name",
    [vpc({ ci: "CI-1" })],
    { references: [item], inService: { configurationItem: ["Active", "Planned"] } },
  ],
  [
    "a record without a status if statuses are listed",
    [vpc({ ci: "CI-3" })],
    { references: [item], inService: { configurationItem: ["Active"] } },
  ],
  ["a secret record out of service", [vpc({ ci: "CI-2" }, { secrets: new Set(["CI-2"]) })], { references: [item] }],
  ["no reference by a rule", [vpc({ a: 1 })], { references: [{ ...item, required: true }] }],
  [
    "no reference by convention",
    [vpc({ a: 1 })],
    { references: [{ types: ["*"], kind: "servicePoint", required: true }] },
  ],
  [
    "a region in another country",
    [vpc({ site: "PAR", region: "eu-central-1" })],
    { references: [place], residency: {} },
  ],
  [
    "a country in which the cloud has no region",
    [vpc({ site: "REK", region: "eu-central-1" })],
    { references: [place], residency: {} },
  ],
  [
    "a country in which the cloud has two regions",
    [vpc({ site: "BER", region: "us-east-1" })],
    { references: [place], residency: {} },
  ],
  ["an unlisted region", [vpc({ site: "PAR", region: "xx-none-1" })], { references: [place], residency: {} }],
  ["an unknown region", [vpc({ site: "PAR", region: UNKNOWN })], { references: [place], residency: {} }],
  ["an invalid country", [vpc({ site: "NIL", region: "eu-west-3" })], { references: [place], residency: {} }],
  ["a location without a country", [vpc({ site: "NOW", region: "eu-west-3" })], { references: [place], residency: {} }],
  ["a region in the country", [vpc({ site: "PAR", region: "eu-west-3" })], { references: [place], residency: {} }],
  [
    "a region in another country of the location of a record",
    [vpc({ ci: "CI-1", region: "eu-central-1" })],
    { references: [item], residency: {} },
  ],
  [
    "a region in several countries",
    [vpc({ site: "PAR", region: "europe" })],
    { references: [place], residency: { regions: { europe: null } } },
  ],
  [
    "a region in another country of a secret location",
    [vpc({ site: "PAR", region: "eu-central-1" }, { secrets: new Set(["PAR"]) })],
    { references: [place], residency: {} },
  ],
  [
    "a secret region in another country",
    [vpc({ site: "PAR", region: "eu-central-1" }, { secrets: new Set(["eu-central-1"]) })],
    { references: [place], residency: {} },
  ],
  [
    "a kind of record without a country",
    [vpc({ site: "PAR", ci: "CI-1", region: "eu-central-1" })],
    { references: [item, place], residency: { countryFrom: "configurationItem" } },
  ],
  [
    "two locations by two entries, one of them in the country",
    [vpc({ site: ["PAR", "BER"], other: "REK", region: "eu-central-1" })],
    { references: [place, { ...place, id: "other" }], residency: {} },
  ],
  [
    "a region in another country of the location of a record's service point",
    [vpc({ ci: "CI-2", region: "eu-central-1" })],
    { references: [item], residency: {}, inService: { configurationItem: ["Retired"] } },
  ],
  [
    "a record without a location if its country matters",
    [vpc({ ci: "CI-3", region: "eu-central-1" })],
    { references: [item], residency: {} },
  ],
  [
    "an account without a location",
    [vpc({ account: "A", region: "eu-central-1" })],
    { references: [{ types: ["*"], kind: "account", id: "account" }], residency: {} },
    arrayInventory([of("account", "A")]),
  ],
  [
    "a record with a missing location",
    [vpc({ ci: "CI-1", region: "eu-central-1" })],
    { references: [item], residency: {} },
    arrayInventory(records.filter(({ id }) => id !== "PAR")),
  ],
  [
    "a secret record with a missing location",
    [vpc({ ci: "CI-1", region: "eu-central-1" }, { secrets: new Set(["CI-1"]) })],
    { references: [item], residency: {} },
    arrayInventory(records.filter(({ id }) => id !== "PAR")),
  ],
  [
    "a record whose location was not loaded",
    [vpc({ ci: "CI-1", region: "eu-central-1" })],
    { references: [item], residency: {} },
    arrayInventory(records, ["configurationItem"]),
  ],
  [
    "a location beside a record whose service point was not loaded",
    [vpc({ ci: "CI-2", site: "BER" })],
    { ...byBoth, inService: { configurationItem: ["Retired"] } },
    arrayInventory(records, ["configurationItem", "location"]),
  ],
  ["a resource without a region", [vpc({ site: "PAR" })], { references: [place], residency: {} }],
  [
    "a record with two references",
    [vpc({ ci: "CI-1" }, { name: "b" }), vpc({ ci: "CI-1" }, { name: "a" })],
    { references: [item], unique: { configurationItem: 1 } },
  ],
  [
    "a record with four references and a limit of two",
    [...["c", "b", "a", "d"].map((name) => vpc({ ci: "CI-1" }, { name }))],
    { references: [item], unique: { configurationItem: 2 } },
  ],
  [
    "a record with two references, one of them secret",
    [vpc({ ci: "CI-1" }, { name: "b" }), vpc({ ci: "CI-1" }, { secrets: new Set(["CI-1"]) })],
    { references: [item], unique: { configurationItem: 1 } },
  ],
  [
    "a record with one reference beside resources that are only read",
    [
      vpc({ ci: "CI-1" }, { name: "owner" }),
      vpc({ ci: "CI-1" }, { name: "reader", external: true }),
      vpc({ ci: UNKNOWN }, { name: "open", external: true }),
    ],
    { references: [item], unique: { configurationItem: 1 } },
  ],
  [
    "a record with two references beside a resource that is only read",
    [
      vpc({ ci: "CI-1" }, { name: "b" }),
      vpc({ ci: "CI-1" }, { name: "0", external: true }),
      vpc({ ci: "CI-1" }, { name: "a" }),
    ],
    { references: [item], unique: { configurationItem: 1 } },
  ],
  [
    "a resource that is only read, without a reference or with a missing one",
    [vpc({}, { external: true }), vpc({ ci: "CI-NONE" }, { name: "other", external: true })],
    { references: [{ ...item, required: true }] },
  ],
  ["an unknown reference in a count", [vpc({ ci: UNKNOWN })], { references: [item], unique: { configurationItem: 1 } }],
  [
    "several unknown references in a count",
    [vpc({ ci: [UNKNOWN, "CI-1"] }, { name: "b" }), vpc({ ci: UNKNOWN }, { name: "a" })],
    { references: [item], unique: { configurationItem: 1 } },
  ],
  [
    "a record that one resource refers to twice",
    [vpc({ ci: ["CI-1", "CI-1 CI-3"], other: "CI-1" })],
    { references: [item, { ...item, id: "other" }], unique: { configurationItem: 1 } },
  ],
  [
    "a record with one reference and a tracked record",
    [
      vpc({ ci: "CI-1" }),
      vpc({ configurationItemId: "CI-1" }, { name: "t", type: tracked }),
      vpc({ configurationItemId: UNKNOWN }, { name: "u", type: tracked }),
    ],
    { references: [item], unique: { configurationItem: 1 } },
  ],
  [
    "a record of a kind without a limit",
    [vpc({ ci: "CI-1" }, { name: "a" }), vpc({ ci: "CI-1" }, { name: "b" })],
    { references: [item], unique: { location: 1 } },
  ],
  [
    "records without references",
    [vpc({ site: "PAR" }), vpc({ site: ["PAR", "BER"] }, { name: "b" })],
    { references: [place], cover: [{ kind: "location" }] },
  ],
  [
    "records without references, by entry",
    [vpc({ site: "PAR" })],
    { references: [place], cover: [{ kind: "servicePoint" }, { kind: "location", where: "country == 'IS'" }] },
  ],
  [
    "records that unknown references can name",
    [vpc({ site: UNKNOWN }, { name: "b" }), vpc({ site: UNKNOWN }, { name: "a" })],
    { references: [place], cover: [{ kind: "location" }] },
  ],
  [
    "a condition that fails",
    [vpc({ site: "PAR" })],
    { references: [place], cover: [{ kind: "location", where: "sum(attributes.id) > `1`" }] },
  ],
  [
    "records that all have a reference",
    [vpc({ site: ["PAR", "BER", "REK", "NIL", "NOW"] })],
    { references: [place], cover: [{ kind: "location" }] },
  ],
  [
    "a record without references, also with unknown references of other kinds",
    [vpc({ ci: UNKNOWN, site: ["PAR", "BER", "REK", "NIL"] })],
    { references: [item, place], cover: [{ kind: "location" }] },
  ],
  [
    "more records than a message names",
    [vpc({ site: "PAR" })],
    { references: [place], cover: [{ kind: "location" }] },
    arrayInventory(Array.from({ length: 9 }, (_, at) => of("location", `L${at}`)).concat(of("location", "PAR"))),
  ],
])("the rules evaluate %s", (title, resources, rules, from = inventory) => {
  expect(says(resources, rules, from)).toMatchSnapshot();
  expect(subjectsOf(title, resources, rules, from)).toEqual(subjects[title] ?? []);
});
