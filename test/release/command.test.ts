import { hash } from "node:crypto";
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMessage, readKey, readSignature, verify } from "openpgp";
import { startSandbox, type Sandbox } from "../../sandbox";
import { packTarball } from "../helpers/package";
import { commandsOf, namedFiles, runCommands, serveDownloads } from "./helpers/install-page";
import { canChangeRoot, makeEmptyRoot, type EmptyRoot } from "./helpers/empty-root";
import { host, makeKey, makeRelease, platforms, root, runTool, unpack, version, type Release } from "./helpers/release";

const built = [host, "darwin_arm64", "windows_amd64"];
const isComplete = process.env["ORANGE_CMDB_RELEASE"] !== undefined;
const licences = ["LICENSE", "LICENSE-node", "THIRD-PARTY-LICENSES"];

let key: string;
let release: Release;
let folder: string;

beforeAll(async () => {
  key = await makeKey();
  release = makeRelease("command", built, key);
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-archives-"));
}, 600_000);
afterAll(() => {
  release?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string): string => join(release.folder, name);
const nameOf = (platform: string): string =>
  `orange-cmdb_${version}_${platform}.${platform.startsWith("windows") ? "zip" : "tar.gz"}`;

const unpacked = new Map<string, Map<string, Buffer>>();

/** Returns the files of an archive. */
function filesOf(platform: string): Map<string, Buffer> {
  const known = unpacked.get(platform);
  if (known) return known;
  const target = mkdtempSync(join(folder, `${platform}-`));
  unpack(path(nameOf(platform)), target);
  const files = new Map(readdirSync(target).map((name) => [name, readFileSync(join(target, name))]));
  unpacked.set(platform, files);
  return files;
}

test("an archive has the command, with its licences and that of Node.js", () => {
  for (const platform of [host, "windows_amd64"]) {
    const program = platform.startsWith("windows") ? "orange-cmdb.exe" : "orange-cmdb";
    const files = filesOf(platform);
    expect([...files.keys()].sort()).toEqual([...licences, program].sort());
    expect(files.get("LICENSE-node")?.toString()).toContain("Node.js is licensed for use as follows");
    const text = files.get("THIRD-PARTY-LICENSES")?.toString() ?? "";
    for (const bundled of ["zod", "commander", "@aws-sdk/client-s3", "@azure/storage-blob"])
      expect([bundled, new RegExp(`^${bundled} [\\d.]+$`, "m").test(text)]).toEqual([bundled, true]);
    expect(text).not.toMatch(
      /^Licence: (?!MIT|ISC|Apache-2\.0|BSD-3-Clause|BSD-2-Clause|MPL-2\.0|0BSD|BlueOak-1\.0\.0)/m,
    );
  }
  const listing = execFileSync("tar", ["-tvzf", path(nameOf(host))], { encoding: "utf8" });
  expect(listing).toMatch(/^-rwxr-xr-x 0\/0 .* orange-cmdb$/m);
});

test.each(["tar.gz", "zip"])("an archive as %s has the same files at every level of compression", (ending) => {
  const large = join(root, "node_modules/typescript/lib/typescript.js");
  const code = `const [folder, ending, large, small] = process.argv.slice(1);
    const files = [{ name: "program", path: large, isProgram: true }, { name: "notes", path: small }];
    for (const level of [0, 1, 6]) await tool.writeArchive(files, folder + "/" + level + "." + ending, 1e9, level);`;
  const target = mkdtempSync(join(folder, "levels-"));
  runTool("archive.mjs", code, target, ending, large, join(root, "LICENSE"));
  const archives = [0, 1, 6].map((level) => join(target, `${level}.${ending}`));
  for (const archive of archives) {
    unpack(archive, target);
    for (const [name, source] of Object.entries({ program: large, notes: join(root, "LICENSE") }))
      expect([archive, name, readFileSync(join(target, name)).equals(readFileSync(source))]).toEqual([
        archive,
        name,
        true,
      ]);
  }
  const [none = 0, fast = 0, small = 0] = archives.map((archive) => statSync(archive).size);
  expect([none > statSync(large).size, fast < none / 3, small < fast]).toEqual([true, true, true]);
});

test("the sums are those of the archives, and their signature is that of the published key", async () => {
  const sums = readFileSync(path(`orange-cmdb_${version}_SHA256SUMS`));
  const lines = release.platforms.map((platform) => {
    return `${hash("sha256", readFileSync(path(nameOf(platform))))}  ${nameOf(platform)}`;
  });
  expect(sums.toString().trim().split("\n").sort()).toEqual(lines.sort());
  const signature = await readSignature({
    binarySignature: readFileSync(path(`orange-cmdb_${version}_SHA256SUMS.sig`)),
  });
  const publicKey = await readKey({ armoredKey: readFileSync(path("orange-cmdb.asc"), "utf8") });
  expect(publicKey.isPrivate()).toBe(false);
  const check = async (binary: Buffer): Promise<unknown> => {
    const message = await createMessage({ binary });
    const { signatures } = await verify({ message, signature, verificationKeys: publicKey });
    return signatures[0]?.verified;
  };
  await expect(check(sums)).resolves.toBe(true);
  await expect(check(Buffer.concat([sums, Buffer.from("\n")]))).rejects.toThrow("digest did not match");
});

test("the signing key leaves the environment, which programs that sign and download would get", () => {
  const code = `process.env["ORANGE_CMDB_SIGNING_KEY"] = process.argv[1];
    process.env["ORANGE_CMDB_SIGNING_PASSPHRASE"] = "";
    const key = await tool.takeSigningKey();
    console.log(JSON.stringify([key.isPrivate(), Object.keys(process.env).filter((name) => name.includes("SIGNING"))]));`;
  expect(JSON.parse(runTool("sums.mjs", code, key))).toEqual([true, []]);
});

test("the same source makes the same bytes", () => {
  if (isComplete) return;
  const again = makeRelease("command", [host, "windows_amd64"], key);
  try {
    for (const platform of again.platforms) {
      const bytes = readFileSync(join(again.folder, nameOf(platform)));
      expect([platform, bytes.equals(readFileSync(path(nameOf(platform))))]).toEqual([platform, true]);
    }
    for (const name of ["orange-cmdb.rb", "orange-cmdb.json"])
      expect(readdirSync(again.folder).includes(name)).toBe(false);
  } finally {
    again.remove();
  }
});

test("an executable for Windows is for its processor, and holds the code", () => {
  const processors: Readonly<Record<string, number>> = { windows_amd64: 0x8664, windows_arm64: 0xaa64 };
  const made = Object.entries(processors).filter(([platform]) => release.platforms.includes(platform));
  expect(made.length).toBeGreaterThan(0);
  for (const [platform, processor] of made) {
    const program = filesOf(platform).get("orange-cmdb.exe") ?? Buffer.alloc(0);
    expect(program.toString("latin1", 0, 2)).toBe("MZ");
    const header = program.readUInt32LE(0x3c);
    expect(program.toString("latin1", header, header + 4)).toBe("PE\0\0");
    expect([platform, program.readUInt16LE(header + 4)]).toEqual([platform, processor]);
    expect(program.includes("orange-cmdb: ")).toBe(true);
  }
});

test("the executable for Apple processors has a signature of its own bytes", () => {
  const program = filesOf("darwin_arm64").get("orange-cmdb") ?? Buffer.alloc(0);
  expect([program.readUInt32LE(0), program.readUInt32LE(4)]).toEqual([0xfeedfacf, 0x0100000c]);
  const segments = new Map<string, number>();
  let signature = 0;
  for (let at = 32, left = program.readUInt32LE(16); left > 0; left -= 1, at += program.readUInt32LE(at + 4)) {
    if (program.readUInt32LE(at) === 0x19)
      segments.set(program.toString("latin1", at + 8, at + 24).replaceAll("\0", ""), at);
    if (program.readUInt32LE(at) === 0x1d) signature = at;
  }
  expect([...segments.keys()]).toContain("NODE_SEA");
  const [start, length] = [program.readUInt32LE(signature + 8), program.readUInt32LE(signature + 12)];
  // The last segment ends with the signature, and so does the file.
  const linkedit = segments.get("__LINKEDIT") ?? 0;
  const end = program.readBigUInt64LE(linkedit + 40) + program.readBigUInt64LE(linkedit + 48);
  expect([start + length, Number(end)]).toEqual([program.length, program.length]);
  if (isComplete) return;
  const blob = program.subarray(start);
  expect(blob.readUInt32BE(0)).toBe(0xfade0cc0);
  const directory = blob.subarray(blob.readUInt32BE(16));
  const word = (index: number): number => directory.readUInt32BE(index * 4);
  expect([word(0), word(2), word(3), word(8)]).toEqual([0xfade0c02, 0x20400, 2, start]);
  expect(directory.toString("latin1", word(5), word(5) + 12)).toBe("orange-cmdb\0");
  const pages = Math.ceil(start / 4096);
  expect(word(7)).toBe(pages);
  const wrong = Array.from({ length: pages }, (_, page) => page).filter((page) => {
    const code = program.subarray(page * 4096, Math.min(start, (page + 1) * 4096));
    const written = directory.subarray(word(4) + page * 32, word(4) + (page + 1) * 32);
    return !hash("sha256", code, "buffer").equals(written);
  });
  expect(wrong).toEqual([]);
});

test("the bill of materials names the packages in the bundle and its Node.js", () => {
  interface Component {
    readonly name: string;
    readonly version: string;
    readonly licenses: readonly unknown[];
  }
  const text = readFileSync(path(`orange-cmdb_${version}_sbom.cdx.json`), "utf8");
  const { bomFormat, components } = JSON.parse(text) as { bomFormat: string; components: Component[] };
  expect(bomFormat).toBe("CycloneDX");
  const names = components.map((component) => component.name);
  expect(names).toEqual(expect.arrayContaining(["zod", "commander", "@aws-sdk/client-s3", "node"]));
  expect(components.filter(({ version: known, licenses }) => !known || licenses.length === 0)).toEqual([]);
  const { node } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies as { node: string };
  expect(components.filter(({ name }) => name === "node").map((component) => component.version)).toContain(node);
});

test("the manifests of package managers name the archives and their checksums", () => {
  const sha256 = "0".repeat(64);
  const archives = platforms.map((platform) => {
    const [os, arch] = platform.split("_");
    return { target: { os, arch }, name: nameOf(platform), sha256 };
  });
  const known = { version, downloads: `https://example.com/v${version}`, repositoryUrl: "https://example.com" };
  const code = `const [release, archives] = JSON.parse(process.argv[1]);
    console.log(JSON.stringify([tool.homebrewFormula(release, archives), tool.scoopManifest(release, archives)]));`;
  const [formula, manifest] = JSON.parse(runTool("manifests.mjs", code, JSON.stringify([known, archives])));
  expect(formula).toMatchSnapshot();
  expect(manifest).toMatchSnapshot();
});

const isLinux = process.platform === "linux";
(isLinux ? test : test.skip)("the commands of the installation page install the command on Linux", async () => {
  const home = mkdtempSync(join(folder, "home-"));
  const server = await serveDownloads(release.folder);
  try {
    const { code, out, err } = await runCommands(commandsOf("Linux", server.url), home);
    expect([code, out, err]).toEqual([0, `${version}\n`, ""]);
  } finally {
    await server.close();
  }
});

(isLinux ? test : test.skip)("the commands of the installation page unpack the command for macOS", async () => {
  const home = mkdtempSync(join(folder, "home-"));
  const server = await serveDownloads(release.folder);
  try {
    // Linux cannot start it.
    expect(await runCommands(commandsOf("macOS", server.url), home)).toMatchObject({ code: 126, out: "" });
    const program = readFileSync(join(home, ".local/bin/orange-cmdb"));
    expect(program.equals(filesOf("darwin_arm64").get("orange-cmdb") ?? Buffer.alloc(0))).toBe(true);
  } finally {
    await server.close();
  }
});

test("the commands of the installation page install the npm package", async () => {
  const project = mkdtempSync(join(folder, "npm-"));
  const commands = commandsOf("npm").replace("pulumi-orange-cmdb", packTarball(folder));
  // The registry and the cache are those of this machine.
  const { code, out } = await runCommands(commands, project, { ...process.env, NODE_OPTIONS: "" });
  expect([code, out.split("\n").slice(-2)]).toEqual([0, [version, ""]]);
}, 300_000);

(isComplete ? test : test.skip)("a complete release has every file that the installation page names", () => {
  const folders = ["command", "terraform"].map((product) => join(release.folder, "..", product));
  expect(namedFiles.length).toBeGreaterThan(10);
  expect(namedFiles.filter((name) => !folders.some((found) => existsSync(join(found, name))))).toEqual([]);
});

const hasGpg = isLinux && spawnSync("gpg", ["--version"]).status === 0;
(hasGpg ? test : test.skip)("the commands of the installation page check a download (needs GnuPG)", async () => {
  // The home of GnuPG has the socket of its agent, whose path must be short.
  const home = mkdtempSync(join(tmpdir(), "gpg-"));
  const server = await serveDownloads(release.folder);
  try {
    const archive = nameOf(host);
    copyFileSync(path(archive), join(home, archive));
    const commands = commandsOf("Check a download", server.url);
    const { code, out, err } = await runCommands(commands, home);
    expect([code, out, err]).toEqual([0, `${archive}: OK\n`, expect.stringContaining("Good signature")]);
    appendFileSync(join(home, archive), "x");
    expect(await runCommands(commands, home)).toMatchObject({ code: 1 });
  } finally {
    await runCommands("gpgconf --kill all", home);
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
});

const isChangeable = canChangeRoot();
const title = isChangeable ? "" : " (skipped: this system lets no test change the root)";

(isChangeable ? describe : describe.skip)(
  `the command of the Linux archive in a root with only its libraries${title}`,
  () => {
    let empty: EmptyRoot;
    let sandbox: Sandbox;
    const env = (): NodeJS.ProcessEnv => ({
      ...sandbox.environment,
      ORANGE_CMDB_CACHE_DIR: "/work/cache",
      HOME: "/work",
    });

    beforeAll(async () => {
      empty = makeEmptyRoot(path(nameOf(host)), "orange-cmdb");
      sandbox = await startSandbox({ rate: 0 });
    });
    afterAll(async () => {
      empty?.remove();
      await sandbox?.close();
    });

    test("prints its version and its help", async () => {
      expect(await empty.run(["--version"], env())).toEqual({ code: 0, out: `${version}\n`, err: "" });
      expect((await empty.run(["help"], env())).out).toContain("Usage: orange-cmdb");
    });

    test("fetches and lists records", async () => {
      const { code, out, err } = await empty.run(["list", "locations", "-o", "json"], env());
      expect([code, err]).toEqual([0, expect.stringContaining("fetched 10 locations")]);
      expect(JSON.parse(out)).toHaveLength(10);
    });

    test("examines the connection, and sees that locks exclude a second process", async () => {
      const { out } = await empty.run(["doctor", "-o", "json"], env());
      const { checks } = JSON.parse(out) as { checks: { name: string; status: string; detail: string }[] };
      expect(checks.find(({ name }) => name === "locks")).toMatchObject({
        status: "ok",
        detail: "exclude other processes",
      });
      expect(checks.find(({ name }) => name === "Node.js")).toMatchObject({ status: "ok" });
    });

    test("finds a large state by a glob, splits it in a worker thread, and writes the HTML report", async () => {
      const resource = (index: number): object => ({
        mode: "managed",
        type: "terraform_data",
        name: `router_${index}`,
        provider: 'provider["terraform.io/builtin/terraform"]',
        instances: [{ attributes: { input: "x".repeat(2000), tags: { "cmdb:location": "LOC-PAR-001" } } }],
      });
      const resources = Array.from({ length: 9000 }, (_, index) => resource(index));
      const state = { version: 4, terraform_version: "1.10.0", serial: 1, lineage: "test", outputs: {}, resources };
      writeFileSync(join(empty.folder, "work/large.tfstate"), JSON.stringify(state));
      const args = ["drift", "--from", "/work/*.tfstate", "-o", "html=/work/report.html", "-o", "json"];
      const { code, out, err } = await empty.run(args, env());
      expect([code, err]).toEqual([0, expect.any(String)]);
      expect(JSON.parse(out)).toMatchObject({ summary: { resources: 9000 } });
      expect(readFileSync(join(empty.folder, "work/report.html"), "utf8")).toMatch(/^<!DOCTYPE html>[^]*<script>/);
    });

    test("has the clients of the object stores", async () => {
      const variables = {
        AWS_ACCESS_KEY_ID: "key",
        AWS_SECRET_ACCESS_KEY: "secret",
        AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      };
      const url = "s3://bucket/inventory.db?region=eu-west-3";
      const { code, err } = await empty.run(["list", "locations", "--inventory", url], { ...env(), ...variables });
      expect([code, err]).toEqual([1, expect.stringContaining("connection refused (ECONNREFUSED)")]);
    });
  },
);
