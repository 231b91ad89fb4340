import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { unzipSync } from "fflate";
import { generateKey } from "openpgp";

/** The checkout. */
export const root = resolve(__dirname, "../../..");

export const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

/** All platforms of a release. */
export const platforms = ["linux", "darwin", "windows"].flatMap((os) =>
  ["amd64", "arm64"].map((arch) => `${os}_${arch}`),
);

/** This machine, as an archive names it. */
export const host = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

/** The folder of a product, as `npm run release` makes it. */
export interface Release {
  readonly folder: string;
  readonly platforms: readonly string[];
  remove(): void;
}

/** Makes a throw-away key, armoured. Terraform accepts RSA only. */
export async function makeKey(): Promise<string> {
  const { privateKey } = await generateKey({
    type: "rsa",
    rsaBits: 2048,
    userIDs: [{ name: "test", email: "test@example.com" }],
    date: new Date("2020-01-01"),
  });
  return privateKey;
}

/**
 * Returns the folder of the extracted Node.js of the targets. It is kept in `.cache` until the code that extracts them changes, or what
 * they are.
 */
function extractedFolder(): string {
  const inputs = ["tools/release/node.mjs", "tools/release/targets.mjs", "node_modules/tar/package.json"];
  const texts = inputs.map((name) => readFileSync(join(root, name), "utf8"));
  return join(root, ".cache/release/extracted", hash("sha256", texts.join()).slice(0, 16));
}

/**
 * Makes the archives of a product for some platforms. ORANGE_CMDB_RELEASE names the folder of a complete, signed release to test that one.
 * @param key an armoured private key
 */
export function makeRelease(product: string, chosen: readonly string[], key = ""): Release {
  const complete = process.env["ORANGE_CMDB_RELEASE"];
  if (complete) return { folder: join(complete, product), platforms, remove: () => undefined };
  const out = mkdtempSync(join(tmpdir(), "orange-cmdb-release-"));
  const targets = chosen.flatMap((target) => ["--target", target]);
  const script = join(root, "tools/release/index.mjs");
  // Without compression, which another test is about: it takes longer than all the rest of an archive.
  const options = ["--compression", "0", "--extracted", extractedFolder(), "--out", out];
  execFileSync(process.execPath, [script, "--product", product, ...targets, ...options], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", ORANGE_CMDB_SIGNING_KEY: key },
  });
  return {
    folder: join(out, product),
    platforms: chosen,
    remove: () => rmSync(out, { recursive: true, force: true }),
  };
}

/** Unpacks an archive into a folder. */
export function unpack(archive: string, folder: string): void {
  if (archive.endsWith(".zip"))
    for (const [name, data] of Object.entries(unzipSync(readFileSync(archive))))
      writeFileSync(join(folder, name), data);
  else execFileSync("tar", ["-xzf", archive, "-C", folder]);
}

/** Returns the output of a module of `tools/release`, in a process of its own: the tools are ES modules. */
export function runTool(file: string, code: string, ...args: string[]): string {
  const tool = join(root, "tools/release", file);
  const text = `import(${JSON.stringify(tool)}).then(async (tool) => { ${code} });`;
  const env = { ...process.env, NODE_OPTIONS: "" };
  return execFileSync(process.execPath, ["-e", text, "--", ...args], { encoding: "utf8", env, maxBuffer: 2 ** 26 });
}
