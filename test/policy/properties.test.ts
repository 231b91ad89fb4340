import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../helpers/fast-check";
import { evaluate } from "../../policy/rules/index.js";
import { labelValue } from "../../policy/rules/core/lookup.js";
import { conventionalRules, parseRulesFile, type RulesInput } from "../../policy/rules/file/rules-file.js";
import type { Finding } from "../../policy/rules/core/types.js";
import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource.js";
import type { InventoryRecord } from "../../provider/model/records.js";
import { arrayInventory } from "./helpers/array-inventory.js";
import { typesOf, type Facts } from "./helpers/region-types.js";

const fixture = join(__dirname, "../fixtures/region-types.json");

const everything: RulesInput = {
  references: [
    {
      types: ["*"],
      kind: "configurationItem",
      required: true,
      match: [
        { property: "address", record: "address", as: "ip" },
        { property: "ports", record: "ports", as: "number", tolerance: "1%" },
        { property: "label", record: "label" },
        { property: "nested.label", record: "label", as: "ignore-case" },
        { property: "pattern", record: "pattern", as: "regex" },
        { property: "since", record: "since", as: "date" },
        { property: "mac", record: "mac", as: "mac" },
        { property: "bandwidth", record: "bandwidth", as: "bandwidth" },
        { property: "networks", record: "networks", as: "cidr" },
        { property: "networks", record: "networks", as: "ip" },
        { property: "names", record: "names" },
        { property: "name", record: "names", as: "one-of" },
        { property: "inOrder", record: "inOrder", ordered: true },
      ],
    },
    { types: ["*"], kind: "location", required: true },
    { types: ["*"], kind: "servicePoint" },
  ],
  inService: { configurationItem: ["In service"] },
  unique: { configurationItem: 1 },
  cover: [{ kind: "configurationItem" }],
  residency: {},
};
const strict = parseRulesFile(everything, "test");

/** Any JSON, with unknown values in it, and the names that the rules look at. */
const value = fc.letrec((tie) => ({
  node: fc.oneof(
    fc.jsonValue(),
    fc.constant(UNKNOWN),
    fc.array(tie("node"), { maxLength: 3 }),
    fc.record({ key: tie("node"), value: tie("node") }),
    fc.dictionary(
      fc.constantFrom(
        "tags",
        "labels",
        "annotations",
        "userLabels",
        "cmdb:location",
        "cmdb-configuration-item",
        "name",
        "__proto__",
      ),
      tie("node"),
    ),
  ),
})).node;
const names = fc.constantFrom(
  ...["tags", "tagsAll", "labels", "metadata", "settings", "address", "ports", "label", "nested", "since", "pattern"],
  ...["region", "location", "zone", "availabilityZone", "extendedLocation", "arn", "constructor", "hasOwnProperty"],
);
const types = fc.constantFrom(
  "aws:x:Y",
  "aws-native:x:Y",
  "azure-native:x:Y",
  "gcp:x:Y",
  "kubernetes:x:Y",
  "meraki:x:Y",
  "a",
  "",
);

const paris: InventoryRecord = { kind: "location", id: "PAR", country: "FR", attributes: { id: "PAR" } };

test("the rules never throw for any resource or record", () => {
  const paths = fc.constantFrom("tags.*", "length(tags)", "tags[?x=='y'].z | [0]", "tags || labels", "sum(ports)", "@");
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ type: types, properties: fc.dictionary(names, value), provider: fc.dictionary(names, value) }),
        { maxLength: 3 },
      ),
      fc.dictionary(names, fc.jsonValue()),
      fc.string(),
      paths,
      (list, attributes, id, path) => {
        const resources = list.map((entry, index): Resource => ({
          urn: `urn:pulumi:a::b::${index}`,
          name: "n",
          ...entry,
        }));
        const item: InventoryRecord = {
          kind: "configurationItem",
          id: id || "x",
          attributes,
          country: id,
          locationId: "PAR",
        };
        const inventory = arrayInventory([item, paris]);
        const own = parseRulesFile(
          {
            ...everything,
            references: [
              { types: ["*"], kind: "location", id: path, match: [{ property: path, record: path, as: "cidr" }] },
            ],
          },
          "test",
        );
        for (const rules of [strict, conventionalRules, own]) evaluate(resources, inventory, rules);
      },
    ),
    { numRuns: 400 },
  );
});

const regions = {
  FR: { aws: "eu-west-3", azure: "France Central", gcp: "europe-west9-b" },
  DE: { aws: "eu-central-1a", azure: "germanywestcentral", gcp: "europe-west3" },
} as const;

type Tags = Record<"configurationItem" | "location" | "servicePoint", string>;
const map = (tags: Tags, mark: string): Record<string, string> => ({
  [`cmdb${mark}configuration-item`]: tags.configurationItem,
  [`cmdb${mark}location`]: tags.location,
  [`cmdb${mark}service-point`]: tags.servicePoint,
});

/** How each cloud would carry these references in that country. */
const shapes: Record<string, (tags: Tags, country: keyof typeof regions) => Record<string, unknown>> = {
  "aws:x:Y": (tags, country) => ({ tags: map(tags, ":"), availabilityZone: regions[country].aws }),
  "aws-native:x:Y": (tags) => ({ tags: Object.entries(map(tags, ":")).map(([key, text]) => ({ key, value: text })) }),
  "azure-native:x:Y": (tags, country) => ({ tags: map(tags, ":"), location: regions[country].azure }),
  "gcp:x:Y": (tags, country) => ({
    labels: Object.fromEntries(Object.entries(map(tags, "-")).map(([key, text]) => [key, labelValue(text)])),
    zone: regions[country].gcp,
  }),
  "kubernetes:x:Y": (tags) => ({ metadata: { annotations: map(tags, "/") } }),
  "meraki:x:Y": (tags) => ({ tags: Object.entries(map(tags, ":")).map(([key, text]) => `${key}=${text}`) }),
};

/** Types of the providers' packages, with the shape that their cloud's resources have here. */
const { regional, global } = typesOf(JSON.parse(readFileSync(fixture, "utf8")) as Facts);
const shapeOf = (type: string): string => (/^(aws|awscc)[:_]/.test(type) ? "aws:x:Y" : "gcp:x:Y");
const elsewhere = { FR: "DE", DE: "FR" } as const;

/** A type, whether it lies in a region, and how it would carry these references in that country. */
const kind = fc.oneof(
  fc.constantFrom(...Object.keys(shapes)).map((type) => ({ type, shape: type, lies: "itself" as const })),
  fc.constantFrom(...regional).map((type) => ({ type, shape: shapeOf(type), lies: "by its provider" as const })),
  fc.constantFrom(...global).map((type) => ({ type, shape: shapeOf(type), lies: "nowhere" as const })),
);

/** The names of a country as a CMDB may spell it. */
const spellings = {
  FR: ["FR", "fra", "France", "FRANCE", "French Republic", "Frankreich", "Francia"],
  DE: ["DE", "deu", "Germany", "GERMANY, Federal Republic of", "Allemagne", "Německo"],
} as const;

const id = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== "");
const record = fc.record({
  address: fc.ipV6(),
  ports: fc.integer({ min: 1, max: 1_000 }),
  label: fc.string({ minLength: 1 }).filter((text) => text.trim() !== ""),
  since: fc
    .date({ min: new Date("1990-01-01"), max: new Date("2090-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  mac: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 6, maxLength: 6 }),
  kbits: fc.integer({ min: 1, max: 10_000_000 }),
  networks: fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 4 }),
  names: fc.uniqueArray(fc.constantFrom("Orl\u00e9ans", "N\u00eemes", "Lyon", "\u00c5rhus", "B\u1ed9"), {
    minLength: 1,
  }),
  status: fc.constantFrom("In service", "InService", "IN_SERVICE", "in-service", " inService "),
});

const hex = (bytes: readonly number[]): string[] => bytes.map((byte) => byte.toString(16).padStart(2, "0"));
/** How people write one MAC address. */
const macs: readonly ((bytes: readonly number[]) => string)[] = [
  (bytes) => hex(bytes).join(":"),
  (bytes) => hex(bytes).join("-").toUpperCase(),
  (bytes) => hex(bytes).join(""),
  (bytes) => (hex(bytes).join("").match(/.{4}/g) ?? []).join("."),
];
/** How people and clouds write one bandwidth. */
const bandwidths: readonly ((kbits: number) => unknown)[] = [
  (kbits) => `${kbits} kbit/s`,
  (kbits) => `${kbits * 1000}bps`,
  (kbits) => `${kbits / 1000} Mbps`,
  (kbits) => `${kbits}K`,
  (kbits) => ({ tx: String(kbits), rx: kbits, unit: "kb/s" }),
  (kbits) => ({ value: kbits / 1e6, unit: "Gbit/s" }),
];
const forms = fc.constantFrom("NFC" as const, "NFD" as const);

test("a resource that was built to match its records is never reported", () => {
  const distinct = { selector: labelValue, minLength: 3, maxLength: 3 };
  fc.assert(
    fc.property(
      fc.uniqueArray(id, distinct),
      record,
      kind,
      fc.constantFrom("FR" as const, "DE" as const),
      fc.nat(),
      fc.record({ mac: fc.constantFrom(...macs), bandwidth: fc.constantFrom(...bandwidths), form: forms }),
      fc.record({ mac: fc.constantFrom(...macs), bandwidth: fc.constantFrom(...bandwidths), form: forms }),
      (
        [item = "", site = "", point = ""],
        attributes,
        { type, shape, lies },
        country,
        spelling,
        inRecord,
        inResource,
      ) => {
        const spelled = spellings[country][spelling % spellings[country].length] ?? country;
        const { mac, kbits, networks, names: places, status, ...plain } = attributes;
        const inForm = ({ form }: typeof inRecord): string[] => places.map((name) => name.normalize(form));
        const inventory = arrayInventory([
          { kind: "location", id: site, country: spelled, attributes: { id: site } },
          { kind: "servicePoint", id: point, locationId: site, attributes: { id: point } },
          {
            kind: "configurationItem",
            id: item,
            status,
            locationId: site,
            servicePointId: point,
            attributes: {
              id: item,
              pattern: "[a-z]+\\d?",
              ...plain,
              mac: inRecord.mac(mac),
              bandwidth: inRecord.bandwidth(kbits),
              networks,
              names: inForm(inRecord),
              inOrder: inForm(inRecord),
            },
          },
        ]);
        const { address, ports, label, since } = plain;
        const cloud = shape.startsWith("aws") ? "aws" : "gcp";
        const { availabilityZone, zone, ...references } =
          shapes[shape]?.({ configurationItem: item, location: site, servicePoint: point }, country) ?? {};
        const properties = {
          ...references,
          ...(lies === "itself" ? { availabilityZone, zone } : {}),
          ...{
            address: address.toUpperCase(),
            ports: ports * 1.005,
            label,
            nested: { label: ` ${label}` },
            pattern: "abc1",
            since,
            mac: inResource.mac(mac),
            bandwidth: inResource.bandwidth(kbits),
            networks: [...networks, ...networks].reverse(),
            names: inForm(inResource).reverse(),
            name: inForm(inResource).at(-1),
            inOrder: inForm(inResource),
          },
        };
        const provider = { region: regions[lies === "nowhere" ? elsewhere[country] : country][cloud] };
        const resource: Resource = { urn: `urn:pulumi:a::b::${type}::n`, type, name: "n", properties, provider };
        const found: readonly Finding[] = evaluate([resource], inventory, strict).findings;
        expect(found).toEqual([]);
        expect(evaluate([resource], inventory, conventionalRules).findings).toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
});
