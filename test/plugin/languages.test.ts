import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capitalized } from "../helpers/capitalized";
import { root } from "../engine/helpers/project";
import { createPluginEnvironment, pluginFolder } from "./environment";
import { example, examples, makeSdks, pages, said, works } from "./sdks";

let folder: string;
let sdks: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-languages-"));
  sdks = join(folder, "sdks");
  makeSdks(sdks);
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the TypeScript example compiles against the package", () => {
  const code = join(folder, "example.mts");
  writeFileSync(code, example("typescript.md", "ts"));
  const paths = { "pulumi-orange-cmdb": [join(root, "dist/provider/index.d.ts")] };
  const compilerOptions = { module: "nodenext", target: "es2023", strict: true, noEmit: true, skipLibCheck: true };
  const config = { compilerOptions: { ...compilerOptions, types: [], paths }, files: [code] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  expect(said(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], folder)).toBe("");
});

test("the generated TypeScript SDK compiles", () => {
  const sdk = join(sdks, "nodejs");
  mkdirSync(join(sdk, "node_modules/@pulumi"), { recursive: true });
  execFileSync("ln", ["-s", join(root, "node_modules/@pulumi/pulumi"), join(sdk, "node_modules/@pulumi/pulumi")]);
  execFileSync("ln", ["-s", join(root, "node_modules/@types"), join(sdk, "node_modules/@types")]);
  const options = {
    module: "nodenext",
    target: "es2023",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
  };
  writeFileSync(join(sdk, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["index.ts"] }));
  expect(said(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", sdk], sdk)).toBe("");
});

test.each([
  ["nodejs", ".ts", ["ipAddress", "serialNumber", "customerReference"]],
  ["python", ".py", ["ip_address", "serial_number", "customer_reference"]],
  ["go", ".go", ["IpAddress", "SerialNumber", "CustomerReference"]],
])("the generated SDK of %s has the named fields, each described", (language, extension, names) => {
  const files = readdirSync(join(sdks, language), { recursive: true, encoding: "utf8" });
  const code = files
    .filter((name) => name.endsWith(extension) && !name.includes("node_modules"))
    .map((name) => readFileSync(join(sdks, language, name), "utf8"))
    .join("\n");
  for (const name of names) expect([name, new RegExp(`\\b${name}\\b`).test(code)]).toEqual([name, true]);
  expect(code).toContain("The serial number of the equipment.");
});

test("the YAML examples run", async () => {
  const scene = await createPluginEnvironment();
  try {
    const [first = "", second = "", ...more] = examples("yaml.md", "yaml");
    expect(more).toEqual([]);
    const write = (code: string): void => {
      expect(code).toContain("path: node_modules/.bin");
      scene.project.write("Pulumi.yaml", code.replace("node_modules/.bin", pluginFolder));
    };
    write(first);
    await scene.project.pulumi("stack", "init", "test");
    const preview = await scene.project.pulumi("preview", "--diff");
    expect(preview.text).toMatch(/siteAddress *: ".*Paris/);
    expect(preview.text).toMatch(/routerStatus *: "OPERATIONAL"/);
    expect(preview.text).toMatch(/routerAddress *: "10\.0\.0\.1"/);
    expect(preview.text).toMatch(/routerSerialNumber *: "SN00000001"/);
    expect(preview.code).toBe(0);
    write(second);
    await scene.project.pulumi("stack", "init", "test");
    // A ready token: here, one of the sandbox's own.
    const { sandbox } = scene;
    const basic = Buffer.from("sandbox-client:sandbox-secret").toString("base64");
    const response = await fetch(sandbox.tokenUrl, {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    const settings = ["--plaintext", `otherEndpoint=${sandbox.endpoint}`, "--secret", `otherToken=${token}`];
    await scene.project.pulumi("config", "set-all", ...settings);
    const other = await scene.project.pulumi("preview", "--diff");
    expect(other.text).toMatch(/siteAddress *: .*Paris/);
    expect(other.text).not.toContain(token);
    expect(other.code).toBe(0);
  } finally {
    await scene.end();
  }
}, 600_000);

test("a YAML program reads the named fields of a look-up and of a list", async () => {
  const scene = await createPluginEnvironment();
  try {
    scene.program({
      variables: {
        router: { "fn::orange-cmdb:getConfigurationItem": { id: "CI-RTR-PAR-001" } },
        routers: {
          "fn::orange-cmdb:getConfigurationItems": {
            locationId: "LOC-PAR-001",
            filters: [{ name: "ipAddress", values: ["10.0.0.1"] }],
          },
        },
      },
      outputs: {
        address: "${router.ipAddress}",
        device: "${router.manufacturer} ${router.model} ${router.serialNumber} ${router.role}",
        listed: "${routers.records[0].serialNumber}",
      },
    });
    await scene.project.pulumi("stack", "init", "test");
    const { code, text } = await scene.project.pulumi("preview");
    expect([code, text]).toEqual([0, expect.stringMatching(/address *: "10\.0\.0\.1"/)]);
    expect(text).toMatch(/device *: "Cisco ISR 4331 SN00000001 PRIMARY"/);
    expect(text).toMatch(/listed *: "SN00000001"/);
  } finally {
    await scene.end();
  }
}, 600_000);

const python = works("python3", "--version") ? test : test.skip;
python("Python: the SDK compiles, and the example uses names that it has (needs python3)", () => {
  const sdk = join(sdks, "python");
  const code = join(folder, "example.py");
  writeFileSync(code, example("python.md", "python"));
  expect(said("python3", ["-m", "compileall", "-q", sdk, code], folder)).toBe("");
  expect(said("python3", [join(__dirname, "names.py"), code, sdk], folder)).toBe("");
});

test.each([
  ["dotnet.md", "csharp"],
  ["java.md", "java"],
])("the %s example uses names of the schema", (page, language) => {
  const schema = JSON.parse(readFileSync(join(pluginFolder, "schema.json"), "utf8")) as {
    functions: Record<string, { inputs?: { properties: object }; outputs: { properties: object } }>;
    resources: Record<string, { properties: object }>;
    types: Record<string, { properties: object }>;
  };
  const last = (token: string): string => token.slice(token.lastIndexOf(":") + 1);
  const objects = [
    ...Object.values(schema.functions).flatMap(({ inputs, outputs }) => [inputs?.properties ?? {}, outputs.properties]),
    ...[...Object.values(schema.resources), ...Object.values(schema.types)].map(({ properties }) => properties),
  ];
  const properties = new Set(objects.flatMap((object) => Object.keys(object)));
  const functions = Object.keys(schema.functions).map(last);
  const classes = [...Object.keys(schema.resources), ...Object.keys(schema.types)].map(last);
  const code = example(page, language);
  const named = (pattern: RegExp): string[] => [...code.matchAll(pattern)].map(([, name = ""]) => name);
  if (language === "csharp") {
    const used = named(/(\w+)\.Invoke\(/g);
    expect(used.length).toBeGreaterThan(1);
    for (const name of used) expect(functions.map(capitalized)).toContain(name);
    for (const name of named(/new (\w+?)(?:Args)?(?: \{|\()/g).filter((name) => name !== "Dictionary"))
      expect(classes).toContain(name);
    const set = named(/(?<=[{(\s])([A-Z]\w+) = /g);
    expect(set.length).toBeGreaterThan(4);
    for (const name of set) expect([...properties].map(capitalized)).toContain(name);
    return;
  }
  const used = named(/Functions\.(\w+)\(/g);
  expect(used.length).toBeGreaterThan(1);
  for (const name of used) expect(functions).toContain(name);
  const builders = [...functions.map((name) => `${capitalized(name)}Args`), ...classes.map((name) => `${name}Args`)];
  for (const name of named(/(\w+)\.builder\(\)/g)) expect(builders).toContain(name);
  const called = named(/\.(\w+)\(/g).filter(
    (name) => !["run", "build", "builder", "export", "applyValue", "orElse"].includes(name),
  );
  expect(called.length).toBeGreaterThan(6);
  for (const name of called) expect([...properties, ...functions]).toContain(name);
});

test("links of the examples are valid, and the tour links to every page", () => {
  const tour = readFileSync(join(root, "docs/get-started.md"), "utf8");
  for (const page of readdirSync(pages)) {
    expect(tour).toContain(`guides/languages/${page}`);
    const text = readFileSync(join(pages, page), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
      expect(() => readFileSync(join(pages, target))).not.toThrow();
  }
});
