import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { certificateFor, startTls, type Certificate, type Running } from "../helpers/tls";
import { startProvider } from "../terraform/helpers/host";
import { findTofu, makeWorkspace, type Workspace } from "../terraform/helpers/workspace";
import { makeEmptyRoot, rootTest } from "./helpers/empty-root";
import { blockOf, commandsOf, runCommands, serveDownloads } from "./helpers/install-page";
import { host, makeKey, makeRelease, version, type Release } from "./helpers/release";

let scene: TestEnvironment;
let release: Release;
let certificate: Certificate;
let folder: string;

beforeAll(async () => {
  findTofu();
  scene = await createTestEnvironment();
  release = makeRelease("terraform", [host, "darwin_arm64", "windows_amd64"], await makeKey());
  certificate = await certificateFor("localhost");
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-registry-"));
  writeFileSync(join(folder, "authority.pem"), certificate.cert);
}, 1_200_000);
afterAll(async () => {
  await scene?.end();
  release?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Serves a folder as a web server does that knows nothing about Terraform. @param altered files that replace those of the folder */
function serve(root: string, altered = root): Promise<Running> {
  return startTls(certificate, (request, response) => {
    const { pathname } = new URL(request.url ?? "", "https://localhost");
    const path = join(existsSync(join(altered, pathname)) ? altered : root, pathname);
    const isFound = existsSync(path);
    response.writeHead(isFound ? 200 : 404, path.endsWith(".json") ? { "content-type": "application/json" } : {});
    response.end(isFound ? readFileSync(path) : "");
  });
}

/** Makes a workspace that requires the provider of this registry, and finds no Node.js. */
function workspaceOf({ port }: Running): Workspace {
  const provider = { bin: "", mirror: "", program: "", remove: () => undefined };
  const workspace = makeWorkspace(provider, scene.sandbox.environment);
  writeFileSync(join(workspace.folder, "tofu.rc"), "");
  workspace.environment["SSL_CERT_FILE"] = join(folder, "authority.pem");
  workspace.environment["PATH"] = folder;
  for (const name of ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"])
    workspace.environment[name] = undefined;
  writeFileSync(
    join(workspace.folder, "main.tf"),
    `${blockOf("Registry", "hcl").replace("registry.example.com", `localhost:${port}`)}
data "orangecmdb_location" "site" {
  id = "LOC-PAR-001"
}
output "name" {
  value = data.orangecmdb_location.site.name
}
`,
  );
  return workspace;
}

test("OpenTofu installs the signed provider from a registry, which needs no Node.js", async () => {
  const registry = await serve(release.folder);
  const workspace = workspaceOf(registry);
  try {
    const { code, out, err } = await workspace.tofu("init");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/Installed localhost:\d+\/orange\/orangecmdb v[\d.]+ \(signed, key ID [0-9A-F]{16}\)/);
    expect(await workspace.tofu("apply", "-auto-approve")).toMatchObject({ code: 0, err: "" });
    expect(await workspace.outputs()).toEqual({ name: "Paris 001" });
  } finally {
    workspace.remove();
    await registry.close();
  }
});

test("the command of the installation page locks the checksums of all platforms", async () => {
  const registry = await serve(release.folder);
  const workspace = workspaceOf(registry);
  try {
    const [program, ...args] = commandsOf("Registry").trim().split(" ");
    expect(program).toBe("tofu");
    const platforms = args.flatMap((argument) => /^-platform=(.*)/.exec(argument)?.[1] ?? []);
    const { code, out, err } = await workspace.tofu(...args);
    expect([code, err]).toEqual([0, ""]);
    expect(platforms).toHaveLength(3);
    for (const platform of platforms) expect(out).toMatch(new RegExp(`Retrieved .* for ${platform} \\(signed, key ID`));
    const lock = readFileSync(join(workspace.folder, ".terraform.lock.hcl"), "utf8");
    expect(lock.match(/"h1:/g)).toHaveLength(platforms.length);
    // The archives and the manifest.
    expect(lock.match(/"zh:/g)).toHaveLength(release.platforms.length + 1);
  } finally {
    workspace.remove();
    await registry.close();
  }
});

/** Returns a copy of a file of the release. */
function copyOf(folder: string, name: string): string {
  const file = join(folder, `terraform-provider-orangecmdb_${version}_${name}`);
  copyFileSync(join(release.folder, basename(file)), file);
  return file;
}

/** Changes the first digit of the line in the sums that matches. */
function alterSum(altered: string, line: RegExp): void {
  const file = copyOf(altered, "SHA256SUMS");
  const text = readFileSync(file, "utf8");
  const wrong = text.replace(line, (found) => (found.startsWith("0") ? "1" : "0") + found.slice(1));
  expect(wrong).not.toBe(text);
  writeFileSync(file, wrong);
}

test.each([
  [
    "an altered sum",
    (altered: string) => alterSum(altered, new RegExp(`^.*${host}\\.zip$`, "m")),
    /unexpected SHA-256 hash/,
  ],
  // The sum of another file is right for the archive itself: only the signature shows that the list is altered.
  [
    "sums that do not match their signature",
    (altered: string) => alterSum(altered, /^.*manifest\.json$/m),
    /signature/,
  ],
  ["an altered archive", (altered: string) => appendFileSync(copyOf(altered, `${host}.zip`), "x"), /checksum/],
])("OpenTofu rejects %s", async (_name, alter, reason) => {
  const altered = mkdtempSync(join(folder, "altered-"));
  alter(altered);
  const registry = await serve(release.folder, altered);
  const workspace = workspaceOf(registry);
  try {
    const { code, err } = await workspace.tofu("init");
    expect([code, err.replace(/\s*│?\s+/g, " ")]).toEqual([1, expect.stringMatching(reason)]);
  } finally {
    workspace.remove();
    await registry.close();
    rmSync(altered, { recursive: true });
  }
});

test("the commands of the installation page make a filesystem mirror, which needs no Node.js", async () => {
  const mirror = join(folder, "mirror");
  const server = await serveDownloads(release.folder);
  const commands = commandsOf("Mirror", server.url);
  const copied = await runCommands(commands.replaceAll("~/terraform-mirror", mirror), folder);
  await server.close();
  expect(copied).toEqual({ code: 0, out: "", err: "" });
  const provider = { bin: "", mirror, program: "", remove: () => undefined };
  const workspace = makeWorkspace(provider, scene.sandbox.environment, "mirror");
  workspace.environment["PATH"] = folder;
  try {
    workspace.configure('data "orangecmdb_locations" "all" {}');
    expect(await workspace.tofu("init")).toMatchObject({ code: 0 });
    expect(await workspace.tofu("plan")).toMatchObject({ code: 0 });
  } finally {
    workspace.remove();
  }
});

interface Block {
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly block_types?: Readonly<Record<string, unknown>>;
}

test("the registry's documentation has a page with all attributes for each data source, and valid examples", async () => {
  const registry = await serve(release.folder);
  const workspace = workspaceOf(registry);
  try {
    await workspace.tofu("init");
    const { out } = await workspace.tofu("providers", "schema", "-json");
    const [schema] = Object.values(JSON.parse(out).provider_schemas) as {
      provider: { block: Block };
      data_source_schemas: Record<string, { block: Block }>;
    }[];
    const pages = new Map([
      ["docs/index.md", schema?.provider.block],
      ...Object.entries(schema?.data_source_schemas ?? {}).map(([type, { block }]): [string, Block] => [
        `docs/data-sources/${type.replace("orangecmdb_", "")}.md`,
        block,
      ]),
    ]);
    expect(pages.size).toBeGreaterThan(9);
    const examples: string[] = [];
    for (const [page, block] of pages) {
      const text = readFileSync(join(release.folder, page), "utf8");
      expect(text).toMatch(/^---\npage_title: .+\ndescription: .+\n---\n\n# /);
      const documented = new Set([...text.matchAll(/^- `(\w+)` \(/gm)].map(([, name]) => name));
      const names = Object.keys({ ...block?.attributes, ...block?.block_types });
      expect([page, names.filter((name) => !documented.has(name))]).toEqual([page, []]);
      examples.push(/```hcl\n([^]*?)```/.exec(text)?.[1] ?? "");
    }
    const [provider = "", ...sources] = examples;
    const address = "orange-cmdb.internal/orange/orangecmdb";
    expect(provider).toContain(address);
    const named = sources.map((text, index) => text.replace('"example"', `"example${index}"`));
    const local = provider.replace(address, `localhost:${registry.port}/orange/orangecmdb`);
    writeFileSync(join(workspace.folder, "main.tf"), [local, ...named].join("\n"));
    expect(await workspace.validate()).toEqual([]);
  } finally {
    workspace.remove();
    await registry.close();
  }
});

rootTest("the provider answers its host in a root with only its libraries", async () => {
  const program = `terraform-provider-orangecmdb_v${version}`;
  const archive = join(release.folder, `terraform-provider-orangecmdb_${version}_${host}.zip`);
  const empty = makeEmptyRoot(archive, program);
  const provider = await startProvider(empty.command, { HOME: "/work", TMPDIR: "/tmp" }, empty.folder);
  try {
    expect(provider.line.slice(0, 3)).toEqual(["1", "6", "unix"]);
    const schema = await provider.call("tfplugin6.Provider", "GetProviderSchema");
    expect(schema).toHaveProperty("data_source_schemas.orangecmdb_location");
  } finally {
    await provider.end();
    empty.remove();
  }
});
