// The schema of the provider plugin, read from the TypeScript API: its functions, arguments, results and settings, with their
// comments as descriptions, so that all languages have the same documentation.
import { createRequire } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { Api, sources } from "../doc-comments.mjs";
import { root } from "../paths.mjs";
import { SchemaTypes } from "./schema-types.mjs";

const require = createRequire(import.meta.url);
const name = "orange-cmdb";

function functionsOf(api, types) {
  const [functions] = api.exported(sources.functions, ts.isClassDeclaration);
  const methods = functions.members.filter(
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
function resourcesOf(api, types) {
  const classes = api.exported(sources.resources, ts.isClassDeclaration);
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

function settingsOf(api, types) {
  const args = api.interface("InventoryArgs");
  // Read the list of secret settings from the compiled code, which is built before.
  const { secretSettings } = require(join(root, "dist", "provider", "settings", "schema.js"));
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

/** Creates the schema. @throws Error if a part of the API has no comment, or a type that other languages lack */
export function makeSchema() {
  const api = new Api();
  const types = new SchemaTypes(api, name);
  const { version, description, license, keywords, repository } = require(join(root, "package.json"));
  const [, project] = /github\.com\/(.+)\.git$/.exec(repository.url);
  const provider = settingsOf(api, types);
  const functions = Object.fromEntries(functionsOf(api, types));
  const resources = Object.fromEntries(resourcesOf(api, types));
  return {
    name,
    displayName: "Orange Business CMDB",
    version,
    description,
    license,
    keywords,
    publisher: "Orange Business",
    repository: `https://github.com/${project}`,
    // Generated SDKs have this address, from which Pulumi installs the plugin.
    pluginDownloadURL: `github://api.github.com/${project}`,
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
