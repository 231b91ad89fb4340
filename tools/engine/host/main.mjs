// A Node.js language host for the Pulumi engine, for machines where the official one cannot be had. It implements
// what Pulumi 3.259 calls for programs and for policy packs, on Pulumi's own messages.
import { start, stopAll } from "./children.mjs";
import { runPlugin } from "./plugin.mjs";
import { programDependencies, runProgram } from "./program.mjs";
import { channelOptions, Empty, grpc, language, LanguageRuntimeService, listen, plugin } from "./proto.mjs";
import { version } from "../version.mjs";

// Engines before the handshake passed their address as the last argument.
let engine = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";

const answer = (message) => (_call, done) => done(null, message);

const handlers = {
  handshake(call, done) {
    engine = call.request.getEngineAddress();
    done(null, new language.LanguageHandshakeResponse());
  },
  getPluginInfo(_call, done) {
    const info = new plugin.PluginInfo();
    info.setVersion(version);
    done(null, info);
  },
  about(_call, done) {
    const response = new language.AboutResponse();
    response.setExecutable(process.execPath);
    response.setVersion(process.version);
    done(null, response);
  },
  // Plugins of other packages are found on PATH or installed by the user.
  getRequiredPlugins: answer(new language.GetRequiredPluginsResponse()),
  getRequiredPackages: answer(new language.GetRequiredPackagesResponse()),
  runtimeOptionsPrompts: answer(new language.RuntimeOptionsResponse()),
  getProgramDependencies(call, done) {
    try {
      done(null, programDependencies(call.request.getInfo()));
    } catch (error) {
      done(error);
    }
  },
  installDependencies(call) {
    const cwd = call.request.getInfo().getProgramDirectory();
    const child = start("npm", ["install", "--loglevel=error"], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const send = (set) => {
      const response = new language.InstallDependenciesResponse();
      set(response);
      call.write(response);
    };
    child.stdout.on("data", (data) => send((response) => response.setStdout(data)));
    child.stderr.on("data", (data) => send((response) => response.setStderr(data)));
    child.once("error", (error) => call.emit("error", error));
    child.once("close", (code) =>
      code === 0 ? call.end() : call.emit("error", new Error(`npm install ended with ${code}`)),
    );
  },
  run: (call, done) => runProgram(call.request, engine, call, done),
  runPlugin: (call) => void runPlugin(call),
  cancel(_call, done) {
    stopAll();
    done(null, new Empty());
  },
};

const server = new grpc.Server(channelOptions);
const unimplemented = (name) => (call, done) => {
  const error = { code: grpc.status.UNIMPLEMENTED, message: `the language host does not implement ${name}` };
  if (done) done(error);
  else call.emit("error", error);
};
const names = Object.keys(LanguageRuntimeService);
server.addService(
  LanguageRuntimeService,
  Object.fromEntries(names.map((name) => [name, handlers[name] ?? unimplemented(name)])),
);
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    stopAll();
    server.forceShutdown();
    process.exit(0);
  });
}
console.log(await listen(server));
