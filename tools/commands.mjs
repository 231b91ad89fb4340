import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import { build } from "./build.mjs";
import { engineEnvironment } from "./engine/env.mjs";
import { findEngine } from "./engine/find.mjs";
import { builtYamlHost, findYamlHost, isYamlProject, projectFolder } from "./engine/yaml.mjs";
import { mutate } from "./mutation.mjs";
import { root } from "./paths.mjs";
import { buildSite } from "./site.mjs";
import { test } from "./test.mjs";

/** The user's working folder. npm runs scripts in the checkout's root. */
const userFolder = process.env["INIT_CWD"] ?? process.cwd();

/** Options with which ESLint and Prettier skip files whose content, configuration and tool are those of a run that found nothing. */
const cached = (tool) => ["--cache", "--cache-strategy", "content", "--cache-location", join(".cache", `${tool}.json`)];
const incremental = ["--incremental", "--tsBuildInfoFile", join(".cache", "types.tsbuildinfo")];

/** The slowest first. */
const checks = [
  ["lint", "eslint", ["--max-warnings", "0", ...cached("eslint"), "."]],
  ["format", "prettier", ["--check", "--log-level", "warn", ...cached("prettier"), "."]],
  ["types", "tsc", ["--noEmit", ...incremental, "-p", "."]],
  ["types of the report's page", "tsc", ["-p", "drift/formats/html/page"]],
  ["public types", "typedoc", ["--logLevel", "Warn"]],
  ["unused code", "knip", []],
  ["one-way arrows", "depcruise", ["provider", "policy", "drift", "cli", "sandbox"]],
  ["plain English", "node", [join("tools", "prose.mjs")]],
  ["package", "publint", ["--strict"]],
  ["package's types", "attw", ["--pack", "--quiet", "."]],
];

/** Runs a check, and prints its output and its result in one piece. Returns whether it passed. */
async function runCheck([name, program, args]) {
  const path = join(root, "node_modules", ".bin", program);
  const child = spawn(path, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(chunk));
  const [status] = await once(child, "close");
  process.stderr.write(Buffer.concat(output));
  console.error(`${status === 0 ? "ok    " : "FAILED"} ${name}`);
  return status === 0;
}

/** Runs the checks, as many at a time as there are processors. Returns whether all of them passed. */
async function check(chosen = checks) {
  const waiting = [...chosen];
  const passed = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) passed.push(await runCheck(next));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return passed.every(Boolean);
}

/** Returns the environment with the language host of Pulumi YAML, which is built for a project in YAML. */
async function withYaml(env, args) {
  const host = isYamlProject(projectFolder(args, userFolder)) ? await findYamlHost() : builtYamlHost();
  return host ? { ...env, PATH: [env.PATH, host].join(delimiter) } : env;
}

/** Dispatches an npm script. */
export async function run(command, args, become) {
  if (command === "check") {
    process.exitCode = (await check()) ? 0 : 1;
    return;
  }
  if (command === "lint" || command === "typecheck") {
    const names = command === "lint" ? ["lint"] : ["types", "types of the report's page"];
    process.exitCode = (await check(checks.filter(([name]) => names.includes(name)))) ? 0 : 1;
    return;
  }
  if (command === "docs") return console.log(buildSite());
  if (command === "build:terraform") {
    return become(process.execPath, [join(root, "tools", "terraform", "build.mjs"), ...args], process.env, userFolder);
  }
  if (!build({ force: command.startsWith("build") })) throw new Error("the build failed");
  if (command === "build") return;
  if (command === "test:mutation") {
    process.exitCode = mutate(args, process.env);
    return;
  }
  // Without an engine on Windows: what needs one runs under Wine.
  if (["test:unit", "test:faults"].includes(command) || (command === "test:windows" && process.platform === "win32")) {
    process.exitCode = test(command, args, process.env);
    return;
  }
  if (command === "release" || command === "build:plugin") {
    const chosen = command === "release" ? [] : ["--product", "plugin", "--target", "host"];
    return become(
      process.execPath,
      [join(root, "tools", "release", "index.mjs"), ...chosen, ...args],
      process.env,
      userFolder,
    );
  }
  const cli = (env) => become(process.execPath, [join(root, "dist", "cli", "main.js"), ...args], env, userFolder);
  // Only commands that read a stack need the engine and the backend of `npm run pulumi`.
  if (command === "cli" && !args.some((argument) => /^--(all-stacks|stack)(=|$)/.test(argument)))
    return cli(process.env);
  const engine = await findEngine();
  const env = engineEnvironment(engine);
  if (command === "cli") return cli(env);
  if (command === "start") return become(process.execPath, [join(root, "tools", "start.mjs")], env, root);
  if (command === "bench") return become(process.execPath, [join(root, "bench", "index.mjs"), ...args], env, root);
  if (["test", "test:engine", "test:windows"].includes(command)) {
    process.exitCode = test(command, args, env);
    return;
  }
  if (command !== "pulumi") throw new Error(`no such script: ${command}`);
  if (args[0] === "--where") console.log(engine.pulumi);
  else become(engine.pulumi, args, await withYaml(env, args), userFolder);
}
