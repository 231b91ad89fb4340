import { gzipSync } from "node:zlib";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "../helpers/fast-check";
import { DriftError } from "../../drift/errors";
import { StateReader } from "../../drift/sources/document";
import { JsonElements } from "../../drift/sources/json-elements";
import { allStacks, fileSource, ofShard, selectionOf } from "../../drift/sources/source";
import type { PulumiCli } from "../../drift/sources/pulumi-cli";
import { split } from "../../drift/sources/split";
import { unknown, type Resource } from "../../policy/rules/types";
import { deployedIn, parseState } from "./helpers/state";

const terraform = (name: string): string =>
  readFileSync(resolve(__dirname, "../fixtures/terraform", `${name}.json`), "utf8");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-sources-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads a file as the command does. */
async function read(path: string): Promise<Resource[]> {
  const source = fileSource(path);
  const reader = new StateReader(source.name, source.stack);
  const found: Resource[] = [];
  for await (const piece of split(source)) for (const { resource } of reader.read(piece)) found.push(resource);
  return found;
}

const resource = (name: string, more: object = {}): object => ({
  urn: `urn:pulumi:prod::net::a:b:C::${name}`,
  type: "a:b:C",
  inputs: { tags: { "cmdb:location": "LOC-1" } },
  ...more,
});
const state = (resources: object[], version = 3): string => JSON.stringify({ version, deployment: { resources } });

test.each([3, 4])("a state of version %i", (version) => {
  expect(parseState(state([resource("x")], version), "s")).toMatchObject([
    { name: "x", type: "a:b:C", properties: { tags: { "cmdb:location": "LOC-1" } } },
  ]);
});

test("what was deleted to be made anew is not deployed, however little of it is looked at", () => {
  const resources = ["stackTrace", "sourcePosition"].map((name) =>
    resource(name, {
      pendingReplacement: true,
      outputs: {},
      [name]: name === "stackTrace" ? [] : "project:///a.ts#1,1",
    }),
  );
  const text = state([...resources, resource("there", { pendingReplacement: false })]);
  for (const properties of [undefined, ["tags"]])
    expect(deployedIn(text, "s", { properties }).map((entry) => entry.resource.name)).toEqual(["there"]);
  expect(() => parseState(state([resource("x", { pendingReplacement: "yes" })]), "s")).toThrow(/pendingReplacement/);
});

test("a file, packed or not, with a byte order mark or not, reads the same", async () => {
  const text = state([resource("x"), resource("y", { delete: true }), resource("é")]);
  const forms = {
    plain: text,
    packed: gzipSync(text),
    marked: `\ufeff${text}`,
    packedMarked: gzipSync(`\ufeff${text}`),
  };
  for (const [name, bytes] of Object.entries(forms)) {
    writeFileSync(join(folder, name), bytes);
    expect((await read(join(folder, name))).map((entry) => entry.name)).toEqual(["x", "é"]);
  }
});

test("any document, cut into chunks anywhere, gives its entries and the rest", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", '"', "\\", "{", "}", "[", "]", ",", ":", "\u00e9", "\ud83d\ude00"),
  });
  const value = fc.jsonValue({ maxDepth: 3 });
  const entry = fc.dictionary(text, value);
  fc.assert(
    fc.property(
      fc.array(entry),
      fc.dictionary(text, value),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      (list, other, size, pretty) => {
        const whole = { other, deployment: { before: other, resources: list, after: [other] } };
        const bytes = Buffer.from(JSON.stringify(whole, undefined, pretty ? 2 : undefined));
        const elements = new JsonElements(
          { elements: (path) => path.join("/") === "deployment/resources", skips: (path) => path[0] === "other" },
          "it",
        );
        const found: unknown[] = [];
        for (let at = 0; at < bytes.length; at += size)
          for (const { json } of elements.push(bytes.subarray(at, at + size)))
            found.push(...(JSON.parse(Buffer.from(json).toString()) as unknown[]));
        const plain = (data: unknown): unknown => JSON.parse(JSON.stringify(data));
        expect(found).toEqual(plain(list));
        expect(elements.end()).toEqual(
          plain({ other: 0, deployment: { before: other, resources: list.map(() => 0), after: [other] } }),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("keys that are spelled with escapes are what they say; a stack without resources is empty", () => {
  const escaped = state([resource("x")])
    .replace('"deployment"', '"\\u0064eployment"')
    .replace('"resources"', '"resour\\u0063es"')
    .replace('"inputs"', '"\\u0069nputs"');
  expect(parseState(escaped, "it")).toEqual(parseState(state([resource("x")]), "it"));
  const empty = { version: 3, deployment: { manifest: {}, metadata: {}, secrets_providers: {} } };
  expect(parseState(JSON.stringify(empty), "it")).toEqual([]);
});

test("a state that is cut anywhere is refused", () => {
  const text = state([resource("x"), resource("y")]);
  for (let length = 0; length < text.length; length += 1)
    expect(() => parseState(text.slice(0, length), "half")).toThrow(DriftError);
});

test.each([
  ["nothing", "", /^it is empty: did the command fail/],
  ["nothing but space", " \n", /^it is empty/],
  ["no JSON", "hello", /not whole JSON/],
  ["another document", "{}", /not a stack's state/],
  ["another version", state([], 5), /not a stack's state \(version/],
  ["an entry without URN", '{"version":3,"deployment":{"resources":[{"type":"a"}]}}', /a resource's urn/],
  ["an entry that is a list", '{"version":3,"deployment":{"resources":[["urn","a"]]}}', /a resource's/],
  [
    "two lists of resources",
    '{"version":3,"deployment":{"resources":[],"resources":[]}}',
    /deployment\.resources twice/,
  ],
  [
    "another key in the place of resources",
    '{"version":3,"deployment":{"rexources":[]}}',
    /has rexources, and no resources/,
  ],
  [
    "another encoding",
    Buffer.from('{"version":3,"deployment":{"resources":[{"urn":"\xff","type":"a"}]}}', "latin1"),
    /not whole JSON/,
  ],
  ["an entry that is none", '{"version":3,"deployment":{"resources":[7]}}', /no object/],
  ["a comma too many", '{"version":3,"deployment":{"resources":[{"urn":"a","type":"b"},]}}', /not whole JSON/],
  [
    "Terraform's own file",
    '{"version":4,"terraform_version":"1.9.0","lineage":"x","resources":[]}',
    /terraform show -json/,
  ],
  ["a Terraform state of an unknown version", '{"format_version":"2.0"}', /format_version "2\.0".*update orange-cmdb/],
  ["one of an unknown version and shape", '{"format_version":"10.1","resources":[]}', /format_version "10\.1"/],
  [
    "a plan whose prior state is of an unknown version",
    '{"format_version":"1.2","prior_state":{"format_version":"2.0"}}',
    /prior_state\.format_version: it is of an unknown version/,
  ],
  ["a Terraform state without modules", '{"format_version":"1.0","values":{}}', /values: it has no root_module/],
  ["a state without values in their place", '{"format_version":"1.0","values":null}', /values: it has no root_module/],
  [
    "a plan without modules",
    '{"format_version":"1.2","planned_values":{"outputs":{}},"resource_changes":[]}',
    /planned_values: it has no root_module.*make it anew/,
  ],
  [
    "a plan without the modules of its prior state",
    '{"format_version":"1.2","prior_state":{"format_version":"1.0","values":{}}}',
    /prior_state\.values: it has no root_module/,
  ],
  [
    "resources that are no list",
    '{"format_version":"1.0","values":{"root_module":{"resources":{"a":{}}}}}',
    /values: it has no root_module with lists/,
  ],
  [
    "resources of a module that are no list",
    '{"format_version":"1.0","values":{"root_module":{"child_modules":[{"child_modules":[{"resources":{}}]}]}}}',
    /values: it has no root_module with lists/,
  ],
  ["changes that are no list", '{"format_version":"1.2","resource_changes":{}}', /resource_changes: it is no list/],
  ["a plan that failed", '{"format_version":"1.2","errored":true,"planned_values":{}}', /failed half-way/],
])("%s is refused, and said why", (_name, text, said) => {
  expect(() => parseState(text, "it")).toThrow(said);
});

test.each([
  [
    "a packed file that is cut short",
    gzipSync(state([resource("x")])).subarray(0, 40),
    /bad is not whole: it is packed with gzip and was cut short/,
  ],
  ["what a Windows shell writes", Buffer.from(`\ufeff${state([])}`, "utf16le"), /UTF-16/],
])("%s is refused", async (_name, bytes, said) => {
  writeFileSync(join(folder, "bad"), bytes);
  await expect(read(join(folder, "bad"))).rejects.toThrow(said);
});

test("a secret is there and not known, encrypted or in plain text; what depends on it is none", () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  const inputs = { a: { ...secret, ciphertext: "v1:xyz" }, b: [{ ...secret, plaintext: '"hidden"' }], c: "open" };
  const [found] = parseState(state([resource("x", { inputs })]), "it");
  expect(found?.properties).toEqual({ a: unknown, b: [unknown], c: "open" });
});

test("the program's own line, not a library's", () => {
  const stackTrace = [
    { sourcePosition: "project:///../elsewhere/lib.js#1,1" },
    {},
    { sourcePosition: "project:///node_modules/lib/x.js#1,1" },
    { sourcePosition: "project:///src/net.ts#12,5" },
  ];
  const text = state([resource("x", { sourcePosition: "project:///../elsewhere/lib.js#1,1", stackTrace })]);
  expect(deployedIn(text, "it").map(({ position }) => position)).toEqual([{ file: "src/net.ts", line: 12 }]);
});

test.each([
  ["an empty state", { format_version: "1.0" }],
  ["a state of outputs alone", { format_version: "1.0", values: { outputs: { a: { value: 1 } }, root_module: {} } }],
  ["an old state", { format_version: "0.2", terraform_version: "0.14.0", values: { root_module: {} } }],
  ["a plan of nothing", { format_version: "1.2", planned_values: { root_module: {} }, errored: false }],
])("%s deploys nothing", (_name, value) => {
  expect(parseState(JSON.stringify(value), "it")).toEqual([]);
});

test("tofu show -json of a state: modules too, sensitive values not known", () => {
  const found = parseState(terraform("state"), "it");
  expect(found.map(({ name }) => name).sort()).toEqual([
    "module.branch.terraform_data.first",
    "module.branch.terraform_data.later",
    "module.branch.terraform_data.secret",
    "terraform_data.many[0]",
    "terraform_data.many[1]",
    "terraform_data.router",
  ]);
  const by = (name: string): Resource | undefined => found.find((entry) => entry.name === name);
  expect(by("terraform_data.router")).toMatchObject({
    urn: "urn:terraform:it::terraform::terraform_data::terraform_data.router",
    type: "terraform_data",
    properties: { input: { ip_address: "10.0.0.1", tags: { "cmdb:configuration-item": "CI-RTR-PAR-001" } } },
  });
  expect(by("module.branch.terraform_data.secret")?.properties["input"]).toBe(unknown);
});

test("tofu show -json of a plan: what it would deploy; what only the apply knows is not known", () => {
  const found = parseState(terraform("plan"), "it");
  expect(found).toHaveLength(6);
  const later = found.find(({ name }) => name.endsWith(".later"));
  expect(later?.properties["input"]).toEqual({ tags: { "cmdb:location": unknown } });
  expect(found.find(({ name }) => name.endsWith(".secret"))?.properties["input"]).toBe(unknown);
});

test("tofu show -json of a plan that only refreshes: what is deployed", () => {
  expect(parseState(terraform("refresh-only"), "it")).toHaveLength(6);
});

test("a plan that deletes leaves nothing; data sources are not deployed; both spellings are there", () => {
  const entry = (address: string, mode: string, after: object | null): object => ({
    address,
    mode,
    type: "aws_customer_gateway",
    change: { after, after_unknown: {}, after_sensitive: {} },
  });
  const plan = {
    format_version: "1.2",
    resource_changes: [
      entry("a.x", "managed", null),
      entry("data.a.y", "data", {}),
      entry("a.z", "managed", { ip_address: "10.0.0.1", tags_all: { "cmdb:location": "L" } }),
    ],
  };
  const found = parseState(JSON.stringify(plan), "it");
  expect(found.map(({ name }) => name)).toEqual(["a.z"]);
  expect(found[0]?.properties).toMatchObject({
    ip_address: "10.0.0.1",
    ipAddress: "10.0.0.1",
    tagsAll: { "cmdb:location": "L" },
  });
});

test("in a plan, a provider's configuration goes with what it makes; in whatever order the document is", () => {
  const change = (address: string, type: string, after: object = {}): object => ({
    address,
    mode: "managed",
    type,
    change: { after, after_unknown: { region: true, zone: true } },
  });
  const block = (address: string, type: string, key: string): object => ({
    address,
    mode: "managed",
    type,
    provider_config_key: key,
  });
  const changes = [
    change("google_sql_database_instance.a", "google_sql_database_instance"),
    change('module.b["x.y[0]"].google_compute_instance.c[1]', "google_compute_instance"),
    change("module.b.module.n.aws_vpc.d", "aws_vpc"),
    change("aws_vpc.own", "aws_vpc", { arn: "arn:aws:ec2:eu-west-3:1:vpc/x" }),
    change("aws_vpc.guess", "aws_vpc"),
    change("other_thing.e", "other_thing"),
  ];
  const configuration = {
    provider_config: {
      google: { name: "google", expressions: { region: { constant_value: "europe-west9" } } },
      "module.b:google": { name: "google", expressions: { zone: { constant_value: "us-east1-b" } } },
      "aws.paris": { name: "aws", alias: "paris", expressions: { region: { references: ["var.region"] } } },
      "aws.guess": { name: "aws", alias: "guess", expressions: { region: { references: ["var.short", "local.x"] } } },
    },
    root_module: {
      resources: [
        block("google_sql_database_instance.a", "google_sql_database_instance", "google"),
        block("aws_vpc.own", "aws_vpc", "aws.paris"),
        block("aws_vpc.guess", "aws_vpc", "aws.guess"),
      ],
      module_calls: {
        b: {
          module: {
            resources: [block("google_compute_instance.c", "google_compute_instance", "module.b:google")],
            module_calls: { n: { module: { resources: [block("aws_vpc.d", "aws_vpc", "aws.paris")] } } },
          },
        },
      },
    },
  };
  const variables = { region: { value: "eu-west-3" }, short: { value: "eu-west-3" } };
  const plan = { format_version: "1.2", variables, resource_changes: changes, configuration };
  const reversed = Object.fromEntries(Object.entries(plan).reverse());
  for (const text of [plan, reversed].map((value) => JSON.stringify(value))) {
    const found = new Map(parseState(text, "it").map((entry) => [entry.name, entry.provider]));
    expect(found.size).toBe(6);
    expect(found.get("google_sql_database_instance.a")).toEqual({ region: "europe-west9" });
    expect(found.get('module.b["x.y[0]"].google_compute_instance.c[1]')).toEqual({ zone: "us-east1-b" });
    expect(found.get("module.b.module.n.aws_vpc.d")).toEqual({ region: "eu-west-3" });
    expect(found.get("aws_vpc.guess")).toEqual({});
    expect(found.get("other_thing.e")).toBeUndefined();
  }
});

test("what a targeted plan leaves as it is deployed stays deployed", () => {
  const values = { tags: { "cmdb:location": "L" } };
  const entry = (address: string): object => ({ address, mode: "managed", type: "aws_vpc", values });
  const plan = {
    format_version: "1.2",
    resource_changes: [
      { ...entry("aws_vpc.new"), previous_address: "aws_vpc.moved", change: { after: values } },
      { ...entry("aws_vpc.gone"), change: { after: null } },
    ],
    prior_state: {
      values: { root_module: { resources: ["moved", "gone", "kept"].map((name) => entry(`aws_vpc.${name}`)) } },
    },
  };
  const reversed = Object.fromEntries(Object.entries(plan).reverse());
  for (const text of [plan, reversed].map((value) => JSON.stringify(value)))
    expect(parseState(text, "it").map(({ name }) => name)).toEqual(["aws_vpc.new", "aws_vpc.kept"]);
});

test("every source belongs to one shard, always the same, whatever the others are", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 9 }),
      (names, count) => {
        const sources = names.map(fileSource);
        const parts = Array.from({ length: count }, (_, index) => ofShard(sources, { index: index + 1, count }));
        expect(
          parts
            .flat()
            .map(({ name }) => name)
            .sort(),
        ).toEqual(sources.map(({ name }) => name).sort());
        for (const [index, part] of parts.entries())
          for (const source of part) expect(ofShard([source], { index: index + 1, count })).toEqual([source]);
      },
    ),
  );
});

describe("the stacks of a backend", () => {
  const backend = (...names: string[]): PulumiCli =>
    ({ text: async () => JSON.stringify(names.map((name) => ({ name }))) }) as unknown as PulumiCli;
  const pulumi = backend("organization/net/prod", "organization/net/dev", "organization/app/prod");
  const chosen = async (include: string[], exclude: string[] = []): Promise<unknown[]> =>
    (await allStacks(pulumi, { include, exclude })).map(({ pulumiStack }) => pulumiStack);

  test("each --include fits one at least: what a slip leaves out is not passed over", async () => {
    expect(await chosen(["net/*", "*/prod"], ["app/*"])).toEqual(["organization/net/dev", "organization/net/prod"]);
    await expect(chosen(["net/*", "ap/prod"])).rejects.toThrow(
      new DriftError("none of the backend's 3 stacks fits --include ap/prod; did you mean app/prod?"),
    );
    await expect(chosen(["net/*", "organisation/app/prod"])).rejects.toThrow(/did you mean organization\/app\/prod\?$/);
    await expect(chosen(["net/*"], ["net/*"])).rejects.toThrow(/fits --include and --exclude$/);
  });

  test("what was chosen has the same digest in any order, and another where another stack is", () => {
    const [one, two, three] = ["a", "b", "c"].map(fileSource);
    expect(selectionOf([one!, two!])).toEqual(selectionOf([two!, one!]));
    expect(selectionOf([one!, two!])).not.toEqual(selectionOf([one!, three!]));
    expect(selectionOf([one!, two!]).count).toBe(2);
  });
});
