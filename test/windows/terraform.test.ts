import { join } from "node:path";
import { startSandbox } from "../../sandbox";
import { prepare, makeWorkspace } from "../terraform/helpers/workspace";
import { forms, programOf } from "./helpers/programs";
import { startWindows } from "./helpers/windows";

// The provider runs on Windows, and OpenTofu of this system attaches to it.
// On Windows itself there is no engine here.
(process.platform === "win32" ? test.skip : test).each(forms)(
  "the Terraform provider, as %s, listens on loopback, and a host attaches to it",
  async (form) => {
    const provider = prepare();
    const windows = await startWindows();
    const sandbox = await startSandbox({ rate: 0 });
    const workspace = makeWorkspace(provider, {});
    try {
      const program = programOf(form, "terraform", join(provider.bin, "lib", "start.mjs"), windows);
      const running = windows.start([...program, "--debug"], sandbox.environment);
      const shown = await running.line(/^TF_REATTACH_PROVIDERS='(.*)'\r?$/m);
      expect(shown).toContain('"Network":"tcp"');
      // The host looks whether the process exists, and Wine has its own process ids.
      const json = shown.replace(/"Pid":\d+/, `"Pid":${running.child.pid}`);
      workspace.configure(`
data "orangecmdb_location" "paris" {
  id = "LOC-PAR-001"
}
output "address" {
  value = data.orangecmdb_location.paris.address
}
`);
      Object.assign(workspace.environment, { TF_REATTACH_PROVIDERS: json, ORANGE_CMDB_CACHE_DIR: undefined });
      const { code, err } = await workspace.tofu("apply", "-auto-approve");
      expect([code, err]).toEqual([0, ""]);
      expect(await workspace.outputs()).toEqual({ address: "113 Avenue de Messine, 75008 Paris, France" });
      running.child.kill();
    } finally {
      workspace.remove();
      provider.remove();
      await sandbox.close();
      await windows.end();
    }
  },
  900_000,
);
