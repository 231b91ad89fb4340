// A language host that runs the program that TEST_PROGRAM names, a command and its arguments as JSON: as Pulumi's own hosts
// do, it hands over what the SDKs of Go and of Python want to know of the deployment.
import { spawn } from "node:child_process";
import {
  channelOptions,
  Empty,
  grpc,
  language,
  LanguageRuntimeService,
  listen,
  plugin,
} from "../../../tools/engine/host/proto.mjs";
import { configuration } from "../../../tools/engine/host/program.mjs";

// Its address: the last argument, where it is not told by a handshake.
let engine = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";
const [command, ...args] = JSON.parse(process.env["TEST_PROGRAM"] ?? "[]");
const answer = (message) => (_call, done) => done(null, message);

const handlers = {
  handshake(call, done) {
    engine = call.request.getEngineAddress();
    done(null, new language.LanguageHandshakeResponse());
  },
  getPluginInfo: answer(new plugin.PluginInfo()),
  getRequiredPlugins: answer(new language.GetRequiredPluginsResponse()),
  getRequiredPackages: answer(new language.GetRequiredPackagesResponse()),
  getProgramDependencies: answer(new language.GetProgramDependenciesResponse()),
  cancel: answer(new Empty()),
  run({ request }, done) {
    const deployment = {
      PULUMI_ORGANIZATION: request.getOrganization(),
      PULUMI_PROJECT: request.getProject(),
      PULUMI_STACK: request.getStack(),
      PULUMI_DRY_RUN: String(request.getDryrun()),
      PULUMI_PARALLEL: String(request.getParallel()),
      PULUMI_MONITOR: request.getMonitorAddress(),
      PULUMI_ENGINE: engine,
    };
    const config = configuration(request.getConfigMap(), request.getConfigsecretkeysList());
    const env = { ...process.env, ...config, ...deployment };
    const child = spawn(command, args, { cwd: request.getPwd(), stdio: ["ignore", "inherit", "inherit"], env });
    child.once("error", done);
    child.once("close", (code) => {
      const response = new language.RunResponse();
      if (code !== 0) response.setError(`the program ended with ${code}`);
      done(null, response);
    });
  },
};

const server = new grpc.Server(channelOptions);
const missing = (name) => (_call, done) => done({ code: grpc.status.UNIMPLEMENTED, message: `no ${name}` });
server.addService(
  LanguageRuntimeService,
  Object.fromEntries(Object.keys(LanguageRuntimeService).map((name) => [name, handlers[name] ?? missing(name)])),
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
console.log(await listen(server));
