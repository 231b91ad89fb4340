import { deployedIn, parseState } from "./helpers/state";
import { UNKNOWN } from "../../policy/rules/resource/resource";

const resources = [
  { urn: "urn:pulumi:prod::net::a:b:C::one", type: "a:b:C", inputs: { tags: { "cmdb:location": "LOC-1" } } },
  { urn: "urn:pulumi:prod::net::a:b:C::gone", type: "a:b:C", delete: true },
];
const latest = { manifest: { version: "v3.259.0" }, secrets_providers: { type: "passphrase" }, resources };

describe("a checkpoint of a Pulumi backend", () => {
  const checkpoint = (content: object, version = 3): string =>
    JSON.stringify({ version, checkpoint: { stack: "organization/net/prod", ...content } });

  test("has the resources of the export", () => {
    for (const size of [1, 7, undefined])
      expect(deployedIn(checkpoint({ latest }), "s", { size: size ?? 1_000_000 })).toEqual(
        deployedIn(JSON.stringify({ version: 3, deployment: latest }), "s"),
      );
    expect(parseState(checkpoint({ latest }), "s").map(({ name }) => name)).toEqual(["one"]);
  });

  test("reads only the properties that are needed", () => {
    const [found] = deployedIn(checkpoint({ latest }), "s", { properties: ["other"] });
    expect(found?.resource.properties).toEqual({});
  });

  test("of a new stack has no resources", () => {
    expect(parseState(checkpoint({}), "s")).toEqual([]);
    expect(parseState(checkpoint({ latest: null }), "s")).toEqual([]);
    expect(parseState(checkpoint({ latest: { manifest: {} } }), "s")).toEqual([]);
  });

  test("of an interrupted update is rejected", () => {
    const pending = { ...latest, pending_operations: [{ type: "creating", resource: resources[0] }] };
    expect(() => parseState(checkpoint({ latest: pending }), "s")).toThrow(/1 pending operation/);
  });
});

describe("a Terraform state file", () => {
  const file = (entries: object[], more: object = {}): string =>
    JSON.stringify({
      version: 4,
      terraform_version: "1.10.0",
      serial: 3,
      lineage: "x",
      outputs: {},
      ...more,
      resources: entries,
    });
  const entry = (instances: object[], more: object = {}): object => ({
    mode: "managed",
    type: "aws_customer_gateway",
    name: "gw",
    provider: 'provider["registry.opentofu.org/hashicorp/aws"]',
    instances,
    ...more,
  });

  test("has a resource per instance, by its address", () => {
    const state = file([
      entry([{ attributes: { ip_address: "192.0.2.1" } }]),
      entry(
        [
          { index_key: 0, attributes: {} },
          { index_key: 1, attributes: {} },
        ],
        { name: "many" },
      ),
      entry([{ index_key: 'a "b"', attributes: {} }], { module: 'module.site["par"].module.vpn', name: "each" }),
    ]);
    const found = parseState(state, "s");
    expect(found.map(({ name }) => name)).toEqual([
      "aws_customer_gateway.gw",
      "aws_customer_gateway.many[0]",
      "aws_customer_gateway.many[1]",
      String.raw`module.site["par"].module.vpn.aws_customer_gateway.each["a \"b\""]`,
    ]);
    expect(found[0]).toMatchObject({
      urn: "urn:terraform:s::terraform::aws_customer_gateway::aws_customer_gateway.gw",
      type: "aws_customer_gateway",
      properties: { ip_address: "192.0.2.1", ipAddress: "192.0.2.1" },
    });
  });

  test("leaves out data sources and deposed instances", () => {
    const state = file([
      entry([{ attributes: {} }], { mode: "data" }),
      entry([{ deposed: "a1b2c3d4", attributes: {} }, { attributes: {} }]),
    ]);
    expect(parseState(state, "s").map(({ name }) => name)).toEqual(["aws_customer_gateway.gw"]);
  });

  test("does not hand out the values that it marks as sensitive", () => {
    const path = [
      { type: "get_attr", value: "tunnel" },
      { type: "index", value: { value: 0, type: "number" } },
    ];
    const state = file([
      entry([
        {
          attributes: { tunnel: [{ key: "s3cret" }, { key: "open" }], pin: "1234" },
          sensitive_attributes: [[...path, { type: "get_attr", value: "key" }], [{ type: "get_attr", value: "pin" }]],
        },
      ]),
    ]);
    const [found] = parseState(state, "s");
    expect(found?.properties).toMatchObject({ tunnel: [{ key: UNKNOWN }, { key: "open" }], pin: UNKNOWN });
  });

  test("takes no path of a state for one into the prototype of all objects", () => {
    const path = ["__proto__", "constructor", "prototype"].map((value) => ({ type: "get_attr", value }));
    parseState(file([entry([{ attributes: { a: 1 }, sensitive_attributes: [path, path.slice(1)] }])]), "s");
    expect([({} as { constructor: unknown }).constructor, Object.keys(Object.prototype)]).toEqual([Object, []]);
  });

  test("compares and never shows values whose names say that they are secrets", () => {
    const attributes = {
      tunnel1_preshared_key: "no",
      auth_token: "t0ken",
      nested: [{ admin_password: "pa55", password_length: 12 }],
      secret_id: "public-1",
      ip_address: "192.0.2.1",
    };
    const [found] = parseState(file([entry([{ attributes }])]), "s");
    expect(found?.properties).toMatchObject(attributes);
    expect([...(found?.secrets ?? [])].sort()).toEqual(["no", "pa55", "t0ken"]);
  });

  test.each([
    [
      "encrypted",
      '{"serial":1,"lineage":"x","meta":{},"encrypted_data":"AA==","encryption_version":"v0"}',
      /encrypted/,
    ],
    ["of version 3", file([], { version: 3 }), /version 3, and only version 4 is supported/],
    ["of a later version", file([], { version: 5 }), /not a whole Terraform state file/],
    ["without resources", file([]).replace(',"resources":[]', ""), /not a whole Terraform state file/],
    ["with an instance that is not one", file([entry([7 as unknown as object])]), /not a Terraform state file/],
  ])("%s is rejected", (_what, text, message) => {
    expect(() => parseState(text, "s")).toThrow(message);
  });

  test("without resources is an empty stack", () => {
    expect(parseState(file([]), "s")).toEqual([]);
  });
});
