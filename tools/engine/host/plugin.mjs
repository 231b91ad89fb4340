import { AnalyzerProxy } from "./analyzer.mjs";
import { start, stop } from "./children.mjs";
import { language } from "./proto.mjs";
import { resolveSdk } from "./program.mjs";

/** Runs a plugin written for Node.js: a policy pack (`analyzer`) or anything else, its streams sent to the engine. */
export async function runPlugin(call) {
  const request = call.request;
  const send = (set) => {
    const response = new language.RunPluginResponse();
    set(response);
    call.write(response);
  };
  const exit = (code) => {
    send((response) => response.setExitcode(code));
    call.end();
  };
  const folder = request.getInfo().getProgramDirectory();
  const env = { ...process.env, PULUMI_NODEJS_TYPESCRIPT: "true", ...pairs(request.getEnvList()) };
  const attach = (child) => {
    child.stderr.on("data", (data) => send((response) => response.setStderr(data)));
    call.on("cancelled", () => stop(child));
    return child;
  };
  try {
    if (request.getKind() === "analyzer") {
      const args = [resolveSdk(folder, "cmd/run-policy-pack"), ...request.getArgsList(), folder];
      const launch = (extra) =>
        attach(
          start(process.execPath, args, { cwd: folder, env: { ...env, ...extra }, stdio: ["ignore", "pipe", "pipe"] }),
        );
      const output = (data) => send((response) => response.setStdout(data));
      const proxy = new AnalyzerProxy(launch, output, exit);
      call.on("cancelled", () => proxy.close());
      output(Buffer.from(`${await proxy.listen()}\n`));
      return;
    }
    const args = [resolveSdk(folder, "cmd/run-plugin"), folder, ...request.getArgsList()];
    const child = attach(
      start(process.execPath, args, { cwd: request.getPwd(), env, stdio: ["ignore", "pipe", "pipe"] }),
    );
    child.stdout.on("data", (data) => send((response) => response.setStdout(data)));
    child.once("close", (code) => exit(code ?? 1));
  } catch (error) {
    send((response) => response.setStderr(Buffer.from(`${error.message}\n`)));
    exit(1);
  }
}

function pairs(list) {
  return Object.fromEntries(list.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}
