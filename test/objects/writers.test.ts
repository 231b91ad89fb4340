import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Report } from "../../drift/report/schema";
import type { ObjectStore } from "../../provider/objects/object-store";
import { objectSchemes, parseObjectUrl } from "../../provider/objects/object-url";
import { openObjectStore } from "../../provider/objects/open-store";
import { type Backend, emulatorOf, startBackend } from "./helpers/backends";
import { describeWith } from "./helpers/emulators";
import { useCloudEnvironment } from "./helpers/environment";
import { startFaultProxy } from "./helpers/fault-proxy";
import { keysOf, textOf } from "./helpers/objects";
import { createWriters, type Writers } from "./helpers/writers";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

const setEnvironment = useCloudEnvironment();

const rules = `
references:
  - { types: [random:index/randomPet:RandomPet], kind: configurationItem, id: prefix }
  - { types: [terraform_data], kind: configurationItem, id: input }
`;

let scene: TestEnvironment;
beforeAll(async () => {
  scene = await createTestEnvironment();
  writeFileSync(join(scene.cacheDir, "cmdb.rules.yaml"), rules);
});
afterAll(() => scene.end());

/** Runs the drift report; its output has none of the secrets. */
async function drift(backend: Backend, args: readonly string[], env: Record<string, string> = {}): Promise<Report> {
  const { code, out, err } = await scene.cli(["drift", ...args, "-o", "json"], {
    ...backend.environment,
    AWS_EC2_METADATA_DISABLED: "true",
    // Only the inventory of the states is compared.
    ORANGE_CMDB_PULUMI: "/nonexistent/pulumi",
    ...env,
  });
  for (const secret of backend.secrets) expect(out + err).not.toContain(secret);
  if (code === 1) throw new Error(err);
  return JSON.parse(out) as Report;
}

/** Headers that a cloud sends with an error. */
const errorHeaders: Readonly<Record<number, Record<string, string>>> = {
  403: { "x-ms-error-code": "AuthorizationFailure" },
  404: { "x-ms-error-code": "BlobNotFound" },
};

/** Returns what reports over the same resources have in common, however the states were read. */
const comparable = ({ stacks, findings, coverage, summary, notes }: Report): unknown => ({
  stacks,
  findings,
  coverage,
  summary,
  notes: notes.filter(({ about }) => about === "state"),
});

/** The object store that a URL of `PULUMI_BACKEND_URL` opens. */
async function storeOf(backend: Backend): Promise<ObjectStore> {
  setEnvironment(backend.environment);
  return openObjectStore(parseObjectUrl(backend.url()));
}

for (const scheme of objectSchemes)
  describeWith([emulatorOf[scheme]], `drift reports over states in ${scheme}://`, () => {
    let backend: Backend;
    let writers: Writers;

    beforeAll(async () => {
      backend = await startBackend(scheme);
      writers = createWriters();
    });
    afterAll(async () => {
      writers.close();
      await backend.close();
    });

    test("read the states that the Pulumi CLI writes, plain or compressed", async () => {
      await writers.pulumi(backend, "shop", "dev", "CI-RTR-PAR-001");
      await writers.pulumi(backend, "shop", "production", "CI-NONE", true);
      const store = await storeOf(backend);
      const keys = await keysOf(store, ".pulumi/stacks/");
      expect(keys.filter((key) => /\.json(\.gz)?$/.test(key))).toEqual([
        ".pulumi/stacks/shop/dev.json",
        ".pulumi/stacks/shop/production.json.gz",
      ]);
      const plain = await textOf(await store.open(".pulumi/stacks/shop/dev.json"));
      expect(JSON.parse(plain)).toMatchObject({ version: 3, checkpoint: { stack: "organization/shop/dev" } });
      expect(plain).toContain('"CI-RTR-PAR-001"');
      const compressed = await store.open(".pulumi/stacks/shop/production.json.gz");
      const chunks: Uint8Array[] = [];
      for await (const chunk of compressed?.bytes ?? []) chunks.push(chunk);
      expect(gunzipSync(Buffer.concat(chunks)).toString()).toContain('"CI-NONE"');
    });

    test("are equal by URL, for the current backend, by stack name and from exports of the CLI", async () => {
      const exports = await Promise.all(["dev", "production"].map((name) => writers.exported(backend, "shop", name)));
      const current = { PULUMI_BACKEND_URL: backend.url() };
      const byUrl = await drift(backend, ["--from", backend.url()]);
      expect(byUrl.stacks.map(({ name, referencing }) => [name, referencing])).toEqual([
        ["shop/dev", 1],
        ["shop/production", 1],
      ]);
      expect(byUrl.findings.map(({ recordId, stack }) => [recordId, stack])).toEqual([["CI-NONE", "shop/production"]]);
      const others = [
        await drift(backend, ["--all-stacks"], current),
        await drift(backend, ["--stack", "shop/dev", "--stack", "organization/shop/production"], current),
        await drift(
          backend,
          exports.flatMap((file) => ["--state", file]),
        ),
      ];
      for (const other of others) expect(comparable(other)).toEqual(comparable(byUrl));
    });

    test("send only GET requests", async () => {
      const proxy = await startFaultProxy(backend.emulator.url);
      try {
        const env = backend.environmentFor(proxy.url);
        const report = await drift(backend, ["--from", backend.url("", proxy.url)], env);
        expect(report.stacks.length).toBe(2);
        expect(proxy.requests.length).toBeGreaterThanOrEqual(5);
        expect([...new Set(proxy.requests.map(({ method }) => method))]).toEqual(["GET"]);
      } finally {
        await proxy.close();
      }
    });

    test.each([
      [404, /the stack organization\/shop\/dev of .* was removed while the states were read: run the command again/],
      [403, /\.pulumi\/stacks\/shop\/dev\.json cannot be read/],
    ])("fail with the name of a state whose request returns %i", async (status, message) => {
      const proxy = await startFaultProxy(backend.emulator.url);
      proxy.fault = ({ url = "" }) =>
        decodeURIComponent(url).includes("stacks/shop/dev.json")
          ? { status, headers: errorHeaders[status] ?? {} }
          : undefined;
      try {
        const failed = drift(backend, ["--from", backend.url("", proxy.url)], backend.environmentFor(proxy.url));
        await expect(failed).rejects.toThrow(message);
      } finally {
        await proxy.close();
      }
    });

    // OpenTofu's azurerm backend accepts only the hosts of Azure.
    if (scheme !== "azblob")
      test("read the states that OpenTofu writes, one for each workspace", async () => {
        await writers.tofu(backend, "network/paris", "default", "CI-RTR-LYS-001");
        await writers.tofu(backend, "network/paris", "staging", "CI-GONE");
        const store = await storeOf(backend);
        const keys =
          scheme === "s3"
            ? ["network/paris", "env:/staging/network/paris"]
            : ["network/paris/default.tfstate", "network/paris/staging.tfstate"];
        expect(await keysOf(store)).toEqual(expect.arrayContaining(keys));
        for (const [index, key] of keys.entries()) {
          const state = JSON.parse(await textOf(await store.open(key))) as { readonly version: number };
          expect(state.version).toBe(4);
          expect(JSON.stringify(state)).toContain(index === 0 ? "CI-RTR-LYS-001" : "CI-GONE");
        }
        const report = await drift(backend, ["--from", `tfstate+${backend.url("**")}`]);
        expect(report.stacks.map(({ name, referencing }) => [name, referencing])).toEqual(
          keys.map((key) => [key.replace(".tfstate", ""), 1]).sort(),
        );
        expect(report.findings.map(({ recordId, stack }) => [recordId, stack])).toEqual([
          ["CI-GONE", keys[1]?.replace(".tfstate", "")],
        ]);
      });
  });
