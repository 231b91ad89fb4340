import { capitalized } from "../helpers/capitalized";
import { example } from "../plugin/sdks";
import { classesOf, readSchema } from "./helpers/schema";

// .NET is not installed by the tests, and Pulumi's generator of its SDKs is not a Go module: the schema is what can be checked.
const schema = readSchema();
const classes = classesOf(schema);

test("the example of the documentation uses the namespaces of the schema", () => {
  const namespace = `Pulumi.${schema.language.csharp.namespaces["orange-cmdb"]}`;
  const used = [...example("dotnet.md", "csharp").matchAll(/^using (Pulumi\..+);$/gm)].map(([, name]) => name);
  expect(used).toEqual([namespace, `${namespace}.Inputs`]);
});

test("the example of the documentation sets every required argument, and no unknown one", () => {
  const objects = initializersIn(example("dotnet.md", "csharp"));
  const names = objects.map(({ name }) => name);
  expect(names.sort()).toEqual(["ConfigurationItem", "Filter", "GetConfigurationItems", "GetLocation"]);
  for (const { name, body } of objects) {
    const { properties = {}, required = [] } = classes.get(`${name}Args`) ?? {};
    const given = [...body.matchAll(/(\w+) =(?![=>])/g)].map(([, argument]) => argument);
    expect(given.length).toBeGreaterThan(0);
    expect(Object.keys(properties).map(capitalized)).toEqual(expect.arrayContaining(given));
    expect(given).toEqual(expect.arrayContaining(required.map(capitalized)));
  }
});

/** Returns the object initializers of arguments, each without those inside it. */
function initializersIn(code: string): { name: string; body: string }[] {
  const innermost = /(?:(\w+)\.Invoke\(new\(\)|new (\w+)\("[^"]*", new\(\)|new (\w+)Args)?\s*\{([^{}]*)\}/;
  const found: { name: string; body: string }[] = [];
  for (let match = innermost.exec(code); match; match = innermost.exec(code)) {
    const [whole, look, resource, type, body = ""] = match;
    const name = look ?? resource ?? type;
    if (name) found.push({ name, body });
    code = code.replace(whole, "");
  }
  return found;
}

test("no property has the name of its class, which C# rejects", () => {
  expect(classes.size).toBeGreaterThan(20);
  for (const [name, { properties }] of classes)
    expect([name, Object.keys(properties).map(capitalized)]).toEqual([name, expect.not.arrayContaining([name])]);
});
