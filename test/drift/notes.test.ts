import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../drift/report/schema";
import { makeScene, type Scene } from "../helpers/mirror";

let scene: Scene;
let folder: string;

beforeAll(async () => {
  scene = await makeScene();
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
  'the rules\' references.0.match.1 compares with "attributes.ipAdress", which no configurationItem has; did you mean "attributes.ipAddress"?';
const serial =
  'the rules\' references.0.match.2 compares with "serial", which no configurationItem has; did you mean "serialNumber"?';
const azure = "the rules' references.1 (azure:*, azure-native:*) governs no resource";
const google = "the rules' references.2 (gcp:*) governs no resource";

test("what of the rules comes to nothing is told, and fails nothing", async () => {
  const path = state("prod", "aws:x/y:Z");
  expect(await notes("--state", path, "--rules", rules())).toEqual([misspelt, serial, azure, google]);
  const { code, out } = await scene.cli(["drift", "--state", path, "--rules", rules()]);
  expect(code).toBe(0);
  expect(out).toContain(`Note: ${azure}`);
});

test("the parts of a report say what the whole would", async () => {
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
  expect(merged.filter((text) => text.endsWith("governs no resource"))).toEqual([azure]);
});

test("parts of which one has not chosen all stacks are no whole", async () => {
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
  expect([code, err]).toEqual([1, expect.stringContaining("which stacks were chosen differs")]);
  await part(2, paths);
  expect((await scene.cli(["drift", "merge", ...parts])).code).toBe(0);
});

test("the convention, and rules that all come to something, say nothing", async () => {
  const path = state("prod", "aws:x/y:Z");
  expect(await notes("--state", path)).toEqual([]);
  const good = file("good.json", {
    references: [
      { types: ["aws:*"], kind: "configurationItem", match: ["name", "vendor", "attributes.model"].map(match) },
    ],
  });
  expect(await notes("--state", path, "--rules", good)).toEqual([]);
});
