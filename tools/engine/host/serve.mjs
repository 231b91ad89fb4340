import { start, stop, stopAll } from "./children.mjs";
import { channelOptions, Empty, grpc, language, LanguageRuntimeService, listen, plugin } from "./proto.mjs";
import { version } from "../version.mjs";

/** The exit code of a program that has shown its error already. */
const errorShown = 32;

/**
 * Serves a language to the engine until a stop request, and prints the port.
 * @param make makes the handlers that are the language's own; it is given a function that answers the engine's address
 */
export async function serveLanguage(make) {
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
    // Plugins of other packages are found on PATH or installed by the user.
    getRequiredPlugins: answer(new language.GetRequiredPluginsResponse()),
    getRequiredPackages: answer(new language.GetRequiredPackagesResponse()),
    runtimeOptionsPrompts: answer(new language.RuntimeOptionsResponse()),
    getProgramDependencies: answer(new language.GetProgramDependenciesResponse()),
    cancel(_call, done) {
      stopAll();
      done(null, new Empty());
    },
    ...make(() => engine),
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
}

/** Runs a program to its end and returns its result. Its output goes to the engine through the streams of this host. */
export function runToEnd({ command, args, cwd, env }, call, done) {
  const child = start(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"], env });
  call.on("cancelled", () => stop(child));
  child.once("error", (error) => done(error));
  child.once("close", (code, signal) => {
    const response = new language.RunResponse();
    if (code === errorShown) response.setBail(true);
    else if (signal) response.setError(`the program was ended by ${signal}`);
    else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
    done(null, response);
  });
}
