import type { Adoption } from "../../drift/adopt/report/schema";
import { parseRulesFile } from "../../policy/rules/file/rules-file";
import { arrayInventory } from "../policy/helpers/array-inventory";
import { says, vpc } from "../policy/helpers/findings";
import { recordOf } from "./helpers/records";
import { adoptFrom, stateOf, type Given } from "./helpers/run";

const router = (id: string, fields: object = {}) => recordOf("configurationItem", { id, ...fields });
const withIp = (id: string, ipAddress: string, fields: object = {}) =>
  router(id, { properties: { network: { ipAddress } }, ...fields });
const withSerial = (id: string, serialNumber: string, fields: object = {}) =>
  router(id, { properties: { hardware: { serialNumber } }, ...fields });

type Resources = Parameters<typeof stateOf>;

function propose(records: Given["records"], resources: Resources, more: Partial<Given> = {}): Promise<Adoption> {
  return adoptFrom({ records, states: new Map([["net.json", stateOf(...resources)]]), ...more });
}

/** What the proposal says about each resource, by its name. */
function results({ matches, ambiguous }: Adoption): Record<string, string> {
  const name = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);
  return Object.fromEntries([
    ...matches.map(({ urn, confidence, recordId }) => [name(urn), `${confidence} ${recordId}`]),
    ...ambiguous.map(({ urn, reason, candidates }) => [
      name(urn),
      `${reason} ${candidates.map(({ recordId }) => recordId).join(" ")}`,
    ]),
  ]) as Record<string, string>;
}

const device = "meraki:devices/device:Device";

describe("a certain match", () => {
  test.each<[string, Given["records"][number], object, string, string]>([
    ["an id", router("CI-RTR-1"), { labels: { asset: "ci-rtr-1" } }, "labels.asset", "id"],
    ["a serial number", withSerial("A1", "FOC123"), { hardware: [{ sn: "foc123 " }] }, "hardware[].sn", "serialNumber"],
    ["a public address", withIp("A1", "20.1.2.3"), { ipAddress: "20.1.2.3/32" }, "ipAddress", "ipAddress"],
    ["an IPv6 address", withIp("A1", "2a01:4f8::1"), { ip: "2A01:04F8:0:0::1" }, "ip", "ipAddress"],
    [
      "a MAC address",
      router("A1", { properties: { network: { macAddress: "00:1B:44:11:3A:B7" } } }),
      { mac: "001b.4411.3ab7" },
      "mac",
      "attributes.properties.network.macAddress",
    ],
    ["a reference", router("A1", { reference: "OBS-99" }), { note: "OBS-99" }, "note", "reference"],
    [
      "a customer reference",
      router("A1", { customerReference: "PO/77" }),
      { "a b": { "c.d": "po/77" } },
      '"a b"."c.d"',
      "customerReference",
    ],
  ])("needs %s that is unique on both sides", async (_name, record, properties, property, field) => {
    const { matches } = await propose([record], [[device, "r", properties]]);
    expect(matches).toMatchObject([
      { confidence: "certain", recordId: record.id, evidence: [{ property, field, resources: 1, records: 1 }] },
    ]);
  });

  test("shows both values as they are written", async () => {
    const { matches } = await propose([withSerial("A1", "FOC-1a")], [[device, "r", { serial: "foc-1A" }]]);
    expect(matches[0]?.evidence).toEqual([
      { property: "serial", field: "serialNumber", value: "foc-1A", recordValue: "FOC-1a", resources: 1, records: 1 },
    ]);
  });

  test("orders the evidence from the id to the name", async () => {
    const record = withSerial("CI-1", "FOC1", { name: "Router 1", customerReference: "REF-1" });
    const properties = { name: "router-1", ref: "REF-1", serial: "FOC1", id: "CI-1" };
    const { matches } = await propose([record], [[device, "r", properties]]);
    const fields = matches[0]?.evidence.map(({ field }) => field);
    expect(fields).toEqual(["id", "serialNumber", "customerReference", "name"]);
  });
});

describe("a likely match", () => {
  test("has a unique name, in any case and with any separators and accents", async () => {
    const found = await propose(
      [router("A1", { name: "Orléans Router_01" })],
      [[device, "r", { name: "orleans-router-01" }]],
    );
    expect(results(found)).toEqual({ r: "likely A1" });
  });

  test("has a private address, which another site can use, too", async () => {
    const found = await propose([withIp("A1", "10.1.2.3")], [[device, "r", { ip: "10.1.2.3" }]]);
    expect(results(found)).toEqual({ r: "likely A1" });
  });

  test("has an address in the network of a record", async () => {
    const found = await propose([withIp("A1", "20.1.2.0/24")], [[device, "r", { ip: "20.1.2.77" }]]);
    expect(results(found)).toEqual({ r: "likely A1" });
    expect(found.matches[0]?.evidence).toMatchObject([{ value: "20.1.2.77", recordValue: "20.1.2.0/24" }]);
  });

  const paris = recordOf("location", { id: "L1", address: { postalCode: "75001", city: "Paris", country: "FR" } });

  test.each([
    ["in two properties", { zip: "75001", city: "PARIS" }],
    ["in one text", { address: "1 rue de Rivoli, 75001 Paris" }],
  ])("has the postal code and the city of a location %s", async (_name, properties) => {
    expect(results(await propose([paris], [[device, "r", properties]]))).toEqual({ r: "likely L1" });
  });

  test("needs the city of the location beside its postal code", async () => {
    expect(results(await propose([paris], [[device, "r", { zip: "75001", city: "Dallas" }]]))).toEqual({});
  });

  test("is confirmed by the country of the region", async () => {
    const properties = { zip: "75001", city: "Paris", region: "eu-west-3" };
    const { matches } = await propose([paris], [["aws:ec2/vpc:Vpc", "r", properties]]);
    expect(matches[0]?.evidence.map(({ field, value, recordValue }) => [field, value, recordValue])).toEqual([
      ["attributes.address.postalCode", "75001", "75001"],
      ["country", "eu-west-3", "FR"],
    ]);
  });

  test("is not decided if the region is in another country", async () => {
    const properties = { zip: "75001", city: "Paris", region: "eu-west-1" };
    expect(results(await propose([paris], [["aws:ec2/vpc:Vpc", "r", properties]]))).toEqual({ r: "contradiction L1" });
  });

  test("is possible for several resources of one location", async () => {
    const place = { zip: "75001", city: "Paris" };
    const found = await propose(
      [paris],
      [
        [device, "r", place],
        [device, "s", place],
      ],
    );
    expect(results(found)).toEqual({ r: "likely L1", s: "likely L1" });
  });
});

describe("a value of several resources", () => {
  test("is likely, not certain, for a location", async () => {
    const site = recordOf("location", { id: "LOC-7" });
    const found = await propose(
      [site],
      [
        [device, "r", { site: "LOC-7" }],
        [device, "s", { site: "LOC-7" }],
      ],
    );
    expect(results(found)).toEqual({ r: "likely LOC-7", s: "likely LOC-7" });
  });

  test("is not certain if the other resource refers to another record", async () => {
    const found = await propose(
      [withIp("A1", "20.1.2.3"), router("A2")],
      [
        [device, "r", { ip: "20.1.2.3" }],
        [device, "s", { ip: "20.1.2.3", tags: { "cmdb:configuration-item": "A2" } }],
      ],
    );
    expect(results(found)).toEqual({ r: "several-resources A1" });
  });
});

describe("an ambiguous resource", () => {
  test("has the value of two records", async () => {
    const found = await propose(
      [withIp("A1", "20.1.2.3"), withIp("A2", "20.1.2.3")],
      [[device, "r", { ip: "20.1.2.3" }]],
    );
    expect(results(found)).toEqual({ r: "several-records A1 A2" });
  });

  test("has the value of another resource", async () => {
    const found = await propose(
      [withIp("A1", "20.1.2.3")],
      [
        [device, "r", { ip: "20.1.2.3" }],
        [device, "s", { ip: "20.1.2.3" }],
      ],
    );
    expect(results(found)).toEqual({ r: "several-resources A1", s: "several-resources A1" });
  });

  test("claims the same configuration item as another one by other evidence", async () => {
    const record = withSerial("A1", "FOC1", { customerReference: "REF-1" });
    const found = await propose(
      [record],
      [
        [device, "r", { serial: "FOC1" }],
        [device, "s", { ref: "REF-1" }],
      ],
    );
    expect(results(found)).toEqual({ r: "several-resources A1", s: "several-resources A1" });
  });

  test("claims a configuration item by its name, if another resource has its serial number", async () => {
    const record = withSerial("A1", "FOC1", { name: "par-router-7" });
    const found = await propose(
      [record],
      [
        [device, "r", { serial: "FOC1" }],
        [device, "s", { name: "PAR router 7" }],
      ],
    );
    expect(results(found)).toEqual({ r: "certain A1", s: "several-resources A1" });
  });

  test.each([
    ["two identifying fields", { serial: "FOC1", ip: "20.1.2.3" }],
    ["an identifying field and a name", { serial: "FOC1", name: "other-router" }],
  ])("has %s of two records", async (_name, properties) => {
    const records = [withSerial("A1", "FOC1"), withIp("A2", "20.1.2.3", { name: "Other router" })];
    expect(results(await propose(records, [[device, "r", properties]]))).toEqual({ r: "contradiction A1 A2" });
  });

  test("is a likely match if its name tells the records of a shared address apart", async () => {
    const records = [withIp("A1", "20.1.2.3", { name: "alpha-one" }), withIp("A2", "20.1.2.3", { name: "beta-two" })];
    const found = await propose(records, [[device, "r", { ip: "20.1.2.3", name: "beta-two" }]]);
    expect(results(found)).toEqual({ r: "likely A2" });
  });
});

describe("no evidence", () => {
  test.each([
    ["the unspecified address", withIp("A1", "0.0.0.0"), { ip: "0.0.0.0" }],
    ["a loopback address", withIp("A1", "127.0.0.1"), { ip: "127.0.0.1" }],
    ["a common name", router("A1", { name: "Default" }), { name: "default" }],
    ["a repeated character", router("A1", { reference: "00000000" }), { ref: "00000000" }],
    ["a port number", router("8443"), { port: 8443 }],
    ["an empty MAC address", router("A1", { mac: "00:00:00:00:00:00" }), { mac: "00:00:00:00:00:00" }],
    ["a network of the resource", withIp("A1", "20.1.2.0"), { cidr: "20.1.2.0/24" }],
    ["a property with a password", withSerial("A1", "FOC1"), { adminPassword: "FOC1" }],
    ["a list of passwords", withSerial("A1", "FOC1"), { passwords: [{ value: "FOC1" }, "FOC1"] }],
    ["a password of digits", withSerial("A1", "12345678"), { adminPassword: 12_345_678 }],
  ])("comes from %s", async (_name, record, properties) => {
    const found = await propose([record], [[device, "r", properties]]);
    expect(results(found)).toEqual({});
    expect(found.summary).toMatchObject({ none: 1, certain: 0 });
  });

  test("comes from a secret of the state", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '"FOC1"' };
    const found = await propose([withSerial("A1", "FOC1")], [[device, "r", { serial: secret }]]);
    expect(results(found)).toEqual({});
    expect(JSON.stringify(found)).not.toContain("FOC1");
  });

  test("comes from a value that more than ten records share", async () => {
    const records = Array.from({ length: 11 }, (_, index) => router(`A${index}`, { reference: "SHARED-1" }));
    expect(results(await propose(records, [[device, "r", { ref: "SHARED-1" }]]))).toEqual({});
  });
});

describe("references that exist", () => {
  const tagged = { tags: { "cmdb:configuration-item": "A1" } };

  test("count in the coverage, and leave the matching", async () => {
    const records = [withIp("A1", "20.1.2.3"), withIp("A2", "20.1.2.4")];
    const found = await propose(records, [
      [device, "r", { ip: "20.1.2.3", ...tagged }],
      [device, "s", { ip: "20.1.2.4" }],
    ]);
    expect(results(found)).toEqual({ s: "certain A2" });
    expect(found.summary).toMatchObject({
      resources: 2,
      referencing: 1,
      coverageNow: { covered: 1, records: 2 },
      coverageAfter: { covered: 2, records: 2 },
    });
  });

  test("take a configuration item, which another resource is then not", async () => {
    const found = await propose(
      [withSerial("A1", "FOC1")],
      [
        [device, "r", tagged],
        [device, "s", { serial: "FOC1" }],
      ],
    );
    expect(results(found)).toEqual({});
  });

  test("of a tracked record do not take its values, nor the record", async () => {
    const fields = { configurationItemId: "A1", serialNumber: "FOC1" };
    const found = await propose(
      [withSerial("A1", "FOC1")],
      [
        ["orange-cmdb:index:ConfigurationItem", "tracked", fields],
        ["pulumi-nodejs:dynamic/orange-cmdb:ConfigurationItem", "other", fields],
        [device, "s", { serial: "FOC1" }],
      ],
    );
    expect(results(found)).toEqual({ s: "certain A1" });
    expect(found.matches).toMatchObject([{ tracked: true }]);
    expect(found.summary).toMatchObject({ referencing: 2, coverageNow: { covered: 1, records: 1 } });
  });

  test("follow the rules file", async () => {
    const rules = parseRulesFile(
      { references: [{ types: [device], kind: "configurationItem", id: "asset" }] },
      "the test",
    );
    const found = await propose([withSerial("A1", "FOC1")], [[device, "r", { asset: "A1", serial: "FOC1" }]], {
      rules,
    });
    expect(found.summary).toMatchObject({ referencing: 1, none: 0 });
  });
});

describe("a pattern", () => {
  const records = Array.from({ length: 5 }, (_, index) =>
    withIp(`A${index}`, `20.1.2.${index}`, { name: `Router ${index}` }),
  );
  const resources = (count: number): Resources =>
    Array.from({ length: 5 }, (_, index) => [
      device,
      `r${index}`,
      index < count ? { wan: { ip: `20.1.2.${index}` } } : {},
    ]);

  test("needs four of five resources", async () => {
    const { patterns, matches } = await propose(records, resources(4));
    expect(patterns).toMatchObject([
      {
        types: [device],
        kind: "configurationItem",
        by: "ipAddress",
        value: "wan.ip",
        as: "ip",
        support: { matched: 4, of: 5, contradicted: 0 },
        matches: [{ recordId: "A0" }, { recordId: "A1" }, { recordId: "A2" }, { recordId: "A3" }],
      },
    ]);
    expect(matches.map(({ pattern }) => pattern)).toEqual([0, 0, 0, 0]);
    expect((await propose(records, resources(3))).patterns).toEqual([]);
  });

  test("needs three resources", async () => {
    const two: Resources = [
      [device, "r0", { ip: "20.1.2.0" }],
      [device, "r1", { ip: "20.1.2.1" }],
    ];
    expect((await propose(records, two)).patterns).toEqual([]);
  });

  test("joins types that differ in nothing else", async () => {
    const all = ["a:b:C", "a_c"].flatMap((type) =>
      [0, 1, 2].map((index) => [type, `${type}${index}`, { serial: `${type}-${index}` }] as const),
    );
    const serials = all.map(([, name, { serial }]) => withSerial(`CI ${name}`, serial));
    const { patterns } = await propose(serials, all);
    expect(patterns).toMatchObject([{ types: ["a:b:C", "a_c"], support: { matched: 6, of: 6 } }]);
  });

  test("proposes the comparisons that hold for all its resources", async () => {
    const named: Resources = [0, 1, 2].map((index) => [
      device,
      `r${index}`,
      { ip: `20.1.2.${index}`, name: `router ${index}` },
    ]);
    const { patterns } = await propose(records, named);
    expect(patterns[0]?.match).toEqual([{ property: "name", record: "name", as: "ignore-case" }]);
  });

  describe("proposes comparisons with other fields", () => {
    const models = ["ISR 4331", "ISR 4451", "C8300"];
    const speeds = ["10 Mbit/s", "100 Mbit/s", "1 Gbit/s"];
    const speedsOfCloud = ["10Mbps", "100Mbps", "1000 Mbps"];
    const site = (index: number): string => `LOC-${index % 3}`;
    const own = Array.from({ length: 6 }, (_, index) =>
      recordOf("configurationItem", {
        id: `A${index}`,
        location: { id: site(index) },
        properties: {
          network: { ipAddress: `20.1.2.${index}` },
          hardware: { model: models[index % 3], manufacturer: "Cisco" },
          ...(index === 5 ? {} : { bandwidth: speeds[index % 3] }),
        },
      }),
    );
    const made = (change: (properties: Record<string, unknown>, index: number) => object): Resources =>
      own.map((_record, index) => {
        const properties = {
          ip: `20.1.2.${index}`,
          vendor: "cisco",
          spec: { device: models[index % 3]?.toUpperCase() },
          speed: speedsOfCloud[index % 3],
          tags: { site: site(index) },
        };
        return [device, `r${index}`, change(properties, index)];
      });
    const comparisons = async (change: Parameters<typeof made>[0] = (properties) => properties): Promise<string[]> => {
      const { patterns } = await propose(own, made(change));
      expect(patterns).toMatchObject([{ value: "ip", by: "ipAddress" }]);
      return (patterns[0]?.match ?? []).map(({ property, record, as }) => `${property} = ${record} (${as})`);
    };
    const [model, bandwidth, place] = [
      "spec.device = model (equals)",
      "speed = bandwidth (bandwidth)",
      "tags.site = locationId (equals)",
    ];

    test("that differ between resources, also in other spellings, and if a record lacks the field", async () => {
      expect(await comparisons()).toEqual([model, bandwidth, place]);
      const lower = (properties: Record<string, unknown>, index: number): object =>
        index === 1 ? { ...properties, spec: { device: "isr 4451" } } : properties;
      expect(await comparisons(lower)).toEqual(["spec.device = model (ignore-case)", bandwidth, place]);
    });

    // Records are read in the order of their ids.
    test.each(["A-", "Z"])("with a bandwidth that is the offer of a record %s…", async (prefix) => {
      const plans = speeds.map((offer, index) => router(`${prefix}${index}`, { offer }));
      const all = made((properties) => properties);
      const { patterns } = await propose([...plans, ...own], all);
      expect(patterns[0]?.match).toContainEqual({ property: "speed", record: "bandwidth", as: "bandwidth" });
    });

    test.each(["A-", "Z"])("with an offer that is the bandwidth of a record %s…", async (prefix) => {
      const lines = speeds.map((bandwidth, index) => router(`${prefix}${index}`, { properties: { bandwidth } }));
      const offered = own.map(({ id }, index) =>
        router(id, { offer: speeds[index % 3], properties: { network: { ipAddress: `20.1.2.${index}` } } }),
      );
      const resources = made(({ ip }, index) => ({ ip, plan: speeds[index % 3]?.toUpperCase() }));
      const { patterns } = await propose([...lines, ...offered], resources);
      expect(patterns[0]?.match).toEqual([{ property: "plan", record: "offer", as: "ignore-case" }]);
    });

    test("but none that fails on one resource, or that a resource lacks", async () => {
      const wrong = (properties: Record<string, unknown>, index: number): object =>
        index === 2 ? { ...properties, spec: { device: "ISR 4331" }, speed: undefined } : properties;
      expect(await comparisons(wrong)).toEqual([place]);
    });

    test("also of common words, if they differ between resources", async () => {
      const roles = ["primary", "secondary"];
      const redundant = own.map(({ id }, index) =>
        router(id, { role: roles[index % 2], properties: { network: { ipAddress: `20.1.2.${index}` } } }),
      );
      const { patterns } = await propose(
        redundant,
        made(({ ip }, index) => ({ ip, haRole: roles[index % 2] })),
      );
      expect(patterns[0]?.match).toEqual([{ property: "haRole", record: "role", as: "equals" }]);
    });

    test("but none with one value on all resources, and none with fewer than five resources", async () => {
      expect(await comparisons(({ ip, vendor }) => ({ ip, vendor }))).toEqual([]);
      const { patterns } = await propose(own.slice(0, 4), made((properties) => properties).slice(0, 4));
      expect(patterns).toMatchObject([{ match: [] }]);
    });

    test("but none with a list, which holds only if all of its elements agree", async () => {
      const inList = ({ ip, spec }: Record<string, unknown>): object => ({ ip, all: [spec, { device: "other" }] });
      expect(await comparisons(inList)).toEqual([]);
    });

    test("but none of a secret", async () => {
      const secret = (value: unknown): object => ({
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        plaintext: JSON.stringify(value),
      });
      const hidden = ({ ip, spec, speed }: Record<string, unknown>): object => ({ ip, spec: secret(spec), speed });
      expect(await comparisons(hidden)).toEqual([bandwidth]);
    });

    test("that a report with the written rules confirms", async () => {
      const { patterns } = await propose(
        own,
        made((properties) => properties),
      );
      const [{ types, kind, by, value, as, match }] = patterns as [Adoption["patterns"][number]];
      const rules = { references: [{ types, kind, by, value, as, match }] };
      const findings = (change: Parameters<typeof made>[0]): string[] => {
        const resources = made(change).map(([type, name, properties]) => ({
          ...vpc({ ...properties }, { name }),
          type,
        }));
        return says(resources, rules, arrayInventory(own));
      };
      expect(findings((properties) => properties)).toEqual([]);
      expect(findings((properties) => ({ ...properties, speed: "2 Mbit/s" }))).toHaveLength(5);
    });
  });

  test("decides one address of resources of two types", async () => {
    const other = "aws:ec2/customerGateway:CustomerGateway";
    const both: Resources = [0, 1, 2].flatMap((index): Resources => [
      [device, `d${index}`, { ip: `20.1.2.${index}` }],
      [other, `g${index}`, { ipAddress: `20.1.2.${index}` }],
    ]);
    const found = await propose(records, both);
    expect(found.patterns.map(({ types, value }) => [...types, value])).toEqual([
      [other, "ipAddress"],
      [device, "ip"],
    ]);
    expect(found.ambiguous).toEqual([]);
    expect(found.summary).toMatchObject({ likely: 6, coverageWithRules: { covered: 3 } });
  });
});
