import { join } from "node:path";
import { readFileSync, rmSync } from "node:fs";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startSandbox, type Sandbox } from "../../sandbox";
import { serveFile, status } from "../inventory/helpers/file-server";
import { makeProject, root, type Project } from "./helpers/project";

const pack = ["--policy-pack", join(root, "policy")];
let sandbox: Sandbox;
let project: Project;

/** Fifty look-ups of every sort, a tracked record, and a resource that the pack judges. */
const program = `
import * as pulumi from "@pulumi/pulumi";
import * as cmdb from "pulumi-orange-cmdb";
const sites = ["PAR", "LYS", "MRS", "FRA", "MAD", "LON", "BRU", "WAW", "NYC", "SIN"];
const outputs: pulumi.Output<unknown>[] = sites.flatMap((site) => {
  const location = cmdb.getLocationOutput({ id: \`LOC-\${site}-001\` });
  return [
    location.address,
    cmdb.getConfigurationItemsOutput({ locationId: location.id }).ids,
    cmdb.getServicePointsOutput({ locationId: location.id }).ids,
    cmdb.getConfigurationItemOutput({ id: \`CI-RTR-\${site}-001\` }).name,
    pulumi.output(cmdb.getServicePoint({ id: \`SP-\${site}-001\` })),
  ];
});
class Gateway extends pulumi.dynamic.Resource {
  constructor(name: string, args: object) {
    super({ create: async (outs: any) => ({ id: "x", outs }) }, name, args, {}, "test", "Gateway");
  }
}
new cmdb.ConfigurationItem("tracked", { configurationItemId: "CI-RTR-PAR-001" });
new Gateway("gateway", { tags: { "cmdb:configuration-item": "CI-RTR-PAR-001", "cmdb:location": "LOC-PAR-001" } });
export const count = pulumi.all(outputs).apply((all) => all.length);
`;

beforeAll(async () => {
  sandbox = await startSandbox();
  project = makeProject();
  Object.assign(project.environment, sandbox.environment);
  project.write("index.ts", program);
});
afterAll(async () => {
  await sandbox.close();
  project.remove();
});

/** The lists that were asked for, by their names. */
const lists = (): string[] => sandbox.requests.flatMap(({ path }) => /\/(\w+)\?/.exec(path)?.[1] ?? []);

test("a preview with fifty look-ups, a tracked record and the pack reads each kind once, and update and refresh reuse it", async () => {
  const preview = await project.pulumi("preview", ...pack);
  expect(preview.text).toMatch(/count *: 50/);
  expect(preview.code).toBe(0);
  expect(lists().sort()).toEqual(["configurationItems", "locations", "servicePoints"]);
  const up = await project.pulumi("up", "--yes", "--skip-preview", ...pack);
  expect(up.text).toContain("3 created");
  expect(lists()).toHaveLength(3);
  const warm = await project.pulumi("preview", "--expect-no-changes", ...pack);
  expect(warm.code).toBe(0);
  expect(lists()).toHaveLength(3);
});

test("an inventory file serves program, provider and pack, without credentials", async () => {
  const file = join(project.folder, "inventory.db");
  const cli = join(root, "dist/cli/main.js");
  const environment = { ...process.env, ...sandbox.environment, ORANGE_CMDB_CACHE_DIR: join(project.folder, "other") };
  await promisify(execFile)(process.execPath, [cli, "sync", "--save", file], {
    env: { ...environment, NODE_OPTIONS: "" },
  });
  const before = sandbox.requests.length;
  rmSync(join(project.folder, "mirror"), { recursive: true, force: true });
  for (const name of Object.keys(sandbox.environment)) project.environment[name] = undefined;
  await project.pulumi("config", "set", "orange-cmdb:inventoryFile", file);
  const preview = await project.pulumi("preview", "--expect-no-changes", ...pack);
  expect(preview.text).not.toContain("nothing was checked");
  expect(preview.code).toBe(0);
  // A refresh configures providers as the last update did.
  expect((await project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", ...pack)).code).toBe(0);
  expect((await project.pulumi("refresh", "--preview-only", "--expect-no-changes")).code).toBe(0);
  expect(sandbox.requests.length).toBe(before);
});

test("an inventory file at a URL serves program, provider and pack with one download, and its query is in no output or state", async () => {
  const server = await serveFile(readFileSync(join(project.folder, "inventory.db")));
  try {
    const url = `${server.url}/inventory.db?sig=5ecret-signature`;
    await project.pulumi("config", "rm", "orange-cmdb:inventoryFile");
    await project.pulumi("config", "set", "--secret", "orange-cmdb:inventoryFile", url);
    const preview = await project.pulumi("preview", "--expect-no-changes", ...pack);
    expect(preview.text).not.toContain("nothing was checked");
    expect(preview.code).toBe(0);
    const up = await project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", ...pack);
    expect(up.code).toBe(0);
    expect(server.statuses.filter((status) => status !== 304)).toEqual([200]);
    server.next.push(...Array.from({ length: 10 }, () => status(403)));
    const refused = await project.pulumi("preview", ...pack);
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain(`GET ${server.url}/inventory.db: access denied (403)`);
    const state = await project.pulumi("stack", "export");
    for (const { text } of [preview, up, refused, state]) expect(text).not.toContain("5ecret");
  } finally {
    await server.close();
  }
});
