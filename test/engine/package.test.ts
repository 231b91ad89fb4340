import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import manifest from "../../package.json";
import { startSandbox, type Sandbox } from "../../sandbox";
import { npmInstall, packTarball } from "../helpers/package";
import { makeProject, type Project } from "./helpers/project";

const source = `
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationItem, getLocationOutput, type LocationRecord } from "pulumi-orange-cmdb";
import { OrangeCmdbPolicyPack } from "pulumi-orange-cmdb/policy";
const site: pulumi.Output<LocationRecord> = getLocationOutput({ id: "LOC-PAR-001" });
new ConfigurationItem("item", { configurationItemId: "CI-RTR-PAR-001" });
export const address = site.address;
export const pack = typeof OrangeCmdbPolicyPack;
`;

let sandbox: Sandbox;
let project: Project;

beforeAll(async () => {
  sandbox = await startSandbox();
  project = makeProject(false);
  Object.assign(project.environment, sandbox.environment);
  const { devDependencies } = manifest;
  const of = (name: keyof typeof devDependencies): string => `${name}@${devDependencies[name]}`;
  const packages = [of("@pulumi/pulumi"), of("@pulumi/policy"), of("typescript"), of("@types/node")];
  npmInstall(project.path, packTarball(project.folder), ...packages);
}, 240_000);

afterAll(async () => {
  await sandbox.close();
  project.remove();
});

test("the Pulumi SDK is installed once", () => {
  const found = execFileSync("find", ["node_modules", "-path", "*/@pulumi/pulumi/package.json"], {
    cwd: project.path,
    encoding: "utf8",
  });
  expect(found.trim().split("\n")).toEqual(["node_modules/@pulumi/pulumi/package.json"]);
});

test.each([
  ["CommonJS", "commonjs"],
  ["ES-module", "module"],
])("a %s program in TypeScript works with the installed package and its policy pack", async (_name, type) => {
  project.write("package.json", JSON.stringify({ name: "user-project", type, main: "index.js" }));
  // skipLibCheck: the declarations of @pulumi/policy name what its own do not export.
  project.write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: { target: "es2023", module: "nodenext", strict: true, types: ["node"], skipLibCheck: true },
      files: ["index.ts"],
    }),
  );
  project.write("index.ts", source);
  project.write(
    "Pulumi.yaml",
    JSON.stringify({ name: "user-project", runtime: { name: "nodejs", options: { typescript: false } } }),
  );
  const tsc = [join(project.path, "node_modules/typescript/bin/tsc"), "-p", "."];
  const { stdout } = spawnSync(process.execPath, tsc, { cwd: project.path, encoding: "utf8" });
  expect(stdout).toBe("");
  const pack = join(project.path, "node_modules/pulumi-orange-cmdb/policy");
  const { code, text } = await project.pulumi("preview", "--policy-pack", pack);
  // The first program fetches the inventory, and reports it.
  expect(/inventory of|orange-cmdb: fetched/.test(text)).toBe(type === "commonjs");
  expect(text).toMatch(/pack\s*: "function"/);
  expect(text).toMatch(/orange-cmdb@v/);
  expect(code).toBe(0);
});
