import { expectSame } from "../helpers/expect-same";
import fc from "../helpers/fast-check";
import { evaluate } from "../../policy/rules/index.js";
import { parseRulesFile } from "../../policy/rules/file/rules-file.js";
import type { Resource } from "../../policy/rules/resource/resource.js";
import type { InventoryReader, Query } from "../../provider/model/inventory-reader.js";
import type { Mirror } from "../../provider/inventory/mirror/mirror.js";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
let mirror: Mirror;

beforeAll(async () => {
  scene = await createTestEnvironment({ size: 120 });
  scene.sandbox.add("configurationItem", {
    id: "CI-ODD",
    "odd.name": "a",
    'quo"te': "b",
    name: { deep: "c" },
    status: null,
  });
  mirror = await scene.open();
});
afterAll(async () => {
  mirror.close();
  await scene.end();
});

/** The same inventory, which gives whole records whatever is wanted of them. */
const whole = (): InventoryReader => ({
  info: () => mirror.info(),
  get: (kind, id) => mirror.get(kind, id),
  list: (kind, { fields: _fields, ...query }: Query = {}) => mirror.list(kind, query),
  nearest: (kind, text, by, count) => mirror.nearest(kind, text, by, count),
});

const paths = [
  ...[
    "name",
    "name.deep",
    "status",
    "id",
    "kind",
    "vendor",
    "location.id",
    "attributes.name",
    "attributes.location.id",
  ],
  ...["attributes", '"odd.name"', 'attributes."odd.name"', "vendor || name", "length(name)", "nothing", "status.deep"],
];

test("reading only the fields that the rules need changes no finding", () => {
  const resources = mirror.list("configurationItem").map(({ id, locationId = "" }, index): Resource => ({
    urn: `urn:pulumi:prod::net::aws:ec2/vpc:Vpc::it-${index}`,
    type: "aws:ec2/vpc:Vpc",
    name: `it-${index}`,
    properties: {
      ci: id,
      is: "other",
      region: "us-east-1",
      tags: { "cmdb:location": index % 3 ? locationId : "LOC-LYO-001" },
    },
  }));
  fc.assert(
    fc.property(fc.subarray(paths), fc.boolean(), (chosen, service) => {
      const rules = parseRulesFile(
        {
          references: [
            {
              types: ["*"],
              kind: "configurationItem",
              id: "ci",
              match: chosen.map((record) => ({ property: "is", record })),
            },
            { types: ["*"], kind: "location" },
          ],
          residency: { countryFrom: service ? "servicePoint" : "location" },
          unique: { location: 1 },
          cover: [{ kind: "configurationItem" }, { kind: "location", where: "country == 'FR'" }],
        },
        "the test",
      );
      const now = new Date();
      const { findings } = evaluate(resources, mirror, rules, now);
      expectSame(findings, evaluate(resources, whole(), rules, now).findings);
      expect(findings.length).toBeGreaterThan(0);
    }),
    { numRuns: 60 },
  );
});

test("a list of some fields has all records with the values of these fields", () => {
  const fields = ["status", "locationId", "attributes.vendor", "attributes.odd.name", "attributes.location"];
  const some = mirror.list("configurationItem", { fields });
  const all = mirror.list("configurationItem");
  expect(some.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  for (const [index, record] of some.entries()) {
    const { status, locationId, attributes } = all[index]!;
    expect(record).toMatchObject({ status, locationId });
    expect(record.name).toBeUndefined();
    for (const name of ["vendor", "odd.name", "location"])
      expect(record.attributes[name] ?? undefined).toEqual(attributes[name]);
  }
  // A name that cannot stand in a path of SQLite: the whole record, and not a wrong one.
  const odd = mirror.list("configurationItem", { fields: ['attributes.quo"te'] }).find(({ id }) => id === "CI-ODD");
  expect(odd?.attributes['quo"te']).toBe("b");
  // A condition may look at anything.
  const where = "attributes.vendor != null && name != null";
  expect(mirror.list("configurationItem", { where, fields: [] })).toEqual(mirror.list("configurationItem", { where }));
});
