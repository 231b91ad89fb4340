import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CustomResource } from "@pulumi/pulumi";
import manifest from "../../package.json";
import * as api from "../../provider";
import { settingSources } from "../../provider/settings/sources";
import { secretSettings } from "../../provider/settings/schema";
import { namedFields } from "../../provider/model/records";
import { pluginFolder, pluginProgram } from "./environment";

interface Property {
  readonly description?: string;
  readonly secret?: boolean;
}
interface ObjectType {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly description?: string;
}
interface ResourceType extends ObjectType {
  readonly inputProperties: Readonly<Record<string, Property>>;
  readonly requiredInputs?: readonly string[];
  readonly required?: readonly string[];
}
interface Schema {
  readonly version: string;
  readonly config: { readonly variables: Readonly<Record<string, Property>> };
  readonly provider: { readonly inputProperties: Readonly<Record<string, Property>>; readonly description?: string };
  readonly types: Readonly<Record<string, ObjectType>>;
  readonly functions: Readonly<Record<string, { description?: string; inputs?: ObjectType; outputs: ObjectType }>>;
  readonly resources: Readonly<Record<string, ResourceType>>;
}

const schema = JSON.parse(readFileSync(join(pluginFolder, "schema.json"), "utf8")) as Schema;
/** What a doc comment says of its source. */
const sourceMarker = /\[(doc|spec|vendor|assum)/;
const tokens = (names: string[]): string[] => names.map((name) => `orange-cmdb:index:${name}`).sort();

test("the schema has exactly the functions and tracked records of the TypeScript API", () => {
  const names = Object.keys(api).filter((name) => /^get/.test(name) && !name.endsWith("Output"));
  expect(names.length).toBeGreaterThan(9);
  expect(Object.keys(schema.functions).sort()).toEqual(tokens(names));
  const records = Object.entries(api).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof CustomResource,
  );
  expect(records.length).toBe(3);
  expect(Object.keys(schema.resources).sort()).toEqual(tokens(records.map(([name]) => name)));
});

test("the schema has every setting, and marks secret ones", () => {
  const settings = settingSources({}, () => undefined, {}).map(({ setting }) => setting);
  for (const given of [schema.config.variables, schema.provider.inputProperties]) {
    expect(Object.keys(given).sort()).toEqual([...settings].sort());
    const secret = Object.keys(given).filter((name) => given[name]?.secret === true);
    expect(secret.sort()).toEqual([...secretSettings].sort());
  }
});

test("a record of the schema has its named fields", () => {
  for (const name of ["LocationRecord", "ServicePointRecord", "ConfigurationItemRecord", "AccountRecord"]) {
    const record = schema.types[`orange-cmdb:index:${name}`]?.properties ?? {};
    expect(Object.keys(record).sort()).toEqual(["attributes", "id", ...namedFields].sort());
  }
  const tracked = schema.resources["orange-cmdb:index:ConfigurationItem"]?.properties ?? {};
  expect(Object.keys(tracked).sort()).toEqual(
    ["as", "attributes", "by", "configurationItemId", "track", "value", ...namedFields].sort(),
  );
  for (const [name, id] of [
    ["ConfigurationItem", "configurationItemId"],
    ["Location", "locationId"],
    ["ServicePoint", "servicePointId"],
  ] as const) {
    const { inputProperties, requiredInputs = [], required } = schema.resources[`orange-cmdb:index:${name}`] ?? {};
    expect([Object.keys(inputProperties ?? {}).sort(), requiredInputs]).toEqual([
      ["as", "by", id, "track", "value"].sort(),
      [],
    ]);
    expect(required).toEqual([id]);
  }
});

test("every part of the schema has a description", () => {
  const { provider, types, functions, resources } = schema;
  const described = [
    { description: provider.description, properties: provider.inputProperties },
    ...Object.values(types),
    ...Object.values(functions).flatMap(({ description, inputs, outputs }) => [
      { description, properties: { ...inputs?.properties, ...outputs.properties } },
    ]),
    ...Object.values(resources).flatMap((resource) => [
      resource,
      { description: resource.description, properties: resource.inputProperties },
    ]),
  ];
  for (const { description, properties = {} } of described) {
    expect(description?.length).toBeGreaterThan(10);
    expect(description).not.toMatch(sourceMarker);
    for (const [name, property] of Object.entries(properties)) {
      expect([name, property.description]).toEqual([name, expect.stringMatching(/^[^{]{10,}$/)]);
      expect([name, property.description]).toEqual([name, expect.not.stringMatching(sourceMarker)]);
    }
  }
});

test("the plugin returns the schema to the Pulumi CLI", async () => {
  const plugin = pluginProgram;
  const env = { ...process.env, NODE_OPTIONS: "", PULUMI_SKIP_UPDATE_CHECK: "true" };
  const pulumi = process.env["ORANGE_CMDB_PULUMI"] ?? "pulumi";
  const { stdout } = await promisify(execFile)(pulumi, ["package", "get-schema", plugin], { env });
  const got = JSON.parse(stdout) as Schema;
  expect(got.version).toBe(manifest.version);
  expect(got.functions).toEqual(schema.functions);
  expect(got.resources).toEqual(schema.resources);
});
