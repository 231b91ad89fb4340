import { gzipSync } from "node:zlib";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "../helpers/fast-check";
import { DriftError } from "../../drift/common/errors";
import { StateReader } from "../../drift/sources/state-reader";
import { JsonSplitter } from "../../drift/sources/json/splitter";
import { chooseStacks } from "../../drift/sources/choose-stacks";
import { allStacks, fileSource, ofShard, selectionOf } from "../../drift/sources/source";
import type { PulumiCli } from "../../drift/sources/pulumi/pulumi-cli";
import { split } from "../../drift/sources/split";
import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource";
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
  for await (const piece of split(source.bytes(), source.name))
    for (const { resource } of reader.read(piece)) found.push(resource);
  return found;
}

const resource = (name: string, more: object = {}): object => ({
  urn: `urn:pulumi:prod::net::a:b:C::${name}`,
  type: "a:b:C",
  inputs: { tags: { "cmdb:location": "LOC-1" } },
  ...more,
});
const state = (resources: object[], version = 3): string => JSON.stringify({ version, deployment: { resources } });

test.each([3, 4])("a state of version %i is read", (version) => {
  expect(parseState(state([resource("x")], version), "s")).toMatchObject([
    { name: "x", type: "a:b:C", properties: { tags: { "cmdb:location": "LOC-1" } } },
  ]);
});

test("a resource that is pending replacement is not deployed, whatever properties are read", () => {
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

test("a file reads the same if it is compressed or has a byte order mark", async () => {
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

test("any document in chunks of any size gives its entries and the remainder", () => {
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
        const elements = new JsonSplitter(
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

test("keys with escapes are decoded, and a stack without resources is empty", () => {
  const escaped = state([resource("x")])
    .replace('"deployment"', '"\\u0064eployment"')
    .replace('"resources"', '"resour\\u0063es"')
    .replace('"inputs"', '"\\u0069nputs"');
  expect(parseState(escaped, "it")).toEqual(parseState(state([resource("x")]), "it"));
  const empty = { version: 3, deployment: { manifest: {}, metadata: {}, secrets_providers: {} } };
  expect(parseState(JSON.stringify(empty), "it")).toEqual([]);
});

test("a state that is truncated anywhere is rejected", () => {
  const text = state([resource("x"), resource("y")]);
  for (let length = 0; length < text.length; length += 1)
    expect(() => parseState(text.slice(0, length), "half")).toThrow(DriftError);
});

test.each([
  ["an empty text", ""],
  ["white space", " \n"],
  ["invalid JSON", "hello"],
  ["another document", "{}"],
  ["another version", state([], 5)],
  ["an entry without URN", '{"version":3,"deployment":{"resources":[{"type":"a"}]}}'],
  ["an entry that is a list", '{"version":3,"deployment":{"resources":[["urn","a"]]}}'],
  ["two lists of resources", '{"version":3,"deployment":{"resources":[],"resources":[]}}'],
  ["another key in place of resources", '{"version":3,"deployment":{"rexources":[]}}'],
  ["another encoding", Buffer.from('{"version":3,"deployment":{"resources":[{"urn":"\xff","type":"a"}]}}', "latin1")],
  ["an entry that is a number", '{"version":3,"deployment":{"resources":[7]}}'],
  ["a trailing comma", '{"version":3,"deployment":{"resources":[{"urn":"a","type":"b"},]}}'],
  ["a Terraform state file of an old version", '{"version":3,"terraform_version":"0.11.0","lineage":"x","modules":[]}'],
  ["a Terraform state file without resources", '{"version":4,"terraform_version":"1.9.0","lineage":"x"}'],
  ["a checkpoint of another version", '{"version":9,"checkpoint":{"latest":{"resources":[]}}}'],
  ["a checkpoint with a list in place of the deployment", '{"version":3,"checkpoint":{"latest":[]}}'],
  ["a Terraform state of an unknown version", '{"format_version":"2.0"}'],
  ["a document of an unknown version and shape", '{"format_version":"10.1","resources":[]}'],
  [
    "a plan whose prior state is of an unknown version",
    '{"format_version":"1.2","prior_state":{"format_version":"2.0"}}',
  ],
  ["a Terraform state without modules", '{"format_version":"1.0","values":{}}'],
  ["a state with null values", '{"format_version":"1.0","values":null}'],
  ["a plan without modules", '{"format_version":"1.2","planned_values":{"outputs":{}},"resource_changes":[]}'],
  [
    "a plan without the modules of its prior state",
    '{"format_version":"1.2","prior_state":{"format_version":"1.0","values":{}}}',
  ],
  ["resources that are not a list", '{"format_version":"1.0","values":{"root_module":{"resources":{"a":{}}}}}'],
  [
    "resources of a module that are not a list",
    '{"format_version":"1.0","values":{"root_module":{"child_modules":[{"child_modules":[{"resources":{}}]}]}}}',
  ],
  ["changes that are not a list", '{"format_version":"1.2","resource_changes":{}}'],
  ["a plan that failed", '{"format_version":"1.2","errored":true,"planned_values":{}}'],
])("%s is rejected with the reason", (_name, text) => {
  expect(() => parseState(text, "it")).toThrowErrorMatchingSnapshot();
});

test.each([
  ["a truncated compressed file", gzipSync(state([resource("x")])).subarray(0, 40)],
  ["a file in UTF-16, as a Windows shell writes it", Buffer.from(`\ufeff${state([])}`, "utf16le")],
])("%s is rejected", async (_name, bytes) => {
  writeFileSync(join(folder, "bad"), bytes);
  await expect(read(join(folder, "bad"))).rejects.toThrowErrorMatchingSnapshot();
});

test("a secret property exists with an unknown value, encrypted or in plain text", () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  const inputs = { a: { ...secret, ciphertext: "v1:xyz" }, b: [{ ...secret, plaintext: '"hidden"' }], c: "open" };
  const [found] = parseState(state([resource("x", { inputs })]), "it");
  expect(found?.properties).toEqual({ a: UNKNOWN, b: [UNKNOWN], c: "open" });
});

test("the position of a resource is in the program, not in a library", () => {
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
  ["a state with outputs only", { format_version: "1.0", values: { outputs: { a: { value: 1 } }, root_module: {} } }],
  ["an old state", { format_version: "0.2", terraform_version: "0.14.0", values: { root_module: {} } }],
  ["an empty plan", { format_version: "1.2", planned_values: { root_module: {} }, errored: false }],
])("%s has no resources", (_name, value) => {
  expect(parseState(JSON.stringify(value), "it")).toEqual([]);
});

test("tofu show -json of a state includes modules, and hides sensitive values", () => {
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
  expect(by("module.branch.terraform_data.secret")?.properties["input"]).toBe(UNKNOWN);
});

test("tofu show -json of a plan has the planned resources, and values unknown until apply are unknown", () => {
  const found = parseState(terraform("plan"), "it");
  expect(found).toHaveLength(6);
  const later = found.find(({ name }) => name.endsWith(".later"));
  expect(later?.properties["input"]).toEqual({ tags: { "cmdb:location": UNKNOWN } });
  expect(found.find(({ name }) => name.endsWith(".secret"))?.properties["input"]).toBe(UNKNOWN);
});

test("tofu show -json of a refresh-only plan has the deployed resources", () => {
  expect(parseState(terraform("refresh-only"), "it")).toHaveLength(6);
});

test("a plan omits deleted resources and data sources, and has property names in both spellings", () => {
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

test("a planned resource has the configuration of its provider, in any order of the document", () => {
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

test("resources that a targeted plan leaves unchanged stay deployed", () => {
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

test("every source belongs to exactly one shard, independent of the other sources", () => {
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
    chooseStacks(await allStacks(pulumi), { include, exclude }).map(({ pulumiStack }) => pulumiStack);

  test("are selected by patterns, and an --include that matches no stack is rejected", async () => {
    expect(await chosen(["net/*", "*/prod"], ["app/*"])).toEqual(["organization/net/dev", "organization/net/prod"]);
    await expect(chosen(["net/*", "ap/prod"])).rejects.toThrowErrorMatchingInlineSnapshot(
      `"none of the 3 stacks and states matches --include ap/prod; did you mean app/prod?"`,
    );
    await expect(chosen(["net/*", "organisation/app/prod"])).rejects.toThrowErrorMatchingInlineSnapshot(
      `"none of the 3 stacks and states matches --include organisation/app/prod; did you mean organization/app/prod?"`,
    );
    await expect(chosen(["net/*"], ["net/*"])).rejects.toThrowErrorMatchingInlineSnapshot(
      `"none of the 3 stacks and states matches --include and --exclude"`,
    );
  });

  test("have a digest of their selection that is independent of the order", () => {
    const [one, two, three] = ["a", "b", "c"].map(fileSource);
    expect(selectionOf([one!, two!])).toEqual(selectionOf([two!, one!]));
    expect(selectionOf([one!, two!])).not.toEqual(selectionOf([one!, three!]));
    expect(selectionOf([one!, two!]).count).toBe(2);
  });
});
