import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { createPluginEnvironment, type PluginEnvironment } from "../plugin/environment";
import type { BuiltProvider } from "../terraform/helpers/provider";
import { makeWorkspace, prepare, type Workspace } from "../terraform/helpers/workspace";

/** Texts of the records that are read, and that occur nowhere else. */
const texts = /Sesame Gate|Rue Cachée|Hidden Router|VENDOR-X/;

function hide(sandbox: Sandbox): void {
  sandbox.update("location", "LOC-PAR-001", {
    name: "Sesame Gate",
    address: { street: "1 Rue Cachée", city: "Paris", country: "FR" },
    formattedAddress: "1 Rue Cachée, Paris, France",
  });
  sandbox.update("configurationItem", "CI-RTR-PAR-001", {
    name: "Hidden Router",
    properties: { hardware: { manufacturer: "VENDOR-X" } },
  });
}

describe("in YAML", () => {
  let scene: PluginEnvironment;
  beforeAll(async () => {
    scene = await createPluginEnvironment();
    hide(scene.sandbox);
  }, 600_000);
  afterAll(() => scene.end());

  const state = (): string =>
    readdirSync(join(scene.project.folder, "state"), { recursive: true, encoding: "utf8" })
      .map((name) => join(scene.project.folder, "state", name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, "utf8"))
      .join("\n");

  test("no text of a sensitive record appears in the state or in the output", async () => {
    scene.program({
      variables: {
        site: { "fn::orange-cmdb:getLocation": { id: "LOC-PAR-001" } },
        items: { "fn::orange-cmdb:getConfigurationItems": { locationId: "LOC-PAR-001" } },
      },
      resources: {
        router: {
          type: "orange-cmdb:ConfigurationItem",
          properties: { configurationItemId: "CI-RTR-PAR-001", track: ["name", "status", "manufacturer"] },
        },
      },
      outputs: { address: "${site.address}", items: "${items.records}", name: "${router.name}", whole: "${site}" },
    });
    scene.project.environment["ORANGE_CMDB_SENSITIVE"] = "true";
    const said: string[] = [];
    for (const args of [
      ["preview", "--diff"],
      ["up", "--yes", "--skip-preview"],
      ["refresh", "--yes"],
      ["up", "--yes", "--skip-preview", "--expect-no-changes"],
      ["stack", "output", "--json", "--stack", "test"],
    ]) {
      const { code, text } = await scene.project.pulumi(...args);
      expect([args, code, code === 0 ? "" : text]).toEqual([args, 0, ""]);
      said.push(text);
    }
    expect(said.join("\n")).toMatch(/address *: +\[secret\]/);
    expect(said.join("\n")).not.toMatch(texts);
    expect(state()).toContain("ciphertext");
    expect(state()).not.toMatch(texts);
    const shown = await scene.project.pulumi("stack", "output", "--json", "--stack", "test", "--show-secrets");
    expect(JSON.parse(shown.text)).toMatchObject({ name: "Hidden Router", address: expect.stringContaining("Rue") });
  });
});

describe("in OpenTofu", () => {
  let sandbox: Sandbox;
  let provider: BuiltProvider;
  let workspace: Workspace;
  beforeAll(async () => {
    sandbox = await startSandbox();
    hide(sandbox);
    provider = prepare();
    workspace = makeWorkspace(provider, { ...sandbox.environment, ORANGE_CMDB_SENSITIVE: "true" });
  }, 900_000);
  afterAll(async () => {
    await sandbox.close();
    workspace.remove();
    provider.remove();
  });

  test("the fields of a record are sensitive, and an output must declare that and shows nothing", async () => {
    const data = `data "orangecmdb_location" "site" {\n  id = "LOC-PAR-001"\n}\n`;
    const output = (more: string): string =>
      `output "site" {\n  value = data.orangecmdb_location.site.address\n${more}}`;
    workspace.configure(data + output(""));
    const refused = await workspace.tofu("plan");
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain("Output refers to sensitive values");
    workspace.configure(data + output("  sensitive = true\n"));
    const applied = await workspace.tofu("apply", "-auto-approve");
    expect(applied.code).toBe(0);
    expect(applied.out).toContain("<sensitive>");
    expect(refused.out + refused.err + applied.out + applied.err).not.toMatch(texts);
    expect(await workspace.outputs()).toEqual({ site: expect.stringContaining("Rue Cachée") });
  });
});
