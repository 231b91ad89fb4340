import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { startSandbox, type Sandbox } from "../../sandbox";
import { descriptionsIn, makeProject, root, type Project } from "./helpers/project";

let project: Project;
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
  project = makeProject(false);
  Object.assign(project.environment, sandbox.environment);
  mkdirSync(join(project.path, "node_modules"));
  symlinkSync(join(root, "node_modules", "@pulumi"), join(project.path, "node_modules", "@pulumi"));
});
afterAll(async () => {
  await sandbox.close();
  project.remove();
});

/** Makes the project's program one file that holds this package. */
function bundle(program: string): void {
  const linked = join(project.path, "node_modules", "pulumi-orange-cmdb");
  symlinkSync(root, linked);
  project.write("source.ts", program);
  buildSync({
    entryPoints: [join(project.path, "source.ts")],
    outfile: join(project.path, "index.js"),
    bundle: true,
    platform: "node",
    external: ["@pulumi/*"],
    logLevel: "error",
  });
  rmSync(linked);
  project.write("package.json", JSON.stringify({ name: "user-project", main: "index.js" }));
  project.write("Pulumi.yaml", JSON.stringify({ name: "user-project", runtime: "nodejs" }));
}

test("a bundled program reads the inventory, and describes it once", async () => {
  bundle(`
    import { getConfigurationItemsOutput, getLocationOutput } from "pulumi-orange-cmdb";
    const site = getLocationOutput({ id: "LOC-PAR-001" });
    export const ids = getConfigurationItemsOutput({ locationId: site.id }).ids;`);
  const { code, text } = await project.pulumi("preview");
  expect(text).toContain("CI-RTR-PAR-001");
  expect([code, descriptionsIn(text)]).toEqual([0, 1]);
});

test("a tracked record of a bundled program names the package that it needs, and works with it installed", async () => {
  bundle(`
    import { Location } from "pulumi-orange-cmdb";
    export const country = new Location("paris", { locationId: "LOC-PAR-001" }).country;`);
  const without = await project.pulumi("preview");
  expect(without.text).toContain("tracked records need the package pulumi-orange-cmdb in ");
  expect(without.code).not.toBe(0);
  symlinkSync(root, join(project.path, "node_modules", "pulumi-orange-cmdb"));
  const { code, text } = await project.pulumi("up", "--yes", "--skip-preview");
  expect([code, text]).toEqual([0, expect.stringContaining('"FR"')]);
});
