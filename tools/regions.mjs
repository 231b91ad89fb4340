// Compares the types that lie in no region, as the rules know them, with the packages of the clouds' providers:
//   node tools/regions.mjs            compares policy/rules/regions with test/fixtures/region-types.json, from dist/
//   node tools/regions.mjs --update   reads the packages of the versions below, and writes the fixture and
//                                     policy/rules/regions/global-types.ts from them
// The packages (1 GB) are not dependencies of the project: --update downloads each with `npm pack` into a temporary folder
// (some minutes). The fixture holds names of types alone.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./paths.mjs";

/** The arguments by which a cloud's types say where they lie. */
const places = {
  aws: ["region"],
  gcp: ["region", "zone", "location"],
};

/** By the prefix of the types: those of which a resource leaves to its provider where it lies. */
const packages = {
  "aws:": { cloud: "aws", spec: "@pulumi/aws@7.48.0" },
  aws_: { cloud: "aws", spec: "@cdktf/provider-aws@21.22.1" },
  "gcp:": { cloud: "gcp", spec: "@pulumi/gcp@9.37.0" },
  google_: { cloud: "gcp", spec: "@cdktf/provider-google@16.12.1" },
};

const fixture = join(root, "test", "fixtures", "region-types.json");
const table = join(root, "policy", "rules", "regions", "global-types.ts");

/** A location that is documented to be `global` or `US` by default is not taken from the provider. */
const ownDefault =
  /(?:default|not (?:specified|provided)|omitted)[^.]*\b(?:global|US)\b|only[^.]*\bglobal\b|set to `global`/i;

/** Regional types that have a computed region alone. */
const computed = new Set(["directconnect/hostedConnection:HostedConnection", "dx_hosted_connection"]);

/** Types whose `location` is a building where cables end. */
const buildings = new Set(["compute/interconnect:Interconnect", "compute_interconnect"]);

/** Does an argument say where the resource lies, which its provider's configuration gives by default? */
function isRegional(cloud, source) {
  const [body = ""] =
    /^export interface \w+(?:Args|Config(?:A)? extends cdktf\.TerraformMetaArguments) \{\n[^]*?^\}/m.exec(source) ?? [];
  const named = places[cloud].filter((name) => new RegExp(`^    (?:readonly )?${name}\\??: `, "m").test(body));
  if (named.join() !== "location") return named.length > 0;
  const [, documentation = ""] = /\/\*\*((?:(?!\*\/)[^])*)\*\/\n {4}(?:readonly )?location\?: /.exec(body) ?? [];
  const text = documentation.replace(/\s*\n\s*\*\s*/g, " ");
  return !ownDefault.test(text) || /provider config/.test(text);
}

function* declarations(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile() && entry.name.endsWith(".d.ts")) yield join(entry.parentPath, entry.name);
}

/** The types of a package: the name of each, and whether it lies in a region. */
function readPackage(prefix, { cloud, spec }) {
  const folder = mkdtempSync(join(tmpdir(), "regions-"));
  try {
    const archive = execFileSync("npm", ["pack", "--silent", spec], { cwd: folder, encoding: "utf8" }).trim();
    execFileSync("tar", ["xzf", archive], { cwd: folder });
    const regional = new Set();
    const all = new Set();
    for (const path of declarations(folder)) {
      const source = readFileSync(path, "utf8");
      if (!/extends (?:pulumi\.CustomResource|cdktf\.TerraformResource) /.test(source)) continue;
      const script = readFileSync(path.replace(/\.d\.ts$/, ".js"), "utf8");
      const [, type = ""] = /(?:__pulumiType|tfResourceType) = ["']([^"']+)["']/.exec(script) ?? [];
      if (!type.startsWith(prefix)) throw new Error(`${path}: no type of ${prefix} but ${type}`);
      const name = type.slice(prefix.length);
      all.add(name);
      if (computed.has(name) || (isRegional(cloud, source) && !buildings.has(name))) regional.add(name);
    }
    return { spec, regional: grouped([...regional]), global: grouped([...all].filter((name) => !regional.has(name))) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `sqs/queue:Queue` and `sqs/queuePolicy:QueuePolicy` are `{ sqs: "/queue:Queue /queuePolicy:QueuePolicy" }`: it is smaller. */
function grouped(names) {
  const groups = {};
  for (const name of names.sort()) {
    const [module] = /^[a-z0-9]+/i.exec(name);
    (groups[module] ??= []).push(name.slice(module.length));
  }
  return Object.fromEntries(Object.entries(groups).map(([module, rest]) => [module, rest.join(" ")]));
}

const ungrouped = (groups) =>
  Object.entries(groups).flatMap(([module, rest]) => rest.split(" ").map((name) => module + name));

/** `ec2/vpc:Vpc` is `ec2/vpc` in the table. */
const shortened = (groups) => ungrouped(groups).map((name) => name.split(":")[0]);

/** The fewest patterns that hold all of these names, at the borders of their words, and none of the others. */
function patternsFor(names, others) {
  const patterns = new Set();
  const isTaken = (start) => others.some((name) => name.startsWith(start));
  for (const name of names) {
    const starts = [...name.matchAll(/[/:_]/g)].map(({ index }) => name.slice(0, index + 1));
    const start = starts.find((one) => !isTaken(one) && names.filter((other) => other.startsWith(one)).length > 1);
    patterns.add(start === undefined ? name : `${start}*`);
  }
  return [...patterns];
}

function writeTable(facts) {
  const entries = Object.entries(facts).map(([prefix, { spec, regional, global }]) => {
    const patterns = patternsFor(shortened(global), shortened(regional));
    return `  // ${spec}\n  "${prefix}": \`\n${wrap(patterns)}\`,\n`;
  });
  writeFileSync(
    table,
    `// Written by tools/regions.mjs from the packages that it names.

/**
 * Types that do not have the region of their provider, by the prefix of their package: types of global services, and parts of
 * a resource that have its region. \`*\` is a wildcard.
 */
export const globalTypes: Readonly<Record<string, string>> = {
${entries.join("")}};
`,
  );
}

function wrap(words) {
  const lines = [""];
  for (const word of words)
    if (lines.at(-1).length + word.length < 118) lines.push(`${lines.pop()} ${word}`);
    else lines.push(` ${word}`);
  return lines.map((line) => `   ${line}\n`).join("") + "  ";
}

/** The types of which the rules say otherwise than the packages, each with what they say. */
function differences(facts) {
  const { regionOf } = createRequire(import.meta.url)(join(root, "dist", "policy", "rules", "regions", "region-of.js"));
  const provider = { aws: { region: "eu-west-3" }, gcp: { region: "europe-west9" } };
  const found = [];
  let count = 0;
  for (const [prefix, { regional, global }] of Object.entries(facts))
    for (const [expected, names] of [
      ["in its provider's region", ungrouped(regional)],
      ["in no region", ungrouped(global)],
    ])
      for (const name of names) {
        const type = prefix + name;
        const region = regionOf({ urn: type, type, name, properties: {}, provider: provider[packages[prefix].cloud] });
        count += 1;
        if ((region === undefined) !== (expected === "in no region")) found.push(`${type} lies ${expected}`);
      }
  return { found, count };
}

const { values } = parseArgs({ options: { update: { type: "boolean" }, facts: { type: "string" } } });
if (values.update) {
  const facts = Object.fromEntries(
    Object.entries(packages).map(([prefix, what]) => [prefix, readPackage(prefix, what)]),
  );
  writeFileSync(fixture, `${JSON.stringify(facts, null, 2)}\n`);
  writeTable(facts);
} else {
  const { found, count } = differences(
    JSON.parse(readFileSync(values.facts ? resolve(values.facts) : fixture, "utf8")),
  );
  for (const line of found) console.log(line);
  console.log(`${count} types compared, ${found.length} differ`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
