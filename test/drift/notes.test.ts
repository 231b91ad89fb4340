import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../drift/report/schema";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
let folder: string;

beforeAll(async () => {
  scene = await createTestEnvironment();
  folder = mkdtempSync(join(scene.cacheDir, "notes-"));
});
afterAll(() => scene.end());

function file(name: string, value: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const state = (stack: string, ...types: string[]): string =>
  file(`${stack}.json`, {
    version: 3,
    deployment: {
      resources: types.map((type) => ({
        urn: `urn:pulumi:${stack}::net::${type}::it`,
        type,
        inputs: { tags: { "cmdb:configuration-item": "CI-RTR-PAR-001" } },
      })),
    },
  });

const match = (record: string): object => ({ property: "tags", record });
const rules = (): string =>
  file("rules.json", {
    references: [
      { types: ["aws:*"], kind: "configurationItem", match: ["ipAddress", "attributes.ipAdress", "serial"].map(match) },
      { types: ["azure:*", "azure-native:*"], kind: "configurationItem", match: [match("nothing.of.the.kind")] },
      { types: ["gcp:*"], kind: "location" },
    ],
  });

async function notes(...args: string[]): Promise<string[]> {
  const out = join(folder, "report.json");
  const { code, err } = await scene.cli(["drift", ...args, "-o", `json=${out}`]);
  if (code === 1) throw new Error(err);
  return (JSON.parse(readFileSync(out, "utf8")) as Report).notes.map(({ message }) => message);
}

const misspelt =
  'rules.json:1:140: the rules\' references.0.match.1 compares with "attributes.ipAdress", which no configurationItem has; did you mean "ipAddress"?';
const serial =
  'rules.json:1:191: the rules\' references.0.match.2 compares with "serial", which no configurationItem has; did you mean "serialNumber"?';
const azure = "rules.json:1:212: the rules' references.1 (azure:*, azure-native:*) matches no resource";
const google = "rules.json:1:339: the rules' references.2 (gcp:*) matches no resource";

test("rules without effect are notes, and do not fail the run", async () => {
  const path = state("prod", "aws:x/y:Z");
  expect(await notes("--state", path, "--rules", rules())).toEqual([misspelt, serial, azure, google]);
  const { code, out } = await scene.cli(["drift", "--state", path, "--rules", rules()]);
  expect(code).toBe(0);
  expect(out).toContain(`Note: ${azure}`);
});

test("an entry with a misspelt type suggests the nearest type, in parts and in the merged report", async () => {
  const types = ["aws:ec2/customerGatway:CustomerGatway"];
  const misspelt = file("misspelt.json", { references: [{ types, kind: "location", required: true }] });
  const states = [state("one", "aws:ec2/customerGateway:CustomerGateway"), state("two", "azure:a/b:C")];
  const out = (index: number): string => join(folder, `misspelt-${index}.json`);
  for (const [index, path] of states.entries()) {
    const args = ["--state", path, "--rules", misspelt, "-o", "console", "-o", `json=${out(index)}`];
    const { code, out: said } = await scene.cli(["drift", ...args]);
    expect([code, said.includes(`did you mean "aws:ec2/customerGateway:CustomerGateway"?`)]).toEqual([0, index === 0]);
  }
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const merged = await scene.cli(["drift", "merge", ...order.map(out)]);
    expect(merged.out.replace(/\s+/g, " ")).toContain(
      `(${types.join()}) matches no resource; did you mean "aws:ec2/customerGateway:CustomerGateway"?`,
    );
  }
});

test("the parts of a report merge into the notes of the whole", async () => {
  const paths = [state("prod", "aws:x/y:Z"), state("dev", "gcp:x/y:Z"), state("lab", "aws:x/y:Z")];
  const args = paths.flatMap((path) => ["--state", path]);
  const parts = await Promise.all(
    [1, 2].map(async (part) => {
      const out = join(folder, `part-${part}.json`);
      await scene.cli(["drift", ...args, "--rules", rules(), "--shard", `${part}/2`, "-o", `json=${out}`]);
      return out;
    }),
  );
  const whole = await notes(...args, "--rules", rules());
  expect(whole).toContain(azure);
  expect(whole).not.toContain(google);
  const merged = await notes("merge", ...parts);
  // What is true of the records is so whichever part says it.
  expect(merged).toEqual(whole);
  expect(merged.filter((text) => text.endsWith("matches no resource"))).toEqual([azure]);
});

test("parts with different selections of stacks are rejected", async () => {
  const paths = [state("prod", "aws:x/y:Z"), state("dev", "gcp:x/y:Z"), state("lab", "aws:x/y:Z")];
  const part = async (index: number, of: readonly string[]): Promise<string> => {
    const out = join(folder, `chosen-${index}.json`);
    const args = of.flatMap((path) => ["--state", path]);
    const { code } = await scene.cli(["drift", ...args, "--shard", `${index}/2`, "-o", `json=${out}`]);
    expect(code).toBe(0);
    return out;
  };
  const parts = [await part(1, paths), await part(2, paths.slice(1))];
  const { code, err } = await scene.cli(["drift", "merge", ...parts]);
  expect([code, err]).toEqual([1, expect.stringContaining("the selection of stacks differs")]);
  await part(2, paths);
  expect((await scene.cli(["drift", "merge", ...parts])).code).toBe(0);
});

test("without a rules file, a note names the folders that were searched", async () => {
  const path = state("prod", "aws:x/y:Z");
  const shown = async (...args: string[]): Promise<string[]> =>
    (await notes(...args)).map((text) => text.replaceAll(folder, "<folder>"));
  expect(await shown("--state", path)).toMatchInlineSnapshot(`
   [
     "using tags and labels by convention: no cmdb.rules.yaml found from <tmp> upwards; create one, or choose one with --rules",
   ]
  `);
  const inner = join(folder, "project", "src");
  mkdirSync(inner, { recursive: true });
  const project = join(folder, "project", "Pulumi.yaml");
  writeFileSync(project, "name: net\n");
  writeFileSync(join(folder, "cmdb.rules.yaml"), "references: []\n");
  expect(await shown("--state", path, "--cwd", inner)).toMatchInlineSnapshot(`
   [
     "using tags and labels by convention: no cmdb.rules.yaml found from <folder>/project/src up to <folder>/project, where <folder>/project/Pulumi.yaml ends the search; create one, or choose one with --rules",
   ]
  `);
  expect(await shown("--state", path, "--cwd", join(folder, "project"))).toMatchInlineSnapshot(`
   [
     "using tags and labels by convention: no cmdb.rules.yaml found in <folder>/project, where <folder>/project/Pulumi.yaml ends the search; create one, or choose one with --rules",
   ]
  `);
});

test("every format names the source of the rules", async () => {
  const args = ["drift", "--state", state("prod", "aws:x/y:Z"), "--rules", rules(), "-o"];
  const from = join(folder, "rules.json").slice(scene.cacheDir.length + 1);
  const written = async (format: string): Promise<string> => (await scene.cli([...args, format])).out;
  for (const format of ["console", "markdown"]) expect(await written(format)).toContain(` · rules from ${from}`);
  expect(await written("html")).toContain(`"ruleSources":" · rules from ${from}"`);
  expect(JSON.parse(await written("json"))).toMatchObject({ ruleSources: [from] });
  expect(JSON.parse((await written("ndjson")).split("\n")[0] ?? "")).toMatchObject({ ruleSources: [from] });
});

test("a field that no record has is not reported as agreeing, and is named in every format", async () => {
  const typos = ["attributes.ipAdress", "serial"].map(match);
  const given = file("typos.json", { references: [{ types: ["*"], kind: "configurationItem", match: typos }] });
  const args = ["drift", "--state", state("prod", "aws:x/y:Z"), "--rules", given, "-o"];
  const misspelt =
    'typos.json:1:95: the rules\' references.0.match.0 compares with "attributes.ipAdress", which no configurationItem has; did you mean "ipAddress"?';
  const written = async (format: string): Promise<string> => (await scene.cli([...args, format])).out;
  const verdict = "No drift in the completed checks; not fully checked: attributes-match";
  for (const format of ["console", "markdown", "html"]) {
    const out = await written(format);
    expect(out).toContain(verdict);
    expect(out).toContain("which no configurationItem has");
    expect(out).not.toContain("very reference agrees");
  }
  expect(await written("markdown")).toMatch(/^## ⚠️ /);
  expect(await written("github")).toContain(`::warning title=drift::${misspelt}\n`);
  expect(await written("github")).not.toContain(`::notice title=note::${misspelt}\n`);
  expect(await written("sarif")).toContain("which no configurationItem has");
  expect(await written("ndjson")).toContain(
    '{"line":"note","about":"rules-field","message":"typos.json:1:95: the rules\' references.0',
  );
  const junit = await written("junit");
  expect(junit).toMatch(
    /name="attributes-match has no findings in [^"]+" time="0"><skipped message="typos\.json:1:95: the rules&apos; references/,
  );
  expect(junit).toMatch(/name="record-exists has no findings in [^"]+" time="0"\/>/);
  expect((await scene.cli([...args, "csv"])).err).toContain(misspelt);
});

describe("a field map with paths that no record has", () => {
  const nowhere = (...fields: string[]): Record<string, string[]> =>
    Object.fromEntries(fields.map((field) => [field, ["not.there"]]));
  const path = (tags: object): string =>
    file("mapped.json", {
      version: 3,
      deployment: { resources: [{ urn: "urn:pulumi:prod::net::aws:x/y:Z::it", type: "aws:x/y:Z", inputs: { tags } }] },
    });
  const item = { "cmdb:configuration-item": "CI-RTR-PAR-001" };
  const both = { ...item, "cmdb:location": "LOC-LYS-001" };
  const run = (map: object, tags: object, more: object = {}, ...args: string[]): Promise<CommandResult> => {
    const kinds = ["configurationItem", "location"].map((kind) => ({ types: ["*"], kind }));
    const given = file("mapped-rules.json", { references: kinds, ...more });
    const environment = { ORANGE_CMDB_FIELD_MAP: JSON.stringify(map), ORANGE_CMDB_CACHE_DIR: ":memory:" };
    return scene.cli(["drift", "--state", path(tags), "--rules", given, ...args], environment);
  };
  const noStatus = "no configurationItem has a status, so record-in-service cannot find anything; check the field map";
  const noPlace =
    "no configurationItem has a location (locationId, servicePointId), so location-consistent cannot find anything; check the field map";
  const blind = nowhere("status", "locationId", "servicePointId");

  test("is a note for each rule that it disables, and nothing is reported as agreeing", async () => {
    const { out, code } = await run({ configurationItem: blind }, both);
    expect([code, out]).toEqual([0, expect.stringContaining(noStatus)]);
    expect(out).toContain(noPlace);
    expect(out).toContain("not fully checked: record-in-service, location-consistent");
    expect(out).not.toContain("very reference agrees");
  });

  test("is also a note if it affects service points", async () => {
    const map = { configurationItem: nowhere("locationId"), servicePoint: nowhere("locationId") };
    expect((await run(map, both)).out).toContain(noPlace);
    expect((await run({ configurationItem: nowhere("locationId") }, item)).out).not.toContain(noPlace);
    expect((await run({ configurationItem: nowhere("locationId") }, both)).code).toBe(2);
  });

  test("is not a note if no rule needs its fields", async () => {
    // No location is named beside the item.
    expect((await run({ configurationItem: blind }, item)).out).not.toContain(noPlace);
    // No service point is referred to.
    expect((await run({ servicePoint: blind }, item)).out).toContain("No drift: every reference agrees");
    // Where a status is demanded, its lack is a finding.
    const demanded = await run({ configurationItem: blind }, item, {
      inService: { configurationItem: ["OPERATIONAL"] },
    });
    expect(demanded.out).toContain("has no status");
    expect(demanded.out).not.toContain(noStatus);
  });
});

test("rules that all have an effect cause no note", async () => {
  const path = state("prod", "aws:x/y:Z");
  const good = file("good.json", {
    references: [
      {
        types: ["aws:*"],
        kind: "configurationItem",
        match: ["name", "manufacturer", "attributes.properties.hardware.model"].map(match),
      },
    ],
  });
  expect(await notes("--state", path, "--rules", good)).toEqual([]);
});
