import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** Bundles a program as the plugin (cjs) or the Terraform provider (esm) is bundled, into a folder without packages, and runs it. */
function runBundle(format: "cjs" | "esm", program: string): string {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-bundle-"));
  try {
    const entry = join(folder, "program.ts");
    writeFileSync(entry, program);
    const script = `
      import { buildSync } from "esbuild";
      import { optionalClients } from ${JSON.stringify(join(root, "tools/optional-clients.mjs"))};
      const { metafile } = buildSync({ entryPoints: [${JSON.stringify(entry)}], outfile: ${JSON.stringify(join(folder, `out.${format === "cjs" ? "cjs" : "mjs"}`))},
        bundle: true, platform: "node", format: "${format}", target: "node22", external: optionalClients, metafile: true,
        nodePaths: [${JSON.stringify(join(root, "node_modules"))}], tsconfigRaw: {},
        banner: "${format}" === "esm" ? { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' } : {} });
      process.stdout.write(JSON.stringify(Object.keys(metafile.inputs)));`;
    const inputs = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: root,
      encoding: "utf8",
    });
    expect(inputs).not.toMatch(/client-s3|@azure|google-auth-library/);
    const file = join(folder, format === "cjs" ? "out.cjs" : "out.mjs");
    const env = { PATH: process.env["PATH"], AZURE_STORAGE_ACCOUNT: "account" };
    return execFileSync(process.execPath, [file], { cwd: folder, encoding: "utf8", env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each(["cjs", "esm"] as const)(
  "a bundle (%s) without the clients gives the command that installs the missing one",
  (format) => {
    const source = JSON.stringify(join(root, "provider/objects"));
    const program = `
    import { parseObjectUrl } from ${source.replace(/"$/, '/object-url.ts"')};
    import { openObjectStore } from ${source.replace(/"$/, '/open-store.ts"')};
    import { isUserError } from ${JSON.stringify(join(root, "provider/platform/user-error.ts"))};
    (async () => {
      for (const url of ["s3://bucket?region=eu-west-3", "gs://bucket", "azblob://container"])
        await openObjectStore(parseObjectUrl(url)).then(() => console.log("opened"), (error) => console.log(isUserError(error), error.message));
    })();`;
    expect(runBundle(format, program)).toMatchInlineSnapshot(`
      "true s3://bucket needs the npm package @aws-sdk/client-s3, which is not installed beside pulumi-orange-cmdb: run \`npm install @aws-sdk/client-s3\`
      true gs://bucket needs the npm package google-auth-library, which is not installed beside pulumi-orange-cmdb: run \`npm install google-auth-library\`
      true azblob://container needs the npm package @azure/storage-blob, which is not installed beside pulumi-orange-cmdb: run \`npm install @azure/storage-blob\`
      "
    `);
  },
);

test("the optional clients are development dependencies too, so that tests run with them", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
    string,
    Record<string, string>
  >;
  const optional = Object.keys(manifest["peerDependenciesMeta"] ?? {});
  expect(optional).toEqual(["@aws-sdk/client-s3", "@azure/identity", "@azure/storage-blob", "google-auth-library"]);
  for (const name of optional) {
    expect(manifest["peerDependencies"]).toHaveProperty([name]);
    expect(manifest["devDependencies"]).toHaveProperty([name]);
    expect(manifest["dependencies"]).not.toHaveProperty([name]);
  }
});
