import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ObjectStore, ObjectStoreError } from "../../provider/objects/object-store";
import { objectSchemes, parseObjectUrl } from "../../provider/objects/object-url";
import { openObjectStore } from "../../provider/objects/open-store";
import { uploadFile } from "../../provider/objects/upload";
import { type Backend, emulatorOf, startBackend } from "./helpers/backends";
import { describeWith } from "./helpers/emulators";
import { useCloudEnvironment } from "./helpers/environment";
import { startFaultProxy } from "./helpers/fault-proxy";
import { failureOf, keysOf, listAll, openStore, putAll, textOf } from "./helpers/objects";

const setEnvironment = useCloudEnvironment();

const oddKeys = [
  "odd/a b",
  "odd/a+b",
  "odd/a%20b",
  "odd/100%",
  "odd/état-東京-🗼",
  "odd/a&b<c>'d'",
  "odd/a=b;c,d@e$f!(g)*h",
  "odd/env:/staging/key.tfstate",
  "odd/a#b?c",
  'odd/a"b',
];

for (const scheme of objectSchemes)
  describeWith([emulatorOf[scheme]], `the object store of ${scheme}://`, () => {
    let backend: Backend;
    let store: ObjectStore;

    beforeAll(async () => {
      backend = await startBackend(scheme);
      setEnvironment(backend.environment);
      await putAll(backend, {
        "one.json": "one",
        "folder/two.json": "two",
        "folder/nested/three.json": "three",
        "folder-4.json": "four",
        ...Object.fromEntries(oddKeys.map((key) => [key, `content of ${key}`])),
      });
    });
    beforeEach(async () => {
      setEnvironment(backend.environment);
      store = await openStore(backend);
    });
    afterAll(() => backend.close());

    const failure = (run: () => Promise<unknown>): Promise<ObjectStoreError> => failureOf(run, backend.secrets);

    test("is named by its URL without parameters", () => {
      expect(store.name).toBe(`${scheme}://states`);
    });

    test("lists keys, sizes and times", async () => {
      const [object] = await listAll(store, "one");
      expect(object).toEqual({ key: "one.json", size: 3, modifiedAt: expect.any(Number) as number });
      expect(Math.abs((object?.modifiedAt ?? 0) - Date.now())).toBeLessThan(600_000);
    });

    test("lists the keys that begin with a text, in folders too", async () => {
      expect(await keysOf(store, "folder")).toEqual(["folder-4.json", "folder/nested/three.json", "folder/two.json"]);
      expect(await keysOf(store, "folder/")).toEqual(["folder/nested/three.json", "folder/two.json"]);
      expect(await keysOf(store, "nothing/")).toEqual([]);
    });

    test("lists and reads keys with special characters as they are", async () => {
      const keys = await keysOf(store, "odd/");
      expect(keys).toEqual([...oddKeys].sort());
      for (const key of oddKeys) expect(await textOf(await store.open(key))).toBe(`content of ${key}`);
    });

    test("uses a prefix with special characters as it is", async () => {
      for (const key of oddKeys) expect(await keysOf(store, key)).toContain(key);
    });

    test("reads 32 objects at once", async () => {
      const contents = await Promise.all(Array.from({ length: 32 }, () => store.open("folder/two.json")));
      expect(new Set(await Promise.all(contents.map(textOf)))).toEqual(new Set(["two"]));
    });

    test("returns no content for an ETag that is still valid, and content after a change", async () => {
      await putAll(backend, { "changing.json": "first" });
      const first = await store.open("changing.json");
      expect(await textOf(first)).toBe("first");
      expect(first?.etag).toBeTruthy();
      expect(await store.open("changing.json", first?.etag)).toBeUndefined();
      await putAll(backend, { "changing.json": "second" });
      const second = await store.open("changing.json", first?.etag);
      expect(await textOf(second)).toBe("second");
      expect(second?.etag).not.toBe(first?.etag);
    });

    test("reports a missing object as missing, and a missing bucket as an error", async () => {
      const missing = await failure(() => store.open("no/such object.json"));
      expect([missing.message, missing.isMissing]).toMatchSnapshot();
      const elsewhere = parseObjectUrl(backend.url().replace("states", "no-such-bucket"));
      const other = await openObjectStore(elsewhere);
      const errors = [await failure(() => listAll(other)), await failure(() => other.open("key"))];
      expect(errors.map(({ message, isMissing }) => [message, isMissing])).toMatchSnapshot();
    });

    test("uploads a file, and replaces an object", async () => {
      const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-objects-"));
      const file = join(folder, "inventory.db");
      try {
        for (const size of [0, 5, 10_000_000]) {
          const text = "x".repeat(size);
          writeFileSync(file, text);
          await uploadFile(parseObjectUrl(backend.url("uploads/inventory.db")), file);
          const [object] = await listAll(store, "uploads/");
          expect(object?.size).toBe(size);
          expect((await textOf(await store.open("uploads/inventory.db"))) === text).toBe(true);
        }
        const folderUrl = parseObjectUrl(backend.url("uploads/"));
        expect((await failure(() => uploadFile(folderUrl, file))).message).toMatch(/is a folder: add the name/);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

    test("sends only requests that list and get", async () => {
      const proxy = await startFaultProxy(backend.emulator.url);
      try {
        setEnvironment(backend.environmentFor(proxy.url));
        const proxied = await openStore(backend, proxy.url);
        for (const { key } of await listAll(proxied)) await textOf(await proxied.open(key));
        expect(proxy.requests.length).toBeGreaterThan(oddKeys.length + 4);
        expect(new Set(proxy.requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
      } finally {
        await proxy.close();
      }
    });

    test("lists 3,000 keys", async () => {
      const keys = Array.from({ length: 3000 }, (_, index) => `many/${String(index).padStart(4, "0")}.json`);
      await backend.fill(Object.fromEntries(keys.map((key) => [key, key])));
      expect(await keysOf(store, "many/")).toEqual(keys);
    });
  });
