import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate, rules as all } from "../../policy/rules/index.js";
import { parseRulesFile, ruleNames, type RulesInput } from "../../policy/rules/rules-file.js";
import { unknown, type Resource } from "../../policy/rules/types.js";
import type { InventoryReader } from "../../provider/inventory/inventory.js";
import type { InventoryRecord, Kind, NamedFields } from "../../provider/inventory/records.js";
import { arrayInventory } from "./helpers/array-inventory.js";

const of = (kind: Kind, id: string, named: NamedFields = {}, attributes: object = {}): InventoryRecord => ({
  kind,
  id,
  ...named,
  attributes: { id, ...attributes },
});

const records = [
  of("configurationItem", "CI-1", { status: "In service", locationId: "PAR" }, { ip: "10.0.0.1", speed: 100, any: "" }),
  of("configurationItem", "CI-2", { status: "Retired", servicePointId: "SP-1" }),
  of("configurationItem", "CI-3"),
  of("servicePoint", "SP-1", { locationId: "PAR" }),
  of("location", "PAR", { country: "FR" }),
  of("location", "BER", { country: "Germany" }),
  of("location", "REK", { country: "IS" }),
  of("location", "NIL", { country: "Atlantis" }),
  of("location", "NOW"),
];
const inventory = arrayInventory(records);

const type = "aws:ec2/vpc:Vpc";
const vpc = (properties: Record<string, unknown>, more: Partial<Resource> = {}): Resource => {
  const name = more.name ?? "gw";
  return { urn: `urn:pulumi:dev::net::${type}::${name}`, type, name, properties, ...more };
};

const tracked = "pulumi-nodejs:dynamic/orange-cmdb:ConfigurationItem";

/** Each finding on one line: rule and severity, what it is about, what it says, what was wanted and what was found. */
function says(
  resources: readonly Resource[],
  rules: RulesInput,
  from: InventoryReader = inventory,
  now = new Date(),
): string[] {
  return evaluate(resources, from, parseRulesFile(rules, "test"), now).findings.map(
    ({
      rule,
      severity,
      kind = "",
      recordId = "",
      message,
      expected,
      actual,
      decidedAtUpdate,
      subject: _subject,
      ...where
    }) => {
      expect(where).toEqual({
        urn: expect.stringContaining("urn:pulumi:dev::net::") as string,
        type: expect.any(String) as string,
      });
      const facts = [expected, actual].map((fact) => JSON.stringify(fact) ?? "").join(" <> ");
      return `${rule} ${severity}${decidedAtUpdate ? "?" : ""} [${kind} ${recordId}] ${message} [${facts}]`;
    },
  );
}

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
  const found = findings.map(({ subject }) => subject ?? null);
  if (process.env["ORANGE_CMDB_UPDATE"]) {
    if (found.length > 0) subjects[title] = found;
    writeFileSync(golden, JSON.stringify(subjects, null, 2));
  }
  return found;
}

type Entry = NonNullable<RulesInput["references"]>[number];
const item: Entry = { types: ["*"], kind: "configurationItem", id: "ci" };
const place: Entry = { types: ["*"], kind: "location", id: "site" };
const byBoth = { references: [item, place] };
const comparing = (match: Entry["match"]): RulesInput => ({ references: [{ ...item, match }] });

test.each<[string, readonly Resource[], RulesInput, string[], InventoryReader?]>([
  [
    "a property that differs",
    [vpc({ ci: "CI-1", ip: "10.0.0.2" })],
    comparing([{ property: "ip", record: "ip" }]),
    [
      'attributes-match warning [configurationItem CI-1] gw: ip is "10.0.0.2", but configurationItem CI-1 says "10.0.0.1"; set it so, or correct the CMDB ["10.0.0.1" <> "10.0.0.2"]',
    ],
  ],
  [
    "a property that is not set",
    [vpc({ ci: "CI-1" })],
    comparing([{ property: "ip", record: "ip" }]),
    [
      'attributes-match warning [configurationItem CI-1] gw: ip is not set, but configurationItem CI-1 says "10.0.0.1"; set it so, or correct the CMDB ["10.0.0.1" <> ]',
    ],
  ],
  [
    "a number beyond its tolerance",
    [vpc({ ci: "CI-1", speed: 90 })],
    comparing([{ property: "speed", record: "speed", as: "number", tolerance: "5%" }]),
    [
      "attributes-match warning [configurationItem CI-1] gw: speed is 90, but configurationItem CI-1 says 100 (± 5%); set it so, or correct the CMDB [100 <> 90]",
    ],
  ],
  [
    "an address outside its network",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" })],
    comparing([{ property: "ip", record: "ip", as: "cidr" }]),
    [
      'attributes-match warning [configurationItem CI-1] gw: ip is "10.9.9.9", but configurationItem CI-1 says "10.0.0.1" (cidr); set it so, or correct the CMDB ["10.0.0.1" <> "10.9.9.9"]',
    ],
  ],
  [
    "a text that does not fit its pattern",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" })],
    comparing([{ property: "ip", record: "ip", as: "regex" }]),
    [
      'attributes-match warning [configurationItem CI-1] gw: ip is "10.9.9.9", but configurationItem CI-1 says "10.0.0.1" (regex); set it so, or correct the CMDB ["10.0.0.1" <> "10.9.9.9"]',
    ],
  ],
  [
    "a value that is none of several",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" })],
    comparing([{ property: "ip", record: "ip", as: "one-of" }]),
    [
      'attributes-match warning [configurationItem CI-1] gw: ip is "10.9.9.9", but configurationItem CI-1 says "10.0.0.1" (one-of); set it so, or correct the CMDB ["10.0.0.1" <> "10.9.9.9"]',
    ],
  ],
  [
    "an address that is another",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" })],
    comparing([{ property: "ip", record: "ip", as: "ip" }]),
    [
      'attributes-match warning [configurationItem CI-1] gw: ip is "10.9.9.9", but configurationItem CI-1 says "10.0.0.1"; set it so, or correct the CMDB ["10.0.0.1" <> "10.9.9.9"]',
    ],
  ],
  [
    "what cannot be compared",
    [vpc({ ci: "CI-1", speed: 1 })],
    comparing([{ property: "speed", record: "speed", as: "ip" }]),
    [
      'attributes-match warning [configurationItem CI-1] gw: speed could not be compared with configurationItem CI-1: "100" is not an IP address or network; correct the value, or the rule [100 <> ]',
    ],
  ],
  [
    "what the record does not say",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" })],
    comparing([
      { property: "ip", record: "none" },
      { property: "ip", record: "any" },
    ]),
    [],
  ],
  [
    "a property that is a secret",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" }, { secrets: new Set(["10.9.9.9"]) })],
    comparing([{ property: "ip", record: "ip" }]),
    [
      "attributes-match warning [configurationItem CI-1] gw: ip is a secret, and not what configurationItem CI-1 says; set it so, or correct the CMDB [ <> ]",
    ],
  ],
  [
    "a record that is a secret",
    [vpc({ ci: "CI-1", ip: "10.9.9.9" }, { secrets: new Set(["CI-1"]) })],
    comparing([{ property: "ip", record: "ip" }]),
    [
      "attributes-match warning [configurationItem ] gw: ip is not what its configurationItem (a secret) says; set it so, or correct the CMDB [ <> ]",
    ],
  ],
  [
    "a property that is not known yet",
    [vpc({ ci: "CI-1", ip: unknown })],
    comparing([{ property: "ip", record: "ip" }]),
    ["attributes-match info? [configurationItem CI-1] gw: ip is decided at update, and checked there [ <> ]"],
  ],
  [
    "a reference that is not known yet",
    [vpc({ ci: unknown, ip: "10.9.9.9" })],
    comparing([{ property: "ip", record: "ip" }]),
    ["record-exists info? [configurationItem ] gw: ci, ip are decided at update, and checked there [ <> ]"],
  ],
  [
    "a kind that the inventory does not hold",
    [vpc({ ci: "CI-1", ip: "1" })],
    comparing([{ property: "ip", record: "ip" }]),
    [
      "record-exists error [configurationItem ] gw: its configurationItem could not be checked: no configurationItem in this inventory [ <> ]",
      "attributes-match warning [configurationItem ] gw could not be compared: no configurationItem in this inventory [ <> ]",
    ],
    arrayInventory([], ["account"]),
  ],
  [
    "a long value, cut",
    [vpc({ ci: "CI-1", ip: "x".repeat(90) })],
    comparing([{ property: "ip", record: "ip" }]),
    [
      'attributes-match warning [configurationItem CI-1] gw: ip is "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… (92 characters), but configurationItem CI-1 says "10.0.0.1"; set it so, or correct the CMDB ["10.0.0.1" <> "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]',
    ],
  ],
  [
    "a location beside a record that stands elsewhere",
    [vpc({ ci: "CI-1", site: "BER" })],
    byBoth,
    [
      'location-consistent error [configurationItem CI-1] gw names location "BER", but configurationItem "CI-1" stands at "PAR"; name that location, or correct the CMDB ["PAR" <> "BER"]',
    ],
  ],
  [
    "a location beside a record whose service point stands elsewhere",
    [vpc({ ci: "CI-2", site: "BER" })],
    { ...byBoth, inService: { configurationItem: ["Retired"] } },
    [
      'location-consistent error [configurationItem CI-2] gw names location "BER", but configurationItem "CI-2" stands at "PAR"; name that location, or correct the CMDB ["PAR" <> "BER"]',
    ],
  ],
  [
    "several locations, none of them the record’s",
    [vpc({ ci: "CI-1", site: ["BER", "REK"] })],
    byBoth,
    [
      'location-consistent error [configurationItem CI-1] gw names location "BER", "REK", but configurationItem "CI-1" stands at "PAR"; name that location, or correct the CMDB ["PAR" <> ["BER","REK"]]',
    ],
  ],
  ["several locations, one of them the record’s", [vpc({ ci: "CI-1", site: ["BER", "PAR"] })], byBoth, []],
  [
    "a location that is a secret",
    [vpc({ ci: "CI-1", site: "BER" }, { secrets: new Set(["BER"]) })],
    byBoth,
    [
      'location-consistent error [configurationItem CI-1] gw names location (a secret), but configurationItem "CI-1" stands at "PAR"; name that location, or correct the CMDB ["PAR" <> ]',
    ],
  ],
  [
    "a record that is a secret, and stands elsewhere",
    [vpc({ ci: "CI-1", site: "BER" }, { secrets: new Set(["CI-1"]) })],
    byBoth,
    [
      'location-consistent error [configurationItem ] gw names location "BER", but a configurationItem (a secret) stands elsewhere; name that location, or correct the CMDB [ <> "BER"]',
    ],
  ],
  [
    "a location that may still be the right one",
    [vpc({ ci: "CI-1", site: ["BER", unknown] })],
    byBoth,
    ["record-exists info? [location ] gw: site is decided at update, and checked there [ <> ]"],
  ],
  ["a record that stands nowhere", [vpc({ ci: "CI-3", site: "BER" })], byBoth, []],
  ["no location", [vpc({ ci: "CI-1" })], byBoth, []],
  [
    "an id that is not there, with those near it",
    [vpc({ ci: "CI-4" })],
    { references: [item] },
    [
      'record-exists error [configurationItem CI-4] gw refers to configurationItem "CI-4" (ci), which the inventory does not have; did you mean "CI-1", "CI-2", "CI-3"? [ <> "CI-4"]',
    ],
  ],
  [
    "an id that is not there, with nothing near it",
    [vpc({ ci: "router" })],
    { references: [item] },
    [
      'record-exists error [configurationItem router] gw refers to configurationItem "router" (ci), which the inventory does not have; name a record that it has, or add it to the CMDB [ <> "router"]',
    ],
  ],
  [
    "an id that is not there, and a secret",
    [vpc({ ci: "CI-4" }, { secrets: new Set(["CI-4"]) })],
    { references: [item] },
    [
      "record-exists error [configurationItem ] gw refers to a configurationItem (ci, a secret) which the inventory does not have [ <> ]",
    ],
  ],
  [
    "an object instead of an id",
    [vpc({ ci: { id: "CI-1" } })],
    { references: [item] },
    [
      'record-exists error [configurationItem ] gw: ci {"id":"CI-1"} is not an id of a configurationItem; name a record by its id, as a text [ <> {"id":"CI-1"}]',
    ],
  ],
  [
    "a boolean instead of an id, and a secret",
    [vpc({ ci: true }, { secrets: new Set(["true"]) })],
    { references: [item] },
    [
      "record-exists error [configurationItem ] gw: ci (a secret) is not an id of a configurationItem; name a record by its id, as a text [ <> ]",
    ],
  ],
  [
    "an id that is not known yet",
    [vpc({ ci: unknown })],
    { references: [item] },
    ["record-exists info? [configurationItem ] gw: ci is decided at update, and checked there [ <> ]"],
  ],
  [
    "an id that a state does not tell",
    [vpc({ ci: unknown }, { notKnown: "was not read" })],
    { references: [item] },
    ["record-exists info? [configurationItem ] gw: ci was not read [ <> ]"],
  ],
  [
    "ids of which one is known, where the inventory does not hold the kind",
    [vpc({ ci: ["CI-1", unknown] })],
    { references: [item] },
    [
      "record-exists error [configurationItem ] gw: its configurationItem could not be checked: no configurationItem in this inventory [ <> ]",
      "record-exists info? [configurationItem ] gw: ci is decided at update, and checked there [ <> ]",
    ],
    arrayInventory([], ["account"]),
  ],
  [
    "a label that stands for two ids",
    [vpc({ labels: { "cmdb-location": "par" } }, { type: "gcp:x/y:Z" })],
    { references: [{ types: ["*"], kind: "location" }] },
    [
      'record-exists error [location par] gw refers to location "par" (tag cmdb:location), which may be any of "PAR", "Par": a label is lower-case; name it in an annotation or by a rule of its own [ <> "par"]',
    ],
    arrayInventory([of("location", "PAR"), of("location", "Par")]),
  ],
  [
    "a label that stands for two ids, and is a secret",
    [vpc({ labels: { "cmdb-location": "par" } }, { type: "gcp:x/y:Z", secrets: new Set(["par"]) })],
    { references: [{ types: ["*"], kind: "location" }] },
    [
      "record-exists error [location ] gw refers to a location (tag cmdb:location, a secret) by a label that may be any of several; name it in an annotation [ <> ]",
    ],
    arrayInventory([of("location", "PAR"), of("location", "Par")]),
  ],
  [
    "a record out of service",
    [vpc({ ci: "CI-2" })],
    { references: [item] },
    [
      'record-in-service warning [configurationItem CI-2] gw refers to configurationItem "CI-2", whose status is "Retired", not in service; refer to another, or correct the CMDB [ <> "Retired"]',
    ],
  ],
  [
    "a record whose status is not allowed by name",
    [vpc({ ci: "CI-1" })],
    { references: [item], inService: { configurationItem: ["Active", "Planned"] } },
    [
      'record-in-service warning [configurationItem CI-1] gw refers to configurationItem "CI-1", whose status is "In service", not in service (in service: Active, Planned); refer to another, or correct the CMDB [["Active","Planned"] <> "In service"]',
    ],
  ],
  [
    "a record without a status, where some are allowed",
    [vpc({ ci: "CI-3" })],
    { references: [item], inService: { configurationItem: ["Active"] } },
    [
      'record-in-service warning [configurationItem CI-3] gw refers to configurationItem "CI-3", for which the inventory gives no status; correct the CMDB, or the field map [["Active"] <> ]',
    ],
  ],
  [
    "a secret record out of service",
    [vpc({ ci: "CI-2" }, { secrets: new Set(["CI-2"]) })],
    { references: [item] },
    [
      'record-in-service warning [configurationItem ] gw refers to a configurationItem (a secret), whose status is "Retired", not in service; refer to another, or correct the CMDB [ <> "Retired"]',
    ],
  ],
  [
    "no reference by a rule",
    [vpc({ a: 1 })],
    { references: [{ ...item, required: true }] },
    [
      "reference-required error [configurationItem ] gw must name its configurationItem: set ci to the record's id [ <> ]",
    ],
  ],
  [
    "no reference by convention",
    [vpc({ a: 1 })],
    { references: [{ types: ["*"], kind: "servicePoint", required: true }] },
    [
      "reference-required error [servicePoint ] gw must name its servicePoint: set tag cmdb:service-point to the record's id [ <> ]",
    ],
  ],
  [
    "a region abroad",
    [vpc({ site: "PAR", region: "eu-central-1" })],
    { references: [place], residency: {} },
    [
      'country-matches-region warning [location PAR] gw lies in region eu-central-1, which is in DE, but location "PAR" is in FR; move it to eu-west-3, or name another location ["FR" <> "DE"]',
    ],
  ],
  [
    "a country in which the cloud has no region",
    [vpc({ site: "REK", region: "eu-central-1" })],
    { references: [place], residency: {} },
    [
      'country-matches-region warning [location REK] gw lies in region eu-central-1, which is in DE, but location "REK" is in IS; this cloud has no region in IS, or name another location ["IS" <> "DE"]',
    ],
  ],
  [
    "a country in which the cloud has two regions",
    [vpc({ site: "BER", region: "us-east-1" })],
    { references: [place], residency: {} },
    [
      'country-matches-region warning [location BER] gw lies in region us-east-1, which is in US, but location "BER" is in DE; move it to eu-central-1, eusc-de-east-1, or name another location ["DE" <> "US"]',
    ],
  ],
  [
    "a region that nobody knows",
    [vpc({ site: "PAR", region: "xx-none-1" })],
    { references: [place], residency: {} },
    [
      'country-matches-region warning [ ] gw: the country of region xx-none-1 is not known (table of 2026-11); add it under residency.regions [ <> "xx-none-1"]',
    ],
  ],
  [
    "a region that is not known yet",
    [vpc({ site: "PAR", region: unknown })],
    { references: [place], residency: {} },
    ["country-matches-region info? [ ] gw: region is decided at update, and checked there [ <> ]"],
  ],
  [
    "a country that is none",
    [vpc({ site: "NIL", region: "eu-west-3" })],
    { references: [place], residency: {} },
    [
      'country-matches-region warning [location NIL] gw: the country of location "NIL" is "Atlantis", which is no country; correct the CMDB, or the field map [ <> "Atlantis"]',
    ],
  ],
  [
    "a location without a country",
    [vpc({ site: "NOW", region: "eu-west-3" })],
    { references: [place], residency: {} },
    [
      'country-matches-region warning [location NOW] gw refers to location "NOW", for which the inventory gives no country; correct the CMDB, or the field map [ <> ]',
    ],
  ],
  ["a region at home", [vpc({ site: "PAR", region: "eu-west-3" })], { references: [place], residency: {} }, []],
  [
    "a region abroad of the location of a record",
    [vpc({ ci: "CI-1", region: "eu-central-1" })],
    { references: [item], residency: {} },
    [
      'country-matches-region warning [location PAR] gw lies in region eu-central-1, which is in DE, but location "PAR" is in FR; move it to eu-west-3, or name another location ["FR" <> "DE"]',
    ],
  ],
  [
    "a region in several countries",
    [vpc({ site: "PAR", region: "europe" })],
    { references: [place], residency: { regions: { europe: null } } },
    [
      'country-matches-region warning [location PAR] gw lies in region europe, which is in several countries, but location "PAR" is in FR; move it to eu-west-3, or name another location ["FR" <> "europe"]',
    ],
  ],
  [
    "a region abroad of a secret location",
    [vpc({ site: "PAR", region: "eu-central-1" }, { secrets: new Set(["PAR"]) })],
    { references: [place], residency: {} },
    [
      'country-matches-region warning [location ] gw lies in region eu-central-1, which is in DE, but a location (a secret) is in FR; move it to eu-west-3, or name another location ["FR" <> "DE"]',
    ],
  ],
  [
    "a secret region abroad",
    [vpc({ site: "PAR", region: "eu-central-1" }, { secrets: new Set(["eu-central-1"]) })],
    { references: [place], residency: {} },
    [
      'country-matches-region warning [location PAR] gw lies in region (a secret), which is in DE, but location "PAR" is in FR; move it to eu-west-3, or name another location ["FR" <> "DE"]',
    ],
  ],
  [
    "a kind of record without a country",
    [vpc({ site: "PAR", ci: "CI-1", region: "eu-central-1" })],
    { references: [item, place], residency: { countryFrom: "configurationItem" } },
    [
      'country-matches-region warning [configurationItem CI-1] gw refers to configurationItem "CI-1", for which the inventory gives no country; correct the CMDB, or the field map [ <> ]',
    ],
  ],
  [
    "two locations by two rules, one at home",
    [vpc({ site: ["PAR", "BER"], other: "REK", region: "eu-central-1" })],
    { references: [place, { ...place, id: "other" }], residency: {} },
    [
      'country-matches-region warning [location PAR] gw lies in region eu-central-1, which is in DE, but location "PAR" is in FR; move it to eu-west-3, or name another location ["FR" <> "DE"]',
      'country-matches-region warning [location REK] gw lies in region eu-central-1, which is in DE, but location "REK" is in IS; this cloud has no region in IS, or name another location ["IS" <> "DE"]',
    ],
  ],
  [
    "a region abroad of the location of a record's service point",
    [vpc({ ci: "CI-2", region: "eu-central-1" })],
    { references: [item], residency: {}, inService: { configurationItem: ["Retired"] } },
    [
      'country-matches-region warning [location PAR] gw lies in region eu-central-1, which is in DE, but location "PAR" is in FR; move it to eu-west-3, or name another location ["FR" <> "DE"]',
    ],
  ],
  [
    "a record that stands nowhere, where its country matters",
    [vpc({ ci: "CI-3", region: "eu-central-1" })],
    { references: [item], residency: {} },
    [
      'country-matches-region warning [configurationItem CI-3] gw refers to configurationItem "CI-3", for which the inventory gives no location, and so no country; correct the CMDB, or the field map [ <> ]',
    ],
  ],
  [
    "an account, which stands nowhere",
    [vpc({ account: "A", region: "eu-central-1" })],
    { references: [{ types: ["*"], kind: "account", id: "account" }], residency: {} },
    [],
    arrayInventory([of("account", "A")]),
  ],
  [
    "a record that stands where no location is",
    [vpc({ ci: "CI-1", region: "eu-central-1" })],
    { references: [item], residency: {} },
    [
      'country-matches-region warning [configurationItem CI-1] gw refers to configurationItem "CI-1", which stands at location "PAR", and the inventory has no such location; correct the CMDB [ <> ]',
    ],
    arrayInventory(records.filter(({ id }) => id !== "PAR")),
  ],
  [
    "a secret record that stands where no location is",
    [vpc({ ci: "CI-1", region: "eu-central-1" }, { secrets: new Set(["CI-1"]) })],
    { references: [item], residency: {} },
    [
      "country-matches-region warning [configurationItem ] gw refers to a configurationItem (a secret), which stands at a location (a secret), and the inventory has no such location; correct the CMDB [ <> ]",
    ],
    arrayInventory(records.filter(({ id }) => id !== "PAR")),
  ],
  [
    "a record whose location was not loaded",
    [vpc({ ci: "CI-1", region: "eu-central-1" })],
    { references: [item], residency: {} },
    ["country-matches-region warning [ ] gw could not be checked: no location in this inventory [ <> ]"],
    arrayInventory(records, ["configurationItem"]),
  ],
  [
    "a location beside a record whose service point was not loaded",
    [vpc({ ci: "CI-2", site: "BER" })],
    { ...byBoth, inService: { configurationItem: ["Retired"] } },
    ["location-consistent error [ ] gw could not be checked: no servicePoint in this inventory [ <> ]"],
    arrayInventory(records, ["configurationItem", "location"]),
  ],
  ["a resource without a region", [vpc({ site: "PAR" })], { references: [place], residency: {} }, []],
  [
    "a record that two claim",
    [vpc({ ci: "CI-1" }, { name: "b" }), vpc({ ci: "CI-1" }, { name: "a" })],
    { references: [item], unique: { configurationItem: 1 } },
    [
      'reference-unique error [configurationItem CI-1] configurationItem "CI-1" is claimed by 2 resources (a, b), only one may; let each name its own record [1 <> 2]',
    ],
  ],
  [
    "a record that four claim, and two may",
    [...["c", "b", "a", "d"].map((name) => vpc({ ci: "CI-1" }, { name }))],
    { references: [item], unique: { configurationItem: 2 } },
    [
      'reference-unique error [configurationItem CI-1] configurationItem "CI-1" is claimed by 4 resources (a, b, c, d), only 2 may; let each name its own record [2 <> 4]',
    ],
  ],
  [
    "a record that two claim, and one of them by a secret",
    [vpc({ ci: "CI-1" }, { name: "b" }), vpc({ ci: "CI-1" }, { secrets: new Set(["CI-1"]) })],
    { references: [item], unique: { configurationItem: 1 } },
    [
      "reference-unique error [configurationItem ] a configurationItem (a secret) is claimed by 2 resources (b, gw), only one may; let each name its own record [1 <> 2]",
    ],
  ],
  [
    "a record that one resource claims, and others that are only read",
    [
      vpc({ ci: "CI-1" }, { name: "owner" }),
      vpc({ ci: "CI-1" }, { name: "reader", external: true }),
      vpc({ ci: unknown }, { name: "open", external: true }),
    ],
    { references: [item], unique: { configurationItem: 1 } },
    ["record-exists info? [configurationItem ] open: ci is decided at update, and checked there [ <> ]"],
  ],
  [
    "a record that two claim, beside a third that is only read",
    [
      vpc({ ci: "CI-1" }, { name: "b" }),
      vpc({ ci: "CI-1" }, { name: "0", external: true }),
      vpc({ ci: "CI-1" }, { name: "a" }),
    ],
    { references: [item], unique: { configurationItem: 1 } },
    [
      'reference-unique error [configurationItem CI-1] configurationItem "CI-1" is claimed by 2 resources (a, b), only one may; let each name its own record [1 <> 2]',
    ],
  ],
  [
    "a resource that is only read and names no record, or one that there is not",
    [vpc({}, { external: true }), vpc({ ci: "CI-NONE" }, { name: "other", external: true })],
    { references: [{ ...item, required: true }] },
    [
      'record-exists error [configurationItem CI-NONE] other refers to configurationItem "CI-NONE" (ci), which the inventory does not have; name a record that it has, or add it to the CMDB [ <> "CI-NONE"]',
    ],
  ],
  [
    "a claim that is not known yet",
    [vpc({ ci: unknown })],
    { references: [item], unique: { configurationItem: 1 } },
    [
      "record-exists info? [configurationItem ] gw: ci is decided at update, and checked there [ <> ]",
      "reference-unique info? [configurationItem ] which configurationItem gw claims is not known in this run: whether it is claimed once is decided at update [ <> ]",
    ],
  ],
  [
    "claims that are not known yet",
    [vpc({ ci: [unknown, "CI-1"] }, { name: "b" }), vpc({ ci: unknown }, { name: "a" })],
    { references: [item], unique: { configurationItem: 1 } },
    [
      "record-exists info? [configurationItem ] b: ci is decided at update, and checked there [ <> ]",
      "record-exists info? [configurationItem ] a: ci is decided at update, and checked there [ <> ]",
      "reference-unique info? [configurationItem ] which configurationItem a, b claim is not known in this run: whether it is claimed once is decided at update [ <> ]",
    ],
  ],
  [
    "a record that one resource names twice",
    [vpc({ ci: ["CI-1", "CI-1 CI-3"], other: "CI-1" })],
    { references: [item, { ...item, id: "other" }], unique: { configurationItem: 1 } },
    [],
  ],
  [
    "a record that one claims and another tracks",
    [
      vpc({ ci: "CI-1" }),
      vpc({ configurationItemId: "CI-1" }, { name: "t", type: tracked }),
      vpc({ configurationItemId: unknown }, { name: "u", type: tracked }),
    ],
    { references: [item], unique: { configurationItem: 1 } },
    ["record-exists info? [configurationItem ] u: configurationItemId is decided at update, and checked there [ <> ]"],
  ],
  [
    "a record of a kind that may be claimed by many",
    [vpc({ ci: "CI-1" }, { name: "a" }), vpc({ ci: "CI-1" }, { name: "b" })],
    { references: [item], unique: { location: 1 } },
    [],
  ],
  [
    "records that nobody refers to",
    [vpc({ site: "PAR" }), vpc({ site: ["PAR", "BER"] }, { name: "b" })],
    { references: [place], cover: [{ kind: "location" }] },
    [
      "inventory-covered warning [location ] 3 of 5 records of location are referred to by no resource: NIL, NOW, REK; deploy what they stand for, or narrow cover.0 [5 <> 2]",
    ],
  ],
  [
    "records that nobody refers to, by entry",
    [vpc({ site: "PAR" })],
    { references: [place], cover: [{ kind: "servicePoint" }, { kind: "location", where: "country == 'IS'" }] },
    [
      "inventory-covered warning [servicePoint ] 1 of 1 records of servicePoint are referred to by no resource: SP-1; deploy what they stand for, or narrow cover.0 [1 <> 0]",
      "inventory-covered warning [location ] 1 of 1 records of location (country == 'IS') are referred to by no resource: REK; deploy what they stand for, or narrow cover.1 [1 <> 0]",
    ],
  ],
  [
    "records to which somebody may refer",
    [vpc({ site: unknown }, { name: "b" }), vpc({ site: unknown }, { name: "a" })],
    { references: [place], cover: [{ kind: "location" }] },
    [
      "record-exists info? [location ] b: site is decided at update, and checked there [ <> ]",
      "record-exists info? [location ] a: site is decided at update, and checked there [ <> ]",
      "inventory-covered info? [location ] 5 of 5 records of location may be referred to by a, b, of which not all is known in this run: decided at update [ <> ]",
    ],
  ],
  [
    "a condition that fails",
    [vpc({ site: "PAR" })],
    { references: [place], cover: [{ kind: "location", where: "sum(attributes.id) > `1`" }] },
    [
      "inventory-covered warning [location ] whether every location is referred to could not be checked: where fails on location BER: Invalid type: sum() expected argument 1 to be type (Array<number>) but received type string instead. [ <> ]",
    ],
  ],
  [
    "records that are all referred to",
    [vpc({ site: ["PAR", "BER", "REK", "NIL", "NOW"] })],
    { references: [place], cover: [{ kind: "location" }] },
    [],
  ],
  [
    "a record that nobody refers to, whatever is not known of other kinds",
    [vpc({ ci: unknown, site: ["PAR", "BER", "REK", "NIL"] })],
    { references: [item, place], cover: [{ kind: "location" }] },
    [
      "record-exists info? [configurationItem ] gw: ci is decided at update, and checked there [ <> ]",
      "inventory-covered warning [location ] 1 of 5 records of location are referred to by no resource: NOW; deploy what they stand for, or narrow cover.0 [5 <> 4]",
    ],
  ],
  [
    "more records than are named",
    [vpc({ site: "PAR" })],
    { references: [place], cover: [{ kind: "location" }] },
    [
      "inventory-covered warning [location ] 9 of 10 records of location are referred to by no resource: L0, L1, L2, L3, L4 and 4 more; deploy what they stand for, or narrow cover.0 [10 <> 1]",
    ],
    arrayInventory(Array.from({ length: 9 }, (_, at) => of("location", `L${at}`)).concat(of("location", "PAR"))),
  ],
])("%s is told", (title, resources, rules, told, from = inventory) => {
  expect(says(resources, rules, from)).toEqual(told);
  expect(subjectsOf(title, resources, rules, from)).toEqual(subjects[title] ?? []);
});

test.each([
  ...["cancelled", "canceled", "ceased", "closed", "decommissioned", "deleted", "disposed", "inactive", "obsolete"],
  ...["out of service", "removed", "retired", "scrapped", "terminated", "uninstalled", " Out-of__SERVICE "],
])("a record whose status is %j serves no more, unless the rules allow it", (status) => {
  const from = arrayInventory([of("configurationItem", "CI-1", { status })]);
  const found = (rules: RulesInput): string[] => says([vpc({ ci: "CI-1" })], { references: [item], ...rules }, from);
  expect(found({})).toHaveLength(1);
  expect(found({ inService: { configurationItem: ["Active", status.trim().toUpperCase()] } })).toEqual([]);
});

test("a record may be claimed by as many as the rules say", () => {
  const two = ["a", "b"].map((name) => vpc({ ci: "CI-1" }, { name }));
  const twice = [vpc({ ci: ["CI-1"], other: "CI-1" }, { name: "c" }), ...two];
  const references = [item, { ...item, id: "other" }];
  expect(says(two, { references, unique: { configurationItem: 2 } })).toEqual([]);
  expect(says(twice, { references, unique: { configurationItem: 3 } })).toEqual([]);
  expect(says(twice, { references, unique: { configurationItem: 2 } })).toHaveLength(1);
  // The third of them, too, claims it once.
  const last = [...two, ...twice.slice(0, 1)];
  expect(says(last, { references, unique: { configurationItem: 3 } })).toEqual([]);
});

test("a location that is named is another's than the record's own only where none that is named is it", () => {
  const other: Entry = { ...place, id: "other" };
  const found = (properties: object, more: Partial<Resource> = {}, from = inventory): string[] =>
    says([vpc({ ci: "CI-1", ...properties }, more)], { references: [item, place, other] }, from).filter((text) =>
      text.startsWith("location-consistent"),
    );
  expect(found({ site: "BER", other: "PAR" })).toEqual([]);
  expect(found({ site: "BER", other: "REK" })).toHaveLength(1);
  expect(found({ site: "BER", other: unknown })).toEqual([]);
  const [hidden] = found({ site: "BER", other: "REK" }, { secrets: new Set(["REK"]) });
  expect(hidden).toContain("names location (a secret)");
  // A record has its own location, whatever its service point's.
  const both = of("configurationItem", "CI-1", { locationId: "BER", servicePointId: "SP-1" });
  expect(found({ site: "BER" }, {}, arrayInventory([both, ...records.slice(1)]))).toEqual([]);
  const lost = of("configurationItem", "CI-1", { servicePointId: "SP-9" });
  expect(found({ site: "BER" }, {}, arrayInventory([lost, ...records.slice(1)]))).toEqual([]);
});

describe("the age of the inventory", () => {
  const now = new Date("2026-03-10T12:00:00Z");
  const at = (syncedAt: string, maxAge: number, stale?: string): string[] => {
    const from = arrayInventory([], undefined, new Date(syncedAt));
    const reader = stale === undefined ? from : { ...from, info: () => ({ ...from.info(), stale }) };
    return says([vpc({})], { fresh: { maxAge } }, reader, now);
  };

  test.each([
    ["2026-03-08T12:00:00Z", 86_400, "2 days", "1 day"],
    ["2026-03-09T12:00:00Z", 7_200, "1 day", "2 hours"],
    ["2026-03-10T11:00:00Z", 120, "1 hour", "2 minutes"],
    ["2026-03-10T11:59:00Z", 59, "1 minute", "59 seconds"],
    ["2026-03-10T11:59:58Z", 1, "2 seconds", "1 second"],
  ])("is told where it is of %s, and may be %i seconds old", (syncedAt, maxAge, old, allowed) => {
    const age = (now.getTime() - Date.parse(syncedAt)) / 1000;
    const of = new Date(syncedAt).toISOString();
    expect(at(syncedAt, maxAge)).toEqual([
      `inventory-fresh warning [ ] the inventory is of ${of}, ${old} old, and may be ${allowed} old; fetch it again with orange-cmdb sync [${maxAge} <> ${age}]`,
    ]);
    expect(at(syncedAt, age)).toEqual([]);
  });

  test("is told, however young it is, where the API could not be had", () => {
    expect(at("2026-03-10T12:00:05Z", 60, "the API cannot be had")).toEqual([
      "inventory-fresh warning [ ] judged by the inventory of 2026-03-10T12:00:05.000Z, 0 seconds old: the API cannot be had [60 <> 0]",
    ]);
  });
});

test("a finding of a stack belongs to its root, one of a record claimed too often to the resource that came too late", () => {
  const found = evaluate(
    [vpc({ site: "PAR" }, { name: "b" }), vpc({ site: "PAR" }, { name: "a" })],
    inventory,
    parseRulesFile({ references: [place], unique: { location: 1 }, cover: [{ kind: "location" }] }, "test"),
  ).findings;
  expect(found.map(({ rule, urn, type: of }) => [rule, urn, of])).toEqual([
    ["reference-unique", `urn:pulumi:dev::net::${type}::b`, type],
    ["inventory-covered", "urn:pulumi:dev::net::pulumi:pulumi:Stack::net-dev", "pulumi:pulumi:Stack"],
  ]);
});

test("each rule says why it has nothing to check, where it has not", () => {
  const off = (rules: RulesInput): (string | undefined)[] =>
    all.map((rule) => rule.off?.(parseRulesFile(rules, "test")));
  const on = undefined;
  const nothing = [
    on,
    "nothing is required in the rules",
    on,
    "no match in the rules",
    on,
    "no residency in the rules",
    "nothing is unique in the rules",
    "nothing to cover in the rules",
    on,
  ];
  expect(off({})).toEqual(nothing);
  expect(off({ references: [{ types: ["*"], kind: "location" }] })).toEqual(nothing);
  const match = [{ property: "a", record: "b" }];
  const everything: RulesInput = {
    references: [place, { ...item, required: true, match }],
    residency: {},
    unique: { location: 1 },
    cover: [{ kind: "location" }],
  };
  expect(off(everything)).toEqual(Array(9).fill(on));
});

test("each rule is described as the documentation describes it", () => {
  const page = readFileSync(join(__dirname, "../../docs/policies.md"), "utf8");
  const rows = [...page.matchAll(/^\| \[`(.+?)`\]\(#(.+?)\) +\| .+? +\| (\w+): \w+ +\| (\w+) +\|$/gm)];
  expect(all.map(({ name, severity, scope }) => [name, name, severity, scope])).toEqual(
    rows.map((row) => row.slice(1)),
  );
  expect(all.map(({ name }) => name)).toEqual(ruleNames);
  for (const { title, cure } of all) {
    expect(title).toMatch(/^[A-Z][^.]{15,}$/);
    expect(cure).toMatch(/^[A-Z].{15,}\.$/);
  }
});
