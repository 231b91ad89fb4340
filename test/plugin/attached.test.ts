import { join } from "node:path";
import { startPlugin } from "./client";
import { descriptionsIn } from "../engine/helpers/project";
import { createPluginEnvironment, type PluginEnvironment } from "./environment";

// A plugin that a user has started, as under a debugger, and to which the real engine attaches itself.
let scene: PluginEnvironment;
beforeAll(async () => {
  scene = await createPluginEnvironment();
});
afterAll(() => scene.end());

test("an attached plugin serves consecutive operations, and logs its inventory once if it was fetched", async () => {
  const { project, sandbox } = scene;
  const plugin = await startPlugin({ ...sandbox.environment, ORANGE_CMDB_CACHE_DIR: join(project.folder, "mirror") });
  try {
    project.environment["PULUMI_DEBUG_PROVIDERS"] =
      `orange-cmdb:${plugin.client.getChannel().getTarget().split(":").at(-1)}`;
    scene.program({
      variables: {
        site: { "fn::invoke": { function: "orange-cmdb:getLocation", arguments: { id: "LOC-PAR-001" } } },
        // Known only when the location is: an opening of its own.
        items: {
          "fn::invoke": { function: "orange-cmdb:getConfigurationItems", arguments: { locationId: "${site.id}" } },
        },
      },
      resources: {
        router: {
          type: "orange-cmdb:ConfigurationItem",
          properties: { configurationItemId: "CI-RTR-PAR-001" },
        },
      },
      outputs: { count: "${items.ids}", status: "${router.status}" },
    });
    // The inventory is described where it was fetched: a refresh reads what is there now.
    for (const [operation, described] of [
      [["preview"], 1],
      [["up", "--yes", "--skip-preview"], 0],
      [["refresh", "--yes", "--skip-preview"], 1],
      [["preview"], 0],
    ] as const) {
      const { code, text } = await project.pulumi(...operation);
      expect(text).not.toContain("cancelled");
      expect([operation, code, descriptionsIn(text)]).toEqual([operation, 0, described]);
    }
    // Not as old as the plugin's process: a refresh reads what is there now.
    sandbox.remove("configurationItem", "CI-RTR-PAR-001");
    const { text } = await project.pulumi("refresh", "--yes", "--skip-preview");
    expect(text).toContain("1 deleted");
    expect(plugin.child.exitCode).toBeNull();
  } finally {
    plugin.end();
  }
});
