import { createPluginEnvironment, pluginProgram } from "../plugin/environment";
import { forms, programOf } from "./helpers/programs";
import { startWindows } from "./helpers/windows";

// The plugin runs on Windows, and the Pulumi engine of this system attaches to it.
// On Windows itself there is no engine here.
(process.platform === "win32" ? test.skip : test).each(forms)(
  "the Pulumi plugin, as %s, serves look-ups and tracked records, and a refresh shows a change of the CMDB",
  async (form) => {
    const windows = await startWindows();
    const scene = await createPluginEnvironment({ rate: 0 });
    const { project, sandbox } = scene;
    try {
      const script = pluginProgram;
      const plugin = windows.start(programOf(form, "plugin", script, windows), sandbox.environment);
      project.environment["PULUMI_DEBUG_PROVIDERS"] = `orange-cmdb:${await plugin.line(/^(\d+)\r?$/m)}`;
      scene.program({
        variables: {
          site: { "fn::invoke": { function: "orange-cmdb:getLocation", arguments: { id: "LOC-PAR-001" } } },
        },
        resources: {
          router: { type: "orange-cmdb:ConfigurationItem", properties: { configurationItemId: "CI-RTR-PAR-001" } },
        },
        outputs: { address: "${site.address}", status: "${router.status}" },
      });
      const up = await project.pulumi("up", "--yes", "--skip-preview");
      expect([up.code, up.text]).toEqual([0, expect.stringContaining("113 Avenue de Messine, 75008 Paris, France")]);
      sandbox.remove("configurationItem", "CI-RTR-PAR-001");
      const { text } = await project.pulumi("refresh", "--yes", "--skip-preview");
      expect(text).toContain("1 deleted");
      expect(plugin.child.exitCode).toBeNull();
      plugin.child.kill();
    } finally {
      await scene.end();
      await windows.end();
    }
  },
  900_000,
);
