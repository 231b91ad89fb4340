// A Node.js language host for the Pulumi engine, for machines without the official one. It implements the calls of Pulumi 3.259 for
// programs and policy packs, with Pulumi's own messages.
import { start } from "./children.mjs";
import { runPlugin } from "./plugin.mjs";
import { programDependencies, runProgram } from "./program.mjs";
import { language } from "./proto.mjs";
import { serveLanguage } from "./serve.mjs";

await serveLanguage((engine) => ({
  about(_call, done) {
    const response = new language.AboutResponse();
    response.setExecutable(process.execPath);
    response.setVersion(process.version);
    done(null, response);
  },
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
  run: (call, done) => runProgram(call.request, engine(), call, done),
  runPlugin: (call) => void runPlugin(call),
}));
