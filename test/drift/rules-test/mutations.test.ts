import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { ruleNames, type RuleName } from "../../../policy/rules/file/rules-file";
import { runGuide } from "./helpers/guide";

const root = join(__dirname, "../../..");

/** Three faults of each rule: a text of its file, and the text in its place. */
const mutations: Readonly<Record<RuleName, readonly (readonly [from: string, to: string])[]>> = {
  "record-exists": [
    ["context.references.every(isResolved)", "context.references.length > 0"],
    ["return missing.length === 0 && ambiguous", "return ambiguous"],
    ["...open, ...missing, ...without", "...open, ...without"],
  ],
  "reference-required": [
    ["context.references.some(isUnmet)", "!context.references.some(isUnmet)"],
    ["return entry.required && ids.length === 0", "return entry.required && ids.length > 0"],
    ["context.resource.external !== true && context", "context.resource.external === true && context"],
  ],
  "record-in-service": [
    ["const isServing = serves(record, rules);", "const isServing = !serves(record, rules);"],
    [": !outOfService.has(status)", ": outOfService.has(status)"],
    ['"removed", "retired", "scrapped", "terminated"', '"removed", "retired", "scrapped"'],
  ],
  "attributes-match": [
    ["if (agreement === true) return undefined;", "if (agreement !== true) return undefined;"],
    ["if (wanted === undefined) {", "if (wanted !== undefined) {"],
    ["const isHidden = isSecretAt(match.property, found.value, resource);", "const isHidden = false;"],
  ],
  "location-consistent": [
    ["return isOpen ? [] : locations;", "return isOpen ? locations : [];"],
    ["canonical(named) === canonical(id)", "canonical(named) !== canonical(id)"],
    ['if (kind === "location") continue;', 'if (kind !== "location") continue;'],
  ],
  "country-matches-region": [
    ["if (country === wanted) return [];", "if (country !== wanted) return [];"],
    ["if (places.length === 0) return skipped", "if (places.length > 0) return skipped"],
    ["reference.kind === kind)", "reference.kind !== kind)"],
  ],
  "reference-unique": [
    ["several.length <= most) continue;", "several.length > most) continue;"],
    ["else if (earlier !== resource) this", "else if (earlier === resource) this"],
    ["const resource = sorted[most];", "const resource = sorted[0];"],
  ],
  "inventory-covered": [
    ["if (uncovered.length === 0) return [];", "if (uncovered.length > 0) return [];"],
    ["records.filter((id) => !referred.has(id))", "records.filter((id) => referred.has(id))"],
    ["context.rules.cover.flatMap(", "context.rules.cover.slice(1).flatMap("],
  ],
  "inventory-fresh": [
    ["if (age <= maxAge) return [];", "if (age > maxAge) return [];"],
    ["/ 1000));", "/ 1_000_000));"],
    ["(durationIn(allowed) ?? 0) / 1_000", "(durationIn(allowed) ?? 0)"],
  ],
};

const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-mutations-"));
afterAll(() => rmSync(folder, { recursive: true }));
runGuide(folder);

const program = `
  import { runTestFiles } from "./drift/rules-test/index.js";
  import { readTestFiles } from "./drift/rules-test/read.js";
  const { files } = runTestFiles(readTestFiles([${JSON.stringify(join(folder, "cmdb.rules.test.yaml"))}]), undefined);
  const failed = files.flatMap(({ cases }) => cases.filter(({ failures }) => failures.length > 0));
  console.log(JSON.stringify(failed.map(({ name }) => name)));`;

/** Runs the cases of the guide with a change of a rule's file. Returns the names of the failed cases. */
async function failedCases(rule: RuleName, change: (text: string) => string): Promise<string[]> {
  const built = await build({
    stdin: { contents: program, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    platform: "node",
    packages: "external",
    logLevel: "error",
    plugins: [
      {
        name: "mutation",
        setup: ({ onLoad }) =>
          onLoad({ filter: new RegExp(`/policy/rules/${rule}\\.ts$`) }, ({ path }) => ({
            contents: change(readFileSync(path, "utf8")),
            loader: "ts",
          })),
      },
    ],
  });
  const [file] = built.outputFiles;
  const options = {
    input: file?.text ?? "",
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" },
  } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=commonjs", "-"], options);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}

test("the cases of the guide pass with unchanged rules", async () => {
  expect(await failedCases("record-exists", (text) => text)).toEqual([]);
});

test.each(ruleNames)("three faults in the code of %s each fail a case of the guide", async (rule) => {
  expect(mutations[rule]).toHaveLength(3);
  for (const [from, to] of mutations[rule]) {
    const failed = await failedCases(rule, (text) => {
      expect(text.split(from)).toHaveLength(2);
      return text.replace(from, () => to);
    });
    expect([from, failed.length > 0]).toEqual([from, true]);
  }
});
