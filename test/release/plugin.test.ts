import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { GetSchemaRequest, type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { TestServer } from "../helpers/server";
import { answerOf, startPlugin } from "../plugin/client";
import { createPluginEnvironment, executable, type PluginEnvironment } from "../plugin/environment";
import { makeSdks } from "../plugin/sdks";
import { makeEmptyRoot, rootTest } from "./helpers/empty-root";
import { commandsOf, runCommands, serveDownloads } from "./helpers/install-page";
import { host, makeRelease, version, type Release } from "./helpers/release";

const program = {
  name: "user-project",
  runtime: "yaml",
  variables: { site: { "fn::orange-cmdb:getLocation": { id: "LOC-PAR-001" } } },
  outputs: { name: "${site.name}" },
};

let release: Release;
let scene: PluginEnvironment;
let server: TestServer;

beforeAll(async () => {
  release = makeRelease("plugin", [host]);
  scene = await createPluginEnvironment();
  server = await serveDownloads(release.folder);
  // Neither a Node.js nor a plugin is on the path of the engine.
  const isFree = (path: string): boolean => !["node", executable].some((name) => existsSync(join(path, name)));
  const path = (scene.project.environment["PATH"] ?? process.env["PATH"] ?? "").split(delimiter).filter(isFree);
  scene.project.environment["PATH"] = [...path, dirname(process.env["ORANGE_CMDB_PULUMI"] ?? "")].join(delimiter);
}, 600_000);
afterAll(async () => {
  await server?.close();
  await scene?.end();
  release?.remove();
});

const plugins = (): string => join(scene.project.folder, "home/plugins");

beforeEach(() => {
  rmSync(plugins(), { recursive: true, force: true });
  server.requests.length = 0;
});

test("pulumi plugin install installs the plugin from a server, and it needs no Node.js", async () => {
  const commands = commandsOf("Pulumi plugin", server.url).replace(/--server \S+/, `--server ${server.url}`);
  const [cli, ...install] = commands.trim().split(" ");
  expect(cli).toBe("pulumi");
  const installed = await scene.project.pulumi(...install);
  expect([installed.code, installed.text]).toEqual([0, expect.anything()]);
  expect(server.requests.map(({ url }) => url)).toEqual([
    `/${executable}-v${version}-${host.replace("_", "-")}.tar.gz`,
  ]);
  const [folder = ""] = readdirSync(plugins()).filter((name) => !name.endsWith(".lock"));
  const files = readdirSync(join(plugins(), folder));
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "LICENSE-node", "THIRD-PARTY-LICENSES", executable]));
  scene.project.write("Pulumi.yaml", JSON.stringify(program));
  const { text, code } = await scene.project.pulumi("preview");
  expect([code, text]).toEqual([0, expect.stringMatching(/name *: "Paris 001"/)]);
});

test("a program installs the plugin by itself from the address of the schema", async () => {
  // The address of the schema is on GitHub; the variable of the installation page leads it to the test's server.
  const variable = "PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES";
  const commands = commandsOf("Your own server").replace(/https:[^']+/, server.url);
  const { out } = await runCommands(`${commands}printf %s "$${variable}"`, scene.project.folder);
  scene.project.environment[variable] = out;
  const schema = JSON.parse(readFileSync(join(__dirname, "../../dist/plugin/schema.json"), "utf8"));
  const options = { version, pluginDownloadURL: schema.pluginDownloadURL };
  const variables = {
    site: { "fn::invoke": { function: "orange-cmdb:getLocation", arguments: { id: "LOC-PAR-001" }, options } },
  };
  scene.project.write("Pulumi.yaml", JSON.stringify({ ...program, variables }));
  const { text, code } = await scene.project.pulumi("preview");
  delete scene.project.environment[variable];
  expect([code, text]).toEqual([0, expect.stringMatching(/name *: "Paris 001"/)]);
  expect(server.requests.map(({ url }) => url)).toEqual([
    `/${executable}-v${version}-${host.replace("_", "-")}.tar.gz`,
  ]);
});

test("generated SDKs name the address from which Pulumi installs the plugin", () => {
  const folder = join(scene.project.folder, "sdks");
  makeSdks(folder);
  const server = "github://api.github.com/orange-cmdb/pulumi-orange-cmdb";
  const read = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");
  expect(JSON.parse(read("nodejs", "package.json")).pulumi).toMatchObject({ name: "orange-cmdb", version, server });
  expect(JSON.parse(read("python", "pulumi_orange_cmdb", "pulumi-plugin.json"))).toMatchObject({
    name: "orange-cmdb",
    version,
    server,
  });
  const go = readdirSync(join(folder, "go"), { recursive: true, encoding: "utf8" }).find((name) =>
    name.endsWith("pulumiUtilities.go"),
  );
  expect(read("go", go ?? "")).toContain(server);
});

test("pulumi package add adds the installed plugin to a project", async () => {
  await scene.project.pulumi("plugin", "install", "resource", "orange-cmdb", version, "--server", server.url);
  scene.project.write("Pulumi.yaml", JSON.stringify({ name: "user-project", runtime: "yaml" }));
  const { text, code } = await scene.project.pulumi("package", "add", `orange-cmdb@${version}`);
  expect([code, text]).toEqual([0, expect.stringContaining("Added package Orange Business CMDB")]);
});

rootTest("the plugin answers the engine in a root with only its libraries", async () => {
  const archive = `${executable}-v${version}-${host.replace("_", "-")}.tar.gz`;
  const empty = makeEmptyRoot(join(release.folder, archive), executable);
  const plugin = await startPlugin({ HOME: "/work", TMPDIR: "/tmp" }, empty.command);
  try {
    const info = await answerOf<PluginInfo>((done) => plugin.client.getPluginInfo(new Empty(), done));
    expect(info.getVersion()).toBe(version);
    const schema = await answerOf<GetSchemaResponse>((done) => plugin.client.getSchema(new GetSchemaRequest(), done));
    expect(JSON.parse(schema.getSchema())).toMatchObject({ name: "orange-cmdb", version });
  } finally {
    plugin.end();
    empty.remove();
  }
});
