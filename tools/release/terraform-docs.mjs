// The documentation of the provider in the layout of Terraform's registry, from the provider's schema.
import { build } from "esbuild";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "prettier";
import { optionalClients } from "../optional-clients.mjs";
import { root } from "../paths.mjs";
import { constants, defaultHost, source } from "../terraform/bundle.mjs";

/** Loads the provider's schema from its sources. */
async function schemas() {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-docs-"));
  try {
    const outfile = join(folder, "schema.cjs");
    const from = (path) => JSON.stringify(join(root, "provider", "terraform", path));
    const contents = `export { providerBlock } from ${from("configuration.ts")};
      export { dataSources } from ${from("data-sources/index.ts")};`;
    await build({
      stdin: { contents, resolveDir: root },
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      define: constants(),
      external: optionalClients,
      tsconfigRaw: {},
      logLevel: "error",
    });
    const { providerBlock, dataSources } = createRequire(outfile)(outfile);
    return { provider: providerBlock(), dataSources };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const groups = [
  ["Required", ({ set }) => set === "required"],
  ["Optional", ({ set }) => set.startsWith("optional")],
  ["Read-Only", ({ set }) => set === "computed"],
];

function typeName(type) {
  if (typeof type === "string") return { bool: "Boolean" }[type] ?? type[0].toUpperCase() + type.slice(1);
  if ("listOf" in type) return "List of Object";
  const [, element] = type;
  return `List of ${typeName(element)}`;
}

const line = (name, { type, description, sensitive }) =>
  `- \`${name}\` (${typeName(type)}${sensitive ? ", Sensitive" : ""}) ${description.replace(/\s+/g, " ")}`;

/** Returns the attributes and nested blocks, by the headings of the registry. */
function schemaText({ attributes, blocks = {} }) {
  const all = Object.entries(attributes);
  const parts = groups.map(([title, belongs]) => {
    const lines = all.filter(([, attribute]) => belongs(attribute)).map(([name, attribute]) => line(name, attribute));
    const nested =
      title === "Optional"
        ? Object.keys(blocks).map((name) => `- \`${name}\` (Block List) Described [below](#nested-schema-for-${name}).`)
        : [];
    const found = [...lines, ...nested];
    return found.length === 0 ? "" : `### ${title}\n\n${found.join("\n")}\n`;
  });
  const lists = all.filter(([, { type }]) => typeof type === "object" && "listOf" in type);
  const below = [
    ...Object.entries(blocks).map(([name, block]) => nestedText(name, block)),
    ...lists.map(([name, { type }]) => nestedText(name, { description: "", attributes: type.listOf })),
  ];
  return [...parts, ...below].filter(Boolean).join("\n");
}

function nestedText(name, { description, attributes }) {
  const lines = Object.entries(attributes).map(([inner, attribute]) => line(inner, attribute));
  return `### Nested Schema for \`${name}\`\n\n${description}\n\n${lines.join("\n")}\n`;
}

function page(title, description, example, block) {
  return `---
page_title: ${JSON.stringify(title)}
description: ${JSON.stringify(description.replace(/\s+/g, " "))}
---

# ${title}

${description}

## Example Usage

\`\`\`hcl
${example}
\`\`\`

## Schema

${schemaText(block)}`;
}

/** Returns an example of a data source: the first arguments that select records. */
function exampleOf(type, { attributes, blocks = {} }) {
  if (!blocks.filter) return `data "${type}" "example" {}`;
  if (!("records" in attributes)) return `data "${type}" "example" {\n  name = "Paris 001"\n}`;
  return `data "${type}" "example" {
  at_least = 1
  filter {
    name   = "name"
    values = ["Paris*"]
  }
}`;
}

const providerExample = `terraform {
  required_providers {
    orangecmdb = {
      source = "${defaultHost}/${source}"
    }
  }
}

variable "cmdb_secret" {
  sensitive = true
}

provider "orangecmdb" {
  client_id     = "my-application"
  client_secret = var.cmdb_secret
}`;

/** Returns the pages by their paths in the registry's layout. */
export async function terraformDocs() {
  const { provider, dataSources } = await schemas();
  const pages = {
    "docs/index.md": page("orangecmdb Provider", provider.description, providerExample, provider),
  };
  for (const [type, { block }] of dataSources) {
    const name = type.replace(/^orangecmdb_/, "");
    pages[`docs/data-sources/${name}.md`] = page(
      `${type} (Data Source)`,
      block.description,
      exampleOf(type, block),
      block,
    );
  }
  const formatted = Object.entries(pages).map(async ([path, text]) => [
    path,
    await format(text, { parser: "markdown" }),
  ]);
  return Object.fromEntries(await Promise.all(formatted));
}

/** Writes the pages into a folder. */
export async function writeTerraformDocs(folder) {
  for (const [path, text] of Object.entries(await terraformDocs())) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
