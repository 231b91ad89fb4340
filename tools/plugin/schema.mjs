// The schema of the provider plugin, read from the TypeScript API: its functions, arguments, results and settings, with their
// comments as descriptions. What the API says is what every language is told; there is no second list.
import { createRequire } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../paths.mjs";
import { isDeclared, SchemaTypes } from "./schema-types.mjs";

const require = createRequire(import.meta.url);
const name = "orange-cmdb";

const sources = {
  functions: join(root, "provider", "functions", "inventory-functions.ts"),
  settings: join(root, "provider", "config.ts"),
  resources: join(root, "provider", "resources", "index.ts"),
};

/** Only the project's own types matter: no package is read for them. */
function parse() {
  const options = { target: ts.ScriptTarget.ES2023, lib: ["lib.es2023.d.ts"], module: ts.ModuleKind.NodeNext };
  const strict = { strict: true, exactOptionalPropertyTypes: true, types: [], noEmit: true };
  const host = ts.createCompilerHost({ ...options, ...strict });
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => ({
      resolvedModule: text.startsWith(".")
        ? { resolvedFileName: join(from, "..", text).replace(/\.js$/, ".ts"), extension: ".ts" }
        : undefined,
    }));
  return ts.createProgram(Object.values(sources), { ...options, ...strict }, host);
}

/** The exported declarations of a file that pass. */
function exported(program, file, passes) {
  return program.getSourceFile(file).statements.filter((statement) => isDeclared(statement) && passes(statement));
}

function functionsOf(program, types) {
  const [api] = exported(program, sources.functions, ts.isClassDeclaration);
  const methods = api.members.filter(
    (member) => ts.isMethodDeclaration(member) && !ts.isPrivateIdentifier(member.name),
  );
  return methods.map((method) => {
    const [parameter] = method.parameters;
    const inputs = parameter && types.object(types.of(parameter.type));
    return [
      `${name}:index:${method.name.text}`,
      {
        description: types.description(method),
        ...(inputs && Object.keys(inputs.properties).length > 0 ? { inputs } : {}),
        outputs: types.result(method),
      },
    ];
  });
}

/** The class of a tracked record names its arguments in its constructor, and its outputs in what it implements. */
function resourcesOf(program, types) {
  const classes = exported(program, sources.resources, ts.isClassDeclaration);
  return classes.map((record) => {
    const implemented = record.heritageClauses.find(({ token }) => token === ts.SyntaxKind.ImplementsKeyword);
    const constructor = record.members.find(ts.isConstructorDeclaration);
    const inner = (node) => types.of(node.typeArguments[0]);
    const inputs = types.object(inner(constructor.parameters[1].type));
    const outputs = types.object(inner(implemented.types[0]));
    return [
      `${name}:index:${record.name.text}`,
      {
        description: types.description(record),
        inputProperties: inputs.properties,
        requiredInputs: inputs.required,
        ...outputs,
      },
    ];
  });
}

function settingsOf(program, types) {
  const [args] = exported(
    program,
    sources.settings,
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === "InventoryArgs",
  );
  // Compiled before this runs: which settings are secret is said there once.
  const { secretSettings } = require(join(root, "dist", "provider", "config.js"));
  const { properties } = types.object(types.of(args));
  for (const key of secretSettings) properties[key].secret = true;
  return { description: types.description(args), inputProperties: properties };
}

/** How the languages' SDKs are generated. */
const language = {
  nodejs: {
    packageDescription: "Generated SDK; programs in TypeScript rather use the package pulumi-orange-cmdb.",
    respectSchemaVersion: true,
  },
  python: { respectSchemaVersion: true, pyproject: { enabled: true } },
  go: { importBasePath: `pulumi-${name}/sdk/go/orangecmdb`, respectSchemaVersion: true },
  csharp: { respectSchemaVersion: true, namespaces: { [name]: "OrangeCmdb" } },
  java: { buildFiles: "gradle" },
};

/** Makes the schema. @throws Error where something of the API has no comment, or a type that other languages lack */
export function makeSchema() {
  const program = parse();
  const types = new SchemaTypes(program.getTypeChecker(), name);
  const { version, description, license, keywords } = require(join(root, "package.json"));
  const provider = settingsOf(program, types);
  const functions = Object.fromEntries(functionsOf(program, types));
  const resources = Object.fromEntries(resourcesOf(program, types));
  return {
    name,
    displayName: "Orange Business CMDB",
    version,
    description,
    license,
    keywords,
    // SDKs are generated as modules of their own, with their manifests.
    meta: { supportPack: true },
    language,
    config: { variables: provider.inputProperties },
    provider,
    types: types.named,
    functions,
    resources,
  };
}
