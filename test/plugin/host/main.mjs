// A language host that runs the program that TEST_PROGRAM names, a command and its arguments as JSON: as Pulumi's own hosts
// do, it hands over what the SDKs of Go and of Python want to know of the deployment.
import { configuration } from "../../../tools/engine/host/program.mjs";
import { runToEnd, serveLanguage } from "../../../tools/engine/host/serve.mjs";

const [command, ...args] = JSON.parse(process.env["TEST_PROGRAM"] ?? "[]");

await serveLanguage((engine) => ({
  run(call, done) {
    const { request } = call;
    const deployment = {
      PULUMI_ORGANIZATION: request.getOrganization(),
      PULUMI_PROJECT: request.getProject(),
      PULUMI_STACK: request.getStack(),
      PULUMI_DRY_RUN: String(request.getDryrun()),
      PULUMI_PARALLEL: String(request.getParallel()),
      PULUMI_MONITOR: request.getMonitorAddress(),
      PULUMI_ENGINE: engine(),
    };
    const config = configuration(request.getConfigMap(), request.getConfigsecretkeysList());
    runToEnd({ command, args, cwd: request.getPwd(), env: { ...process.env, ...config, ...deployment } }, call, done);
  },
}));
