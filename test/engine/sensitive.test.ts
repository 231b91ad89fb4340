import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { makeProject, root, type Project } from "./helpers/project";

const pack = ["--policy-pack", join(root, "policy")];
let sandbox: Sandbox;
let project: Project;

const program = (body: string): void =>
  project.write(
    "index.ts",
    `import * as pulumi from "@pulumi/pulumi";\nimport * as cmdb from "pulumi-orange-cmdb";\n${body}\n`,
  );

/** Texts of the records that the program reads, and that occur nowhere else: not ids, which the program itself holds. */
const texts = /Sesame Gate|Rue Cachée|Hidden Router|VENDOR-X|SN-SECRET|Second Name/;

beforeAll(async () => {
  sandbox = await startSandbox();
  project = makeProject();
  Object.assign(project.environment, sandbox.environment);
  sandbox.update("location", "LOC-PAR-001", {
    name: "Sesame Gate",
    address: { street: "1 Rue Cachée", city: "Paris", country: "FR" },
    formattedAddress: "1 Rue Cachée, Paris, France",
  });
  sandbox.update("configurationItem", "CI-RTR-PAR-001", {
    name: "Hidden Router",
    properties: { hardware: { manufacturer: "VENDOR-X", serialNumber: "SN-SECRET-1" } },
  });
  const { code } = await project.pulumi("config", "set", "orange-cmdb:sensitive", "true");
  expect(code).toBe(0);
});
afterAll(async () => {
  await sandbox.close();
  project.remove();
});

const good = `
  const site = cmdb.getLocationOutput({ id: "LOC-PAR-001" });
  const items = cmdb.getConfigurationItemsOutput({ locationId: site.id });
  const item = new cmdb.ConfigurationItem("item", { configurationItemId: "CI-RTR-PAR-001", track: ["name", "manufacturer", "serialNumber"] });
  const tracked = new cmdb.Location("site", { locationId: "LOC-PAR-001" });
  export const address = site.address;
  export const whole = site;
  export const serials = items.records.apply((all) => all.map(({ serialNumber }) => serialNumber));
  export const joined = pulumi.interpolate\`\${tracked.name} at \${tracked.address}\`;
  export const named = item.name;`;

/** Every file of the backend: the state, its backups and its history. */
const state = (): string =>
  readdirSync(join(project.folder, "state"), { recursive: true, encoding: "utf8" })
    .map((name) => join(project.folder, "state", name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");

test("with sensitive, no text of a record appears in the state or in the output", async () => {
  program(good);
  const said: string[] = [];
  const run = async (...args: string[]): Promise<string> => {
    const { code, text } = await project.pulumi(...args);
    expect([args[0], code, code === 0 ? "" : text]).toEqual([args[0], 0, ""]);
    said.push(text);
    return text;
  };
  await run("preview", "--diff", ...pack);
  await run("up", "--yes", "--skip-preview", ...pack);
  await run("stack", "output", "--json", "--stack", "test");
  expect(await run("stack", "export", "--stack", "test")).toContain("ciphertext");
  // What changes in the CMDB is seen as a change, and no more of it.
  sandbox.update("configurationItem", "CI-RTR-PAR-001", { name: "Second Name" });
  project.environment["ORANGE_CMDB_MAX_AGE"] = "0";
  expect(await run("preview", "--diff")).toMatch(/\[secret\]/);
  await run("refresh", "--yes", "--diff");
  await run("up", "--yes", "--diff");
  await run("stack", "export", "--stack", "test");
  expect(said.join("\n")).not.toMatch(texts);
  expect(state()).not.toMatch(texts);
  // They are there, for who has the key.
  const shown = await project.pulumi("stack", "output", "--json", "--show-secrets", "--stack", "test");
  expect(shown.text).toMatch(/Rue Cachée/);
  expect(shown.text).toMatch(/Second Name/);
}, 300_000);

test("no message names records other than the requested one", async () => {
  sandbox.update("location", "LOC-LYS-001", { name: "Sesame Gate" });
  for (const name of ["Sesame Gate", "Sesame Gat"]) {
    program(`export const address = cmdb.getLocationOutput({ name: ${JSON.stringify(name)} }).address;`);
    const { code, text } = await project.pulumi("preview");
    expect(code).not.toBe(0);
    expect(text).toMatch(
      name === "Sesame Gate" ? /2 locations match.*add filters, or pass an id/ : /no location with name/,
    );
    expect(text.replaceAll(`"${name}"`, "")).not.toMatch(texts);
  }
}, 120_000);

test("the most verbose engine log, its trace and the serialized provider contain no credentials", async () => {
  program(good);
  const trace = join(project.folder, "trace");
  const { code, text } = await project.pulumi(
    "up",
    "--yes",
    "-v=9",
    "--logtostderr",
    "--logflow",
    `--tracing=file:${trace}`,
  );
  expect([code, text.length > 100_000]).toEqual([0, true]);
  expect(state()).toContain("__provider");
  const all = [text, readFileSync(trace, "latin1"), state()].join("\n");
  expect(all).not.toMatch(/sandbox-client|sandbox-secret|sandbox-api-key|Bearer [\w-]{8}/);
}, 240_000);

test("a function whose result cannot be a secret is rejected with an alternative", async () => {
  program(`export const address = cmdb.getLocation({ id: "LOC-PAR-001" }).then((found) => found.address);`);
  const { code, text } = await project.pulumi("preview");
  expect(code).not.toBe(0);
  expect(text).toContain("use getLocationOutput");
  expect(text).not.toMatch(texts);
}, 120_000);

test("one inventory of a program can be sensitive, and an invalid value counts as sensitive and is reported", async () => {
  await project.pulumi("config", "rm", "orange-cmdb:sensitive");
  program(`
    export const open = cmdb.getLocationOutput({ id: "LOC-PAR-001" }).name;
    export const hidden = new cmdb.Inventory({ sensitive: true }).getLocationOutput({ id: "LOC-PAR-001" }).address;`);
  const { text } = await project.pulumi("preview");
  expect(text).toMatch(/hidden *: \[secret\]/);
  expect(text).toContain("Sesame Gate");
  expect(text).not.toContain("Rue Cachée");
  await project.pulumi("config", "set", "orange-cmdb:sensitive", "yes please");
  const wrong = await project.pulumi("preview");
  expect(wrong.text).toContain("sensitive is wrong: is neither true nor false");
}, 120_000);
