import { readdirSync, statSync } from "node:fs";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";
import { objectSchemes } from "../../provider/objects/object-url";
import { type Backend, emulatorOf, startBackend } from "../objects/helpers/backends";
import { describeWith } from "../objects/helpers/emulators";
import { temporaryFolder } from "./helpers/files";

const temporary = temporaryFolder();
const none = { ORANGE_CMDB_CLIENT_ID: "", ORANGE_CMDB_CLIENT_SECRET: "", ORANGE_CMDB_API_KEY: "" };

let scene: TestEnvironment;
beforeAll(async () => {
  scene = await createTestEnvironment();
});
afterAll(() => scene.end());

for (const scheme of objectSchemes)
  describeWith([emulatorOf[scheme]], `an inventory file in ${scheme}://`, () => {
    /** Gives each command of Google's client a process of its own: it keeps connections open for the next command of a process. */
    const ownProcess: Readonly<Record<string, string>> = scheme === "gs" ? { NODE_NO_WARNINGS: "1" } : {};
    let backend: Backend;
    let url: string;
    beforeAll(async () => {
      backend = await startBackend(scheme, "team");
      url = backend.url("cmdb/inventory.db");
    });
    afterAll(() => backend.close());

    /** Uploads from the sandbox, with a temporary folder that must be empty at the end. */
    const upload = async (...args: string[]): Promise<CommandResult> => {
      const result = await scene.cli(["sync", "--save", url, ...args], {
        ...backend.environment,
        ...ownProcess,
        TMPDIR: temporary(),
      });
      expect(readdirSync(temporary()).filter((name) => name.startsWith("orange-cmdb-"))).toEqual([]);
      return result;
    };

    /** Reads without credentials of the API. */
    const list = (file: string, ...args: string[]): Promise<CommandResult> =>
      scene.cli(["list", "locations", "-o", "json", "--inventory", file, ...args], {
        ...none,
        ...backend.environment,
        ...ownProcess,
        ORANGE_CMDB_CACHE_DIR: temporary("cache"),
      });

    const copies = (): string[] => readdirSync(temporary("cache")).filter((name) => name.endsWith(".db"));

    test("is uploaded by sync --save and read by --inventory", async () => {
      const { code, out } = await upload("-o", "json");
      expect(code).toBe(0);
      const saved = JSON.parse(out) as { file: string; sha256: string };
      expect(saved.file).toBe(`${scheme}://team/cmdb/inventory.db`);
      const before = scene.sandbox.requests.length;
      const first = await list(url, "--verbose");
      expect(JSON.parse(first.out)).toHaveLength(scene.sandbox.records("location").length);
      const [copy = ""] = copies();
      const { size, mode } = statSync(temporary("cache", copy));
      expect(first.err).toContain(`downloaded the inventory file ${saved.file} (${size} bytes)`);
      expect(mode & 0o077).toBe(0);
      const second = await list(url, "--verbose");
      expect(second.err).toContain(`the inventory file ${saved.file} is unchanged`);
      const pinned = await list(`${url}#sha256=${saved.sha256}`, "--verbose");
      expect(pinned.err).toContain(`using the cached copy of ${saved.file}`);
      expect(new Set([first.out, second.out, pinned.out]).size).toBe(1);
      expect(scene.sandbox.requests.length).toBe(before);
    }, 60_000);

    test("is downloaded again after it was replaced, and sync prints its pinned URL", async () => {
      await upload();
      await list(url);
      const [old] = copies();
      const { out } = await upload("locations");
      const [, sha256 = ""] =
        /uploaded to \w+:\/\/team\/cmdb\/inventory\.db#sha256=([0-9a-f]{64})/.exec(out.replace(/\n/g, "")) ?? [];
      expect(sha256).not.toBe("");
      await list(`${url}#sha256=${sha256}`);
      expect(copies()).toEqual([expect.not.stringContaining(old ?? "") as string]);
    }, 60_000);

    test("is an error that names the object if it is missing, unless maxStale allows a copy", async () => {
      const { code, err } = await list(backend.url("none.db"));
      expect([code, err]).toEqual([1, expect.stringContaining(`${scheme}://team/none.db`) as string]);
      await upload();
      await list(url);
      const wrong = {
        ...none,
        ...backend.environment,
        ...ownProcess,
        ...(scheme === "s3" ? { AWS_SECRET_ACCESS_KEY: "wrong/planted-secret-key" } : {}),
        ...(scheme === "gs" ? { STORAGE_EMULATOR_HOST: "http://127.0.0.1:9" } : {}),
        ...(scheme === "azblob" ? { AZURE_STORAGE_KEY: Buffer.from("wrong-planted-key").toString("base64") } : {}),
        ORANGE_CMDB_CACHE_DIR: temporary("cache"),
      };
      const read = ["list", "locations", "-o", "json", "--inventory", url];
      const failed = await scene.cli(read, wrong);
      expect([failed.code, failed.out]).toEqual([1, ""]);
      const stale = await scene.cli(read, { ...wrong, ORANGE_CMDB_MAX_STALE: "1h" });
      // An outage allows the copy, refused credentials do not.
      const expected = scheme === "gs" ? [0, "because the refresh failed"] : [1, "cannot be read"];
      expect([stale.code, stale.err]).toEqual([expected[0], expect.stringContaining(String(expected[1])) as string]);
      for (const secret of [...backend.secrets, "planted-secret-key", "wrong-planted-key"])
        expect(failed.err + stale.err).not.toContain(secret);
    }, 120_000);
  });

test.each([
  [
    "https://files.example.com/x?sig=5ecret",
    "cannot upload to https://files.example.com/x?…: use an s3://, gs:// or azblob:// URL",
  ],
  ["s3://bucket/x#sha256=12", "the URL of --save has a fragment"],
  ["s3://bucket", "must name a bucket or container, and an object in it"],
  ["s3://bucket/x?sig=5ecret", "the parameter sig is not supported"],
])("sync --save %s is rejected before the sync", async (url, message) => {
  const before = scene.sandbox.requests.length;
  const { code, err } = await scene.cli(["sync", "--save", url]);
  expect([code, err]).toEqual([1, expect.stringContaining(message) as string]);
  expect(err).not.toContain("5ecret");
  expect(scene.sandbox.requests.length).toBe(before);
});
