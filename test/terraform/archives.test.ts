import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import manifest from "../../package.json";
import { address, buildProvider, root, type BuiltProvider } from "./helpers/provider";

let provider: BuiltProvider;
let folder: string;
const name = `terraform-provider-orangecmdb_${manifest.version}`;

beforeAll(() => {
  provider = buildProvider();
  folder = join(provider.mirror, address);
}, 120_000);
afterAll(() => provider.remove());

test("the archives have the layout of a mirror and their checksums, and are reproducible", () => {
  const targets = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"];
  const sums = `${name}_SHA256SUMS`;
  const files = [...targets.map((target) => `${name}_${target}.zip`), `${name}_manifest.json`];
  expect(readdirSync(folder).sort()).toEqual([sums, ...files].sort());
  const lines = readFileSync(join(folder, sums), "utf8").trim().split("\n");
  const hash = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");
  expect(lines).toEqual(files.map((file) => `${hash(join(folder, file))}  ${file}`));
  expect(JSON.parse(readFileSync(join(folder, `${name}_manifest.json`), "utf8"))).toEqual({
    version: 1,
    metadata: { protocol_versions: ["6.0"] },
  });
  const again = buildProvider();
  expect(readFileSync(join(again.mirror, address, sums), "utf8")).toBe(lines.join("\n") + "\n");
  again.remove();
});

test("an archive has a program, its code, and the licences of all parts", () => {
  // That the program may be run is seen where OpenTofu installs it.
  const files = unzipSync(readFileSync(join(folder, `${name}_linux_amd64.zip`)));
  const program = `terraform-provider-orangecmdb_v${manifest.version}`;
  const top = new Set(Object.keys(files).map((file) => file.split("/")[0]));
  expect([...top].sort()).toEqual(["LICENSE", "THIRD-PARTY-LICENSES", "lib", program]);
  const licences = Buffer.from(files["THIRD-PARTY-LICENSES"] ?? []).toString("utf8");
  for (const bundled of ["@grpc/grpc-js", "@msgpack/msgpack", "protobufjs", "zod", "@jmespath-community/jmespath"])
    expect(new RegExp(`^${bundled} [\\d.]+$`, "m").test(licences)).toBe(true);
});

test("every package in the bundle is listed on the page of dependencies", () => {
  const page = readFileSync(join(root, "docs/explanation/dependencies.md"), "utf8");
  const licences = readFileSync(join(provider.bin, "THIRD-PARTY-LICENSES"), "utf8");
  expect(licences).not.toMatch(/^Licence: (?!MIT|ISC|Apache-2\.0|BSD-3-Clause|BSD-2-Clause|MPL-2\.0|0BSD)/m);
  for (const bundled of ["@grpc/grpc-js", "protobufjs", "@msgpack/msgpack", "safe-stable-stringify"])
    expect(page).toContain(bundled);
});
