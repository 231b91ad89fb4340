import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, win32 } from "node:path";
import { gzipSync } from "node:zlib";
import { chooseStacks, type StackPatterns } from "../../drift/sources/choose-stacks";
import { locateStates } from "../../drift/sources/locations/locate";
import { folderOfUrl, openFolder } from "../../drift/sources/locations/open-backend";
import { backendStacks } from "../../drift/sources/locations/pulumi-backend";
import type { StateSource } from "../../drift/sources/source";
import { split } from "../../drift/sources/split";
import { StateReader } from "../../drift/sources/state-reader";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "orange-cmdb-backend-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(key: string, content: string | Buffer, time = 1_700_000_000): void {
  const file = join(folder, ".pulumi", key);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  utimesSync(file, time, time);
}

const checkpoint = (name: string): string =>
  JSON.stringify({
    version: 3,
    checkpoint: { latest: { resources: [{ urn: `urn:pulumi:prod::net::a:b:C::${name}`, type: "a:b:C" }] } },
  });

const all = { include: [], exclude: [] };
const stacks = async (patterns: StackPatterns = all): Promise<StateSource[]> =>
  chooseStacks(await backendStacks(openFolder(folder)), patterns);

async function resourcesOf(source: StateSource): Promise<string[]> {
  const reader = new StateReader(source.name, source.stack);
  const found: string[] = [];
  for await (const piece of split(source.bytes(), source.name))
    for (const { resource } of reader.read(piece)) found.push(resource.name);
  return found;
}

describe("a backend with projects", () => {
  beforeEach(() => put("meta.yaml", "version: 1\n"));

  test("has the stacks of its projects, and reads plain and compressed checkpoints", async () => {
    put("stacks/net/prod.json", checkpoint("plain"));
    put("stacks/shop/prod.json.gz", gzipSync(checkpoint("compressed")));
    const found = await stacks();
    expect(found.map(({ name, stack, pulumiStack }) => [name, stack, pulumiStack])).toEqual([
      [`the stack organization/net/prod of ${folder}`, "net/prod", "organization/net/prod"],
      [`the stack organization/shop/prod of ${folder}`, "shop/prod", "organization/shop/prod"],
    ]);
    expect(await Promise.all(found.map(resourcesOf))).toEqual([["plain"], ["compressed"]]);
  });

  test("does not take backups, attributes, history, locks or the old layout for stacks", async () => {
    put("stacks/net/prod.json", checkpoint("one"));
    for (const key of [
      "stacks/net/prod.json.bak",
      "stacks/net/gone.json.gz.bak",
      "stacks/net/prod.json.attrs",
      "stacks/flat.json",
      "stacks/.json",
      "history/net/prod/prod-1.checkpoint.json",
      "backups/net/prod/prod.1.json",
      "locks/organization/net/prod/a.json",
    ])
      put(key, "{}");
    expect((await stacks()).map(({ stack }) => stack)).toEqual(["net/prod"]);
  });

  test("reads the later of a plain and a compressed checkpoint", async () => {
    put("stacks/net/prod.json", checkpoint("old"), 1_700_000_000);
    put("stacks/net/prod.json.gz", gzipSync(checkpoint("new")), 1_700_000_060);
    expect(await resourcesOf((await stacks())[0] as StateSource)).toEqual(["new"]);
    put("stacks/net/prod.json", checkpoint("newest"), 1_700_000_120);
    expect(await resourcesOf((await stacks())[0] as StateSource)).toEqual(["newest"]);
    put("stacks/net/prod.json", checkpoint("as old"), 1_700_000_060);
    expect(await resourcesOf((await stacks())[0] as StateSource)).toEqual(["new"]);
  });

  test("chooses stacks by patterns, and rejects a pattern without a stack", async () => {
    for (const name of ["net/prod", "net/dev", "shop/prod"]) put(`stacks/${name}.json`, checkpoint("x"));
    const chosen = await stacks({ include: ["net/*"], exclude: ["*/dev"] });
    expect(chosen.map(({ stack }) => stack)).toEqual(["net/prod"]);
    await expect(stacks({ include: ["nte/*"], exclude: [] })).rejects.toThrow(
      "none of the 3 stacks and states matches --include nte/*",
    );
  });

  test.each([
    ["cut short", checkpoint("x").slice(0, -20), /not complete JSON/],
    ["not JSON", "hello", /is not complete JSON: it is truncated or another format/],
    ["compressed and cut short", gzipSync(checkpoint("x")).subarray(0, 40), /truncated/],
    ["empty", "", /is empty: check whether the command that wrote it failed/],
  ])("fails with an error that names a checkpoint that is %s", async (_what, content, message) => {
    put("stacks/net/prod.json", content);
    const [source] = await stacks();
    await expect(resourcesOf(source as StateSource)).rejects.toThrow(message);
    await expect(resourcesOf(source as StateSource)).rejects.toThrow(/net\/prod/);
  });
});

test("a stack that has a lock gets a note, and its state is read", async () => {
  put("meta.yaml", "version: 1\n");
  for (const name of ["prod", "dev"]) put(`stacks/net/${name}.json`, checkpoint("one"));
  put("locks/organization/net/prod/5c9b.json", "{}");
  const found = await stacks();
  expect(found.map(({ pulumiStack, note }) => [pulumiStack, note])).toEqual([
    ["organization/net/dev", undefined],
    ["organization/net/prod", expect.stringContaining("pulumi cancel --stack organization/net/prod")],
  ]);
  expect(await Promise.all(found.map(resourcesOf))).toEqual([["one"], ["one"]]);
});

test("a backend of the old layout has stacks without projects", async () => {
  put("stacks/prod.json", checkpoint("one"));
  expect((await stacks()).map(({ stack, pulumiStack }) => [stack, pulumiStack])).toEqual([["prod", "prod"]]);
});

test("rejects a backend of a layout that it does not know", async () => {
  put("meta.yaml", "version: 2\n");
  put("stacks/net/prod.json", checkpoint("one"));
  await expect(stacks()).rejects.toThrow(
    `the backend ${folder} has a layout of version 2, but only 0 and 1 are supported`,
  );
});

test.each(["", "version: [1", "version: one"])("rejects a backend whose meta.yaml is damaged: %j", async (meta) => {
  put("meta.yaml", meta);
  put("stacks/net/prod.json", checkpoint("one"));
  await expect(stacks()).rejects.toThrow(`.pulumi/meta.yaml of the backend ${folder} has no version: restore it`);
});

test("rejects a backend that it cannot list", async () => {
  put("meta.yaml", "version: 1\n");
  writeFileSync(join(folder, ".pulumi", "stacks"), "");
  await expect(stacks()).rejects.toThrow(`cannot list the folder ${join(folder, ".pulumi", "stacks")}: ENOTDIR`);
});

test("rejects a backend without stacks, and a folder that does not exist", async () => {
  put("meta.yaml", "version: 1\n");
  await expect(locateStates(folder)).rejects.toThrow(`${folder} has no stacks of Pulumi`);
  folder = join(folder, "none");
  await expect(locateStates(`file://${folder}`)).rejects.toThrow(`the folder ${folder} does not exist`);
});

test.each([
  ["file:///var/state", "/var/state"],
  ["file:///var/state?metadata=skip", "/var/state"],
  ["file://~", expect.stringMatching(/^\/[^~]*$/)],
  ["file://~/state", expect.stringMatching(/^\/[^~]*\/state$/)],
  ["file://./state", undefined],
  ["file:///with%20space", undefined],
  ["s3://bucket", undefined],
  ["https://api.pulumi.com", undefined],
])("the folder of %s is %s", (url, path) => {
  expect(folderOfUrl(url)).toEqual(path);
});

test.each([
  ["file:///C:/states", "C:/states"],
  ["file://C:/states", "C:/states"],
  ["file://C:\\states", "C:\\states"],
  ["file:///states", "/states"],
  ["file://states", undefined],
])("on Windows, the folder of %s is %s", (url, path) => {
  expect(folderOfUrl(url, win32)).toEqual(path);
});
